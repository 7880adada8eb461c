"""Counting the lines of logs, each once, in batches of which each is counted whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import chain, islice
from typing import NamedTuple, Protocol

from byline.analytics.collect.collector import Collector
from byline.analytics.collect.ids import DAY_MS
from byline.analytics.hits import Hit, Refused
from byline.analytics.importing import formats, judging
from byline.analytics.importing.files import Line
from byline.analytics.importing.formats import Format, Read
from byline.analytics.importing.lines import Entry, Unreadable, no_page
from byline.analytics.importing.outcome import Outcome
from byline.analytics.sites.queries import Collected
from byline.analytics.store.days import calendar, date_of
from byline.kernel import clock

BATCH = 5_000
REMEMBERED = 50_000


class Ledger(Protocol):
    """Which lines were counted; `store.imported.ImportedLines` is one."""

    def salt(self, day: int) -> bytes | None:
        """A day's salt; None for a day that is closed."""

    def known(self, digests: dict[int, set[int]]) -> set[int]:
        """Those of the digests, by UTC day, that were counted before."""

    def first_own_day(self) -> int | None:
        """The first day that the site measured itself."""

    def count(self, batch: Counted) -> None:
        """Count a batch once and for all."""


class Candidate(NamedTuple):
    """A line that is to be counted, as a hit or as a refusal, unless it was before."""

    day: int
    digest: int
    entry: Hit | Refused


@dataclass(slots=True)
class Counted:
    """A batch: what to count, and by which digests its lines are known."""

    entries: list[Hit | Refused] = field(default_factory=list)
    digests: dict[int, set[int]] = field(default_factory=dict)
    refused: dict[tuple[int, str], int] = field(default_factory=dict)
    """Refusals by the site's day and the reason."""


class LogImport:
    """One run: lines go in by `read`, `flush` counts those that wait. `outcome` says what became of them."""

    def __init__(self, ledger: Ledger, collector: Collector, site: Collected, *, over_own: bool = False) -> None:
        self.outcome = Outcome()
        self._ledger = ledger
        self._collector = collector
        self._site = site
        self._over_own = over_own
        self._days = calendar(site.time_zone)
        self._waiting: list[Candidate] = []
        self.look()

    def look(self) -> None:
        """Look again since when the site measures itself, and what time it is."""
        self._now_ms = clock.milliseconds()
        self._own_from = None if self._over_own else self._ledger.first_own_day()

    def read(self, file: LogFile, line: Line) -> None:
        """Take one line of a file."""
        self.outcome.lines += 1
        entry = self._entry(file, line)
        if entry is None:
            return
        cause = no_page(entry)
        if cause:
            self.outcome.no_pages[cause] += 1
            return
        try:
            self._judge(file, line, entry)
        except Unreadable as cause_:
            self._unreadable(file, line, str(cause_))
        if len(self._waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Count what waits, each line that was not counted before."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        asked: dict[int, set[int]] = {}
        for each in waiting:
            asked.setdefault(each.day, set()).add(each.digest)
        known = self._ledger.known(asked)
        batch = Counted()
        for each in waiting:
            if each.digest in known:
                self.outcome.counted_before += 1
            else:
                known.add(each.digest)
                self._add(batch, each)
        if batch.entries:
            self._ledger.count(batch)

    def _entry(self, file: LogFile, line: Line) -> Entry | None:
        if line.is_too_long:
            self.outcome.too_long += 1
            self.outcome.note(f"{file.name}:{line.number}", line.raw, "The line is too long.")
            return None
        text = self._text(file, line)
        if not text:
            self.outcome.aside += 1
            return None
        try:
            entry = file.entry(text)
        except Unreadable as cause:
            self._unreadable(file, line, str(cause))
            return None
        self.outcome.aside += entry is None
        return entry

    def _text(self, file: LogFile, line: Line) -> str:
        try:
            return line.raw.decode().strip()
        except UnicodeDecodeError:
            self.outcome.not_utf8 += 1
            self.outcome.note(f"{file.name}:{line.number}", line.raw, "The line has bytes that are no UTF-8.")
            return line.raw.decode(errors="replace").strip()

    def _unreadable(self, file: LogFile, line: Line, cause: str) -> None:
        self.outcome.unreadable += 1
        self.outcome.note(f"{file.name}:{line.number}", line.raw, cause)

    def _judge(self, file: LogFile, line: Line, entry: Entry) -> None:
        judging.check_time(entry, self._now_ms)
        day, own_day = entry.at_ms // DAY_MS, self._days.of(entry.at_ms // 1000)[0]
        if self._own_from is not None and own_day >= self._own_from:
            self.outcome.own += 1
            self.outcome.own_from = date_of(self._own_from)
            return
        salt = self._ledger.salt(day)
        if salt is None:
            self.outcome.closed += 1
            self.outcome.closed_days.add(date_of(day))
            return
        found = judging.judged(self._collector, self._site, entry)
        self._waiting.append(Candidate(day, file.digest(line.raw, salt), found))

    def _add(self, batch: Counted, each: Candidate) -> None:
        entry = each.entry
        batch.entries.append(entry)
        batch.digests.setdefault(each.day, set()).add(each.digest)
        own_day = self._days.of(entry.at_ms // 1000)[0]
        if isinstance(entry, Refused):
            key = (own_day, entry.reason.value)
            batch.refused[key] = batch.refused.get(key, 0) + 1
            self.outcome.refused[entry.reason] += 1
        else:
            self.outcome.pageviews += 1
            self.outcome.days.add(date_of(own_day))


class LogFile:
    """A file while it is read: how its lines are read, and which of them are the same to the letter."""

    def __init__(self, name: str, chosen: Format = Format.AUTO) -> None:
        self.name = name
        self._read: Read | None = None if chosen is Format.AUTO else formats.reader(chosen)
        self._seen: dict[int, int] = {}
        self._seen_before: dict[int, int] = {}

    def recognise(self, lines: Iterable[Line]) -> bool:
        """Find its format by some of its lines; answer whether it is known now."""
        if self._read is None:
            found = formats.recognised(line.raw.decode(errors="replace") for line in lines)
            self._read = formats.reader(found) if found else None
        return self._read is not None

    def entry(self, text: str) -> Entry | None:
        """The request of a line; raises Unreadable."""
        if self._read is None and text.startswith("#"):
            return None  # What a file of the extended format begins with.
        if self._read is None:
            raise Unreadable("The format of the log is not known.")
        return self._read(text)

    def digest(self, raw: bytes, salt: bytes) -> int:
        """What a line is known by for good: its bytes, and whether it is the first, second, third of its kind.

        Lines that are the same to the letter are of the same second, so they stand near to one another.
        """
        plain = _digest(raw, salt)
        number = self._seen.get(plain) or self._seen_before.get(plain, 0)
        self._seen[plain] = number + 1
        if len(self._seen) >= REMEMBERED:
            self._seen, self._seen_before = {}, self._seen
        return _digest(b"%d " % number + raw, salt) if number else plain


def _digest(text: bytes, salt: bytes) -> int:
    return int.from_bytes(blake2b(text, digest_size=8, key=salt).digest(), signed=True)


def looked_ahead(lines: Iterator[Line]) -> tuple[list[Line], Iterator[Line]]:
    """The first lines, and all of them from the beginning."""
    first = list(islice(lines, formats.LOOKED_AT))
    return first, chain(first, lines)
