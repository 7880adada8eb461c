"""Servers under measurement: Byline's own and the controls, started the same way, ended by their process id."""

from __future__ import annotations

import contextlib
import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from byline.kernel.db import Database
from byline.server import THREADS
from tests.databases import PostgresServer

PATIENCE_SECONDS = 30


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextlib.contextmanager
def control(name: str) -> Iterator[str]:
    """One of bench.controls on granian, with the processes and threads that `byline serve` takes; its address."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1", "--no-access-log"]
    command += ["--blocking-threads", str(THREADS), "--backpressure", "256", "--log-level", "warning"]
    with _running([*command, "--port", str(port), f"bench.controls:{name}"], os.environ):
        address = f"http://127.0.0.1:{port}/"
        wait_for(address)
        yield address


@contextlib.contextmanager
def byline(data: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """`byline serve` on a data folder: its address and its process."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_")}
    environment |= {"BYLINE_DATA": str(data)}
    with _running([sys.executable, "-m", "byline", "serve", "--port", str(port)], environment) as process:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/healthz")
        yield address, process


@contextlib.contextmanager
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of one's own, gone afterwards with all that is in it."""
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.stop()


def empty_database(server: PostgresServer, name: str) -> str:
    """Make a database on a server; its address."""
    with Database(server.address).writer.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    return server.address.replace("/postgres?", f"/{name}?")


@contextlib.contextmanager
def _running(command: list[str], environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(address: str) -> float:
    """Seconds until an address answers 200."""
    began = time.perf_counter()
    while time.perf_counter() - began < PATIENCE_SECONDS:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return time.perf_counter() - began
        time.sleep(0.01)
    sys.exit(f"{address} did not answer within {PATIENCE_SECONDS} s.")


def log_in(address: str, email: str, password: str) -> str:
    """The Cookie header of a member who logged in by the form."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = browser.open(f"{address}/auth/login").read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    if token is None:
        sys.exit("The log-in page has no token.")
    form = {"email": email, "password": password, "csrf_token": token[1]}
    browser.open(f"{address}/auth/login", urllib.parse.urlencode(form).encode()).read()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def memory_megabytes(process: subprocess.Popen[bytes]) -> float:
    """What a process and its descendants hold, shared pages counted once (proportional set size)."""
    return sum(_pss_kilobytes(pid) for pid in _family(process.pid)) / 1024


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in _family(int(child)))]


def _pss_kilobytes(pid: int) -> int:
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return int(found[1]) if found else 0
