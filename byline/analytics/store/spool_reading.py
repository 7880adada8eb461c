"""Reads the spool: every file in its order, whole lines only, from where the last stored batch ended.

Files that are written now are read side by side in the order of their lines' times, so that hits of one visitor come
together whichever process took them. An import waits for none of that and holds up nobody.
"""

from __future__ import annotations

import fcntl
import os
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from pathlib import Path

from byline.analytics.hits import LONGEST_LINE, BadLine, Hit, Refused, decode

SUFFIX = ".log"
CHUNK_BYTES = 4 * LONGEST_LINE
MOST_LIVE_FILES, MOST_IMPORTS = 32, 4
LEAST_LINES = 100
REMOVED = -1
"""In the place of a position: the file is gone, and its position may go too."""
Line = tuple[Hit | Refused | None, int]
"""What a line says, None for a damaged one, and where it ends."""


@dataclass(slots=True)
class Batch:
    """Lines to count, and where they end in each file."""

    entries: list[Hit | Refused] = field(default_factory=list)
    positions: dict[str, int] = field(default_factory=dict)
    corrupt: int = 0
    more: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to store, not even that a file is gone."""
        return not (self.entries or self.positions or self.corrupt)


class _File:
    """One file of the spool and what was read of it but not taken yet."""

    def __init__(self, path: Path, position: int) -> None:
        self.path = path
        self.read_to = self.taken_to = position
        self.lines: deque[Line] = deque()
        self.has_more = False
        """Whether there is more than was read, as of the last look."""

    def fill(self, least: int) -> None:
        """Read until some lines wait, or there is nothing more."""
        self.has_more = True
        with open(self.path, "rb", buffering=0) as file:
            while len(self.lines) < least and self.has_more:
                self._read(file.fileno())

    def _read(self, file: int) -> None:
        chunk = os.pread(file, CHUNK_BYTES, self.read_to)
        self.has_more = len(chunk) == CHUNK_BYTES
        whole = chunk.rfind(b"\n") + 1
        if not whole:
            if self.has_more:  # No line is as long as this.
                self.read_to += len(chunk)
                self.lines.append((None, self.read_to))
            return
        end = self.read_to
        for line in chunk[:whole].splitlines(keepends=True) if b"\r" not in chunk else _lines(chunk[:whole]):
            end += len(line)
            self.lines.append((_said(line), end))
        self.read_to = end

    @property
    def is_import(self) -> bool:
        """Whether what comes next was not collected live."""
        return any(isinstance(entry, Hit) and entry.origin != 0 for entry, _ in list(self.lines)[:1])

    @property
    def next_ms(self) -> int:
        """The time of the line that comes next; a damaged one comes at once."""
        entry = self.lines[0][0]
        return 0 if entry is None else entry.at_ms

    def take(self, batch: Batch, most: int, until_ms: int | None) -> int:
        """Move lines into the batch, none later than a time; answer how many."""
        taken, end = 0, self.taken_to
        lines, entries = self.lines, batch.entries
        while lines and taken < most:
            entry, after = lines[0]
            if entry is None:
                batch.corrupt += 1
            elif until_ms is not None and entry[1] > until_ms:
                break
            else:
                entries.append(entry)
            lines.popleft()
            end = after
            taken += 1
        if taken:
            batch.positions[self.path.name] = self.taken_to = end
        return taken


def _said(line: bytes) -> Hit | Refused | None:
    try:
        return decode(line)
    except BadLine:
        return None


def _lines(whole: bytes) -> list[bytes]:
    # `bytes.splitlines` also ends a line at a carriage return, which only a damaged one contains.
    return [line + b"\n" for line in whole.split(b"\n")[:-1]]


class SpoolReader:
    """Reads one batch after another, each to be confirmed once it is stored; another reader begins where that ended."""

    def __init__(self, folder: Path, positions: Mapping[str, int]) -> None:
        self._folder = folder
        self._stored = dict(positions)
        self._files: dict[str, _File] = {}
        self._removed: set[str] = set()
        """Files that are gone, whose positions are still stored."""

    def read(self, most: int) -> Batch:
        """The next lines, at most so many."""
        batch = Batch(positions=dict.fromkeys(self._removed, REMOVED))
        live, imports = self._chosen(most)
        left = most // 2 if imports and live else most
        _take_together(batch, live, left)
        left = most - len(batch.entries) - batch.corrupt
        for file in imports:
            left -= file.take(batch, left, None)
        self._take_remains(batch)
        batch.more = any(file.lines or file.has_more for file in (*live, *imports))
        return batch

    def confirm(self, batch: Batch) -> None:
        """A batch is stored: remove files that were read and stored to their end."""
        for name, position in batch.positions.items():
            if position == REMOVED:
                self._removed.discard(name)
                self._stored.pop(name, None)
            else:
                self._stored[name] = position
        for name, file in list(self._files.items()):
            if not file.lines and not file.has_more:
                self._remove_if_finished(name, file)

    def _chosen(self, most: int) -> tuple[list[_File], list[_File]]:
        """Files to read from now, those written live and those of imports, with lines waiting in each."""
        names = sorted(entry.name for entry in self._entries())
        for name in self._files.keys() - set(names):
            del self._files[name]
        live: list[_File] = []
        imports: list[_File] = []
        least = max(LEAST_LINES, most // max(1, min(len(names), MOST_LIVE_FILES)))
        for name in names:
            file = self._files.get(name)
            if file is None:
                file = self._files[name] = _File(self._folder / name, self._stored.get(name, 0))
            if len(file.lines) < least:
                with suppress(FileNotFoundError):
                    file.fill(least)
            lane, room = (imports, MOST_IMPORTS) if file.is_import else (live, MOST_LIVE_FILES)
            if len(lane) < room:
                lane.append(file)
            else:
                file.lines.clear()
                file.read_to, file.has_more = file.taken_to, True
            if len(live) == MOST_LIVE_FILES and len(imports) == MOST_IMPORTS:
                break
        return live, imports

    def _entries(self) -> list[os.DirEntry[str]]:
        with suppress(FileNotFoundError), os.scandir(self._folder) as entries:
            return [entry for entry in entries if entry.name.endswith(SUFFIX) and entry.is_file(follow_symlinks=False)]
        return []

    def _take_remains(self, batch: Batch) -> None:
        """A last line without an end, of a process that is gone, is damaged: skip it, so that the file can go."""
        for name, file in self._files.items():
            if file.lines or file.has_more or name in batch.positions:
                continue
            with suppress(OSError), open(file.path, "rb", buffering=0) as opened:
                if os.fstat(opened.fileno()).st_size > file.taken_to and _is_free(opened.fileno()):
                    size = os.fstat(opened.fileno()).st_size
                    rest = os.pread(opened.fileno(), CHUNK_BYTES, file.taken_to)
                    if b"\n" not in rest:
                        file.read_to = file.taken_to = size
                        batch.positions[name] = size
                        batch.corrupt += 1

    def _remove_if_finished(self, name: str, file: _File) -> None:
        with suppress(FileNotFoundError), open(file.path, "rb", buffering=0) as opened:
            # Whoever gets the lock knows that nobody writes; only then is the size the last word.
            if _is_free(opened.fileno()) and os.fstat(opened.fileno()).st_size == self._stored.get(name, 0):
                file.path.unlink()
                del self._files[name]
                self._removed.add(name)


def _take_together(batch: Batch, files: list[_File], most: int) -> None:
    """Take lines of several files in the order of their times, as far as a file's own order allows."""
    heads = [(file.next_ms, place) for place, file in enumerate(files) if file.lines]
    heapify(heads)
    while heads and most > 0:
        _, place = heappop(heads)
        file = files[place]
        most -= file.take(batch, most, heads[0][0] if heads else None)
        if not file.lines and file.has_more:
            file.fill(LEAST_LINES)
        if file.lines:
            heappush(heads, (file.next_ms, place))


def _is_free(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
