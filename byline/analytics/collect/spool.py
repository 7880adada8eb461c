"""The spool: each process appends lines to a file of its own, and whoever stores hits reads all of them.

A file is locked while its process may still write. A single line is one `write` into that file. Several lines are a
file of their own that appears whole, so that of a batch either everything is taken or nothing. What a failed write
left behind is cut off, or ended with a newline, so that the next line is whole.

Nothing is synchronised per hit: a process may be killed at any moment and loses no line that it acknowledged. A power
cut may lose what the system had not yet written, some seconds as a rule.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import threading
import time
import weakref
from contextlib import suppress
from pathlib import Path

from byline.kernel.errors import Unavailable

LARGEST_FILE_BYTES = 16 * 1024 * 1024
SUFFIX = ".log"
UNFINISHED = ".part"
LOOK_EVERY_SECONDS = 1.0
LOOK_WHEN_FULL_SECONDS = 0.1
FORGOTTEN_SECONDS = 3600
"""An unfinished batch this old belongs to a process that is gone; nobody was told that it is kept."""


class Spool:
    """The files of one folder. Threads may share it, and a fork leaves the parent's file to the parent."""

    def __init__(self, folder: Path, limit_bytes: int, *, largest_file_bytes: int = LARGEST_FILE_BYTES) -> None:
        self._folder = folder
        self._limit = limit_bytes
        self._largest = largest_file_bytes
        self._lock = threading.Lock()
        self._file = -1
        self._written = 0
        self._room = 0
        self._look_due = 0.0
        _spools.add(self)

    def append(self, lines: bytes) -> None:
        """Keep whole lines, all or none; raises Unavailable when the disk or the spool is full.

        The limit holds for all processes together, as of about a second ago.
        """
        with self._lock:
            try:
                self._keep(lines)
            except OSError as error:
                sentence = "What was sent cannot be kept right now. Try again in a moment."
                raise Unavailable("spool-away", sentence) from error

    def close(self) -> None:
        """End this process's file, so that it can be read to its end and removed."""
        with self._lock:
            self._abandon()

    def _keep(self, lines: bytes) -> None:
        if time.monotonic() >= self._look_due:
            self._look()
        if self._room < len(lines):
            raise Unavailable("spool-full", "Too much is waiting to be counted. Try again in a moment.")
        self._room -= len(lines)
        if lines.find(b"\n") != len(lines) - 1:
            self._put_whole_file(lines)
        else:
            self._write_line(lines)

    def _write_line(self, line: bytes) -> None:
        if self._file < 0:
            self._begin_file()
        taken = write_at_once(self._file, line, len(line))
        if taken != len(line):
            self._mend()
            raise OSError("The line was not written whole.")
        self._written += taken
        if self._written >= self._largest:
            self._abandon()

    def _mend(self) -> None:
        # A reader takes whole lines only, and the newline is a line's last byte: nobody has read what is cut off here.
        try:
            os.ftruncate(self._file, self._written)
        except OSError:
            with suppress(OSError):
                os.write(self._file, b"\n")
            self._abandon()

    def _begin_file(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        while True:
            path = self._folder / _fresh_name()
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # A reader may have found the file empty and unlocked, and removed it, just before the lock.
                if os.fstat(file).st_nlink:
                    self._file, self._written = file, 0
                    return
            except BlockingIOError:
                pass
            except BaseException:
                os.close(file)
                raise
            os.close(file)

    def _put_whole_file(self, lines: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / _fresh_name()
        unfinished = path.with_suffix(UNFINISHED)
        try:
            with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(lines)
            unfinished.rename(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise

    def _look(self) -> None:
        """Measure how much room is left, and begin a new file where somebody removed this one."""
        self._room = self._limit - size_bytes(self._folder)
        pause = LOOK_EVERY_SECONDS if self._room > 0 else LOOK_WHEN_FULL_SECONDS
        self._look_due = time.monotonic() + pause
        if self._file >= 0 and not os.fstat(self._file).st_nlink:
            self._abandon()

    def _abandon(self) -> None:
        if self._file >= 0:
            file, self._file = self._file, -1
            os.close(file)

    def leave_to_parent(self) -> None:
        """In a fork: let go of the parent's file, without ending the parent's lock on it."""
        self._lock = threading.Lock()
        self._abandon()


write_at_once = ctypes.PyDLL(None).write
"""The system's `write`, without letting other threads have their turn meanwhile as `os.write` does; -1 for an error.

A line is with the system after three microseconds. In that time another thread gets the interpreter, and works on its
own hit until it needs the lock that this one holds; this one then waits for the interpreter, that one for the lock.
"""
write_at_once.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t)
write_at_once.restype = ctypes.c_ssize_t

_spools: weakref.WeakSet[Spool] = weakref.WeakSet()


def _after_fork() -> None:
    for spool in list(_spools):
        spool.leave_to_parent()


os.register_at_fork(after_in_child=_after_fork)


def _fresh_name() -> str:
    """Names in their alphabetical order are in the order of their beginnings."""
    return f"{time.time_ns():016x}-{os.getpid()}{SUFFIX}"


def size_bytes(folder: Path) -> int:
    """What waits in a spool's folder; also what is unfinished there."""
    try:
        with os.scandir(folder) as entries:
            return sum(_size(entry) for entry in entries)
    except FileNotFoundError:
        return 0


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except FileNotFoundError:
        return 0  # It was read to its end and removed just now.


def sweep(folder: Path) -> None:
    """Remove batches that processes left unfinished when they were ended."""
    oldest = time.time() - FORGOTTEN_SECONDS
    for path in folder.glob(f"*{UNFINISHED}"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()
