"""A real `byline serve` in a process of its own, with its own data folder and port, for tests from outside."""

from __future__ import annotations

import contextlib
import email
import email.policy
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from pathlib import Path

START_SECONDS = 40
END_SECONDS = 30


class DidNotStart(RuntimeError):
    """The site ended, or never answered; the text is what it said."""


class RunningSite:
    """One site: `start` it, ask it, `stop` it. Ports are chosen anew for each."""

    def __init__(self, data: Path, *, settings: Mapping[str, str] | None = None, port: int | None = None) -> None:
        self.data = data
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._settings = dict(settings or {})
        self._log = data.with_name(f"{data.name}.log")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the site: nothing of this machine's Byline settings, only its own."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("BYLINE_", "_BYLINE"))}
        return {**clean, "BYLINE_DATA": str(self.data), "PYTHONUNBUFFERED": "1", **self._settings}

    @property
    def said(self) -> str:
        """Everything it printed so far."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def first_link(self) -> str:
        """The path of the link that makes the first administrator."""
        found = re.search(r"https?://[^/\s]+(/auth/first/\S+)", self.said)
        assert found, f"There is no link in:\n{self.said}"
        return found[1]

    def start(self) -> float:
        """Start it and wait until it answers; answer how many seconds that took. Raises DidNotStart."""
        begun = time.monotonic()
        self.launch()
        until(self._answers, START_SECONDS, lambda: f"It does not answer:\n{self.said}")
        return time.monotonic() - begun

    def launch(self) -> None:
        """Start it and do not wait."""
        command = [sys.executable, "-m", "byline", "serve", "--port", str(self.port)]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """End it as Ctrl-C does and answer its status; whatever is left after a while is killed."""
        if self.process is None:
            return 0
        family = [self.process.pid, *self.children()]
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(END_SECONDS)
        finally:
            for pid in family:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process = None

    def children(self) -> list[int]:
        """The processes it started, and theirs."""
        assert self.process is not None
        return descendants(self.process.pid)

    def workers(self) -> list[int]:
        """Those of its processes that do what is due."""
        return [pid for pid in self.children() if _read(pid, "comm") == b"byline worker\n"]

    def web_processes(self) -> list[int]:
        """Those of its processes that answer requests; Python's own helpers are none."""
        others = [pid for pid in self.children() if pid not in self.workers()]
        return [pid for pid in others if (command := _read(pid, "cmdline")) and b"tracker" not in command]

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        """Ask for a path; answer status and body. Raises OSError while nobody listens."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers=dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def letters(self) -> list[EmailMessage]:
        """The mail it has kept, oldest first."""
        files = sorted((self.data / "outbox").glob("*.eml"))
        return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]

    def is_well(self) -> bool:
        """Whether it answers and its database does."""
        try:
            return self.get("/healthz")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def _answers(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            raise DidNotStart(self.said)
        return self.is_well()


def until(true: Callable[[], object], seconds: float, complaint: Callable[[], str] = lambda: "It never came.") -> None:
    """Wait until something is true; fail with a complaint when it is not in time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, complaint()
        time.sleep(0.05)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def descendants(pid: int) -> list[int]:
    """Every process that descends from one, as the system knows them now."""
    parents = _parents()
    found: list[int] = []
    generation = {pid}
    while generation := {child for child, parent in parents.items() if parent in generation}:
        found += sorted(generation)
    return found


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and waits for its parent to notice does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except FileNotFoundError:
        return not Path("/proc/self").exists() and pid in _parents()


def _read(pid: int, file: str) -> bytes:
    """What the system says of a process; nothing once it is gone."""
    try:
        return Path(f"/proc/{pid}/{file}").read_bytes()
    except OSError:
        return b""


def _parents() -> dict[int, int]:
    if not Path("/proc/self/stat").exists():
        listed = subprocess.run(["ps", "-axo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        return {int(line.split()[0]): int(line.split()[1]) for line in listed.splitlines()}
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    return parents
