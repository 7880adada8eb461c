"""Following a log as it grows, also when it is turned over: a new file, or the same one cut to nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from byline.analytics.importing.files import LONGEST_LINE, READ_AT_ONCE, Line


class Tail:
    """One log under a name. `lines` gives what came since it was asked last; a line without its end has to wait."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._path = path
        self._file: BinaryIO | None = None
        self._rest = b""
        self._is_too_long = False
        self._number = 0
        self.turned = 0
        """How often the file was another one."""

    def lines(self) -> Iterator[Line]:
        """What came since, to the present end."""
        if self._file is None and not self._open():
            return
        yield from self._new_lines()
        if self._was_turned():
            # What was written into the old file before the new one was begun.
            yield from self._new_lines()
            yield from self._last_line()
            self.close()
            self.turned += 1
            if self._open():
                yield from self._new_lines()

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
        self._file, self._rest, self._is_too_long, self._number = None, b"", False, 0

    def _open(self) -> bool:
        try:
            self._file = self._path.open("rb")
        except FileNotFoundError:
            return False
        return True

    def _new_lines(self) -> Iterator[Line]:
        if self._file is None:
            return
        while block := self._file.read(READ_AT_ONCE):
            *whole, self._rest = (self._rest + block).split(b"\n")
            for raw in whole:
                self._number += 1
                is_too_long = self._is_too_long or len(raw) > LONGEST_LINE
                self._is_too_long = False
                yield Line(self._number, raw[:LONGEST_LINE].rstrip(b"\r"), is_too_long)
            if len(self._rest) > LONGEST_LINE:
                self._rest, self._is_too_long = self._rest[:LONGEST_LINE], True

    def _last_line(self) -> Iterator[Line]:
        """A line without an end whose file nobody will write to any more."""
        if self._rest:
            yield Line(self._number + 1, self._rest.rstrip(b"\r"), self._is_too_long)

    def _was_turned(self) -> bool:
        if self._file is None:
            return False
        mine = os.fstat(self._file.fileno())
        try:
            there = self._path.stat()
        except FileNotFoundError:
            return False  # Moved away, and the new one is not there yet.
        return (there.st_dev, there.st_ino) != (mine.st_dev, mine.st_ino) or there.st_size < self._file.tell()
