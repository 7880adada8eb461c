"""Opening what was uploaded: one CSV, or an archive of some, neither of which may unfold into more than it may."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, cast

MOST_FILES = 200
LARGEST_BYTES = 1 << 30
"""Of all files of an archive together, unfolded."""
LARGEST_RATIO = 400
SMALL_BYTES = 10 << 20
"""Below it no ratio is too large: a file with few different rows folds well."""


class Refused(ValueError):
    """This cannot be opened; its text says why, for people."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of what was uploaded."""

    name: str
    size_bytes: int | None


class Archive:
    """What was uploaded, open for reading. Each of its files can be read several times."""

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._zip = zipfile.ZipFile(path) if zipfile.is_zipfile(path) else None
        self._name = PurePosixPath(name.replace("\\", "/")).name or "file.csv"
        self.parts = self._listed() if self._zip else [Part(self._name.removesuffix(".gz"), None)]
        self._left = LARGEST_BYTES

    def _listed(self) -> list[Part]:
        assert self._zip is not None  # noqa: S101  (for the checker of types)
        files = [each for each in self._zip.infolist() if not each.is_dir() and not _is_hidden(each.filename)]
        if len(files) > MOST_FILES:
            raise Refused(f"The archive has {len(files):,} files. At most {MOST_FILES} are read.")
        total = sum(each.file_size for each in files)
        folded = max(1, sum(each.compress_size for each in files))
        if total > LARGEST_BYTES or (total > SMALL_BYTES and total / folded > LARGEST_RATIO):
            raise Refused("The archive unfolds into more than it may. Import it in parts.")
        if any(each.flag_bits & 1 for each in files):
            raise Refused("The archive is locked with a password.")
        return [Part(each.filename, each.file_size) for each in files]

    @contextmanager
    def opened(self, part: Part) -> Iterator[IO[str]]:
        """A file's text; what is no UTF-8 in it is replaced."""
        self._left = LARGEST_BYTES
        with self._raw(part) as raw:
            bounded = cast(IO[bytes], io.BufferedReader(_Bounded(raw)))
            yield io.TextIOWrapper(bounded, encoding="utf-8-sig", errors="replace", newline="")

    @contextmanager
    def _raw(self, part: Part) -> Iterator[IO[bytes]]:
        if self._zip:
            with self._zip.open(part.name) as raw:
                yield raw
            return
        with self._path.open("rb") as plain:
            is_folded = plain.read(2) == b"\x1f\x8b"
            plain.seek(0)
            yield cast(IO[bytes], gzip.GzipFile(mode="rb", fileobj=plain)) if is_folded else plain

    def close(self) -> None:
        """Let go of the file."""
        if self._zip:
            self._zip.close()


@contextmanager
def opened(path: Path, name: str) -> Iterator[Archive]:
    """Open what was uploaded under a name; raises Refused, also while it is read."""
    try:
        archive = Archive(path, name)
        try:
            yield archive
        finally:
            archive.close()
    except (zipfile.BadZipFile, zlib.error, gzip.BadGzipFile, EOFError, NotImplementedError, csv.Error) as error:
        raise Refused(f"The file is damaged: {error}") from error


class _Bounded(io.RawIOBase):
    """A stream that ends with a refusal where it unfolds into too much, whatever it said of itself."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._left = LARGEST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        block = self._raw.read(len(buffer))
        self._left -= len(block)
        if self._left < 0:
            raise Refused("The file unfolds into more than it may. Import it in parts.")
        buffer[: len(block)] = block
        return len(block)


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(each.startswith((".", "__MACOSX")) for each in parts)
