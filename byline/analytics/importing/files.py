"""Reading logs: plain or compressed, from a file or standard input, in lines of which none is too long to hold."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import BinaryIO, cast

LONGEST_LINE = 64 * 1024
READ_AT_ONCE = 1 << 20
STANDARD_INPUT = "-"
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file, without its end."""

    number: int
    raw: bytes
    is_too_long: bool = False


class Log:
    """One log that is read from its beginning. What was read of the file itself shows in `passed`."""

    def __init__(self, name: str, raw: BinaryIO) -> None:
        self.name = name
        self._raw = raw if isinstance(raw, BufferedReader) else BufferedReader(cast(RawIOBase, raw))
        is_compressed = self._raw.peek(2)[:2] == _GZIP
        self._stream = gzip.GzipFile(mode="rb", fileobj=self._raw) if is_compressed else self._raw
        self.passed = 0
        """Bytes of the file that were read until now, compressed as they are."""
        self.problem = ""
        """Why the file ended before its end: a compressed file that is cut off."""

    def lines(self) -> Iterator[Line]:
        """Every line. One that is too long is given once, cut."""
        number, rest, is_too_long = 0, b"", False
        while True:
            block = self._read()
            *whole, rest = (rest + block).split(b"\n")
            for raw in whole:
                number += 1
                yield Line(number, raw[:LONGEST_LINE].rstrip(b"\r"), is_too_long or len(raw) > LONGEST_LINE)
                is_too_long = False
            if not block:
                break
            if len(rest) > LONGEST_LINE:
                rest, is_too_long = rest[:LONGEST_LINE], True
        if rest:
            yield Line(number + 1, rest.rstrip(b"\r"), is_too_long)

    def _read(self) -> bytes:
        try:
            # What a pipe gives now is taken now, without waiting for a whole block.
            block = self._stream.read1(READ_AT_ONCE)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            self.problem = f"The compressed file is damaged or cut off: {error}"
            return b""
        self.passed = self._raw.tell() if self._raw.seekable() else self.passed + len(block)
        return block


@contextmanager
def opened(name: str) -> Iterator[Log]:
    """Open a log by its name; `-` is standard input. Raises OSError."""
    if name == STANDARD_INPUT:
        yield Log("standard input", sys.stdin.buffer)
        return
    with open(name, "rb") as raw:
        yield Log(name, raw)


def size_bytes(names: list[str]) -> int | None:
    """How long all of them are; None when one is no file whose length is known."""
    total = 0
    for name in names:
        if name == STANDARD_INPUT or not Path(name).is_file():
            return None
        total += Path(name).stat().st_size
    return total
