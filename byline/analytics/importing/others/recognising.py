"""What was uploaded: whose export it is, which of its tables are understood, and what cannot be taken over."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO
from zoneinfo import ZoneInfo

from byline.analytics.hits import Hit
from byline.analytics.importing.models import Kind
from byline.analytics.importing.others import ga4, plausible, raw, reading
from byline.analytics.importing.others.archive import Archive, Part, Refused
from byline.analytics.importing.others.reading import Left, Row, Table, Unusable

MOST_ROWS = 5_000_000
LONGEST_COMMENT = 100


@dataclass(slots=True)
class Found:
    """A table that is understood, and what it holds."""

    name: str
    about: str
    rows: int = 0
    broken: int = 0
    """Rows that say nothing that can be counted."""
    first: date | None = None
    last: date | None = None
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Recognised:
    """What can be made of an upload."""

    kind: Kind | None = None
    tables: list[Found] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    """Names of files or tables that cannot be taken over, and why."""

    @property
    def rows(self) -> int:
        """Rows of all tables that are understood."""
        return sum(each.rows for each in self.tables)

    @property
    def first(self) -> date | None:
        """The first day of all of them."""
        return min((each.first for each in self.tables if each.first), default=None)

    @property
    def last(self) -> date | None:
        """The last day of all of them."""
        return max((each.last for each in self.tables if each.last), default=None)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads an archive for one site."""

    key: bytes
    own_host: str
    zone: ZoneInfo

    def look(self, archive: Archive) -> Recognised:
        """Read all of it once and say what it holds; raises Refused."""
        found = Recognised()
        for part in archive.parts:
            with _sections(archive, part) as sections:
                self._look_at(found, part, sections)
        if found.rows > MOST_ROWS:
            raise Refused(f"That are {found.rows:,} rows. At most {MOST_ROWS:,} are taken at once; import it in parts.")
        return found

    def counted(self, archive: Archive) -> Iterator[tuple[date, Row | Hit]]:
        """Everything that counts, with its day on the site's clock, always in the same order; raises Refused."""
        for part in archive.parts:
            with _sections(archive, part) as sections:
                for section in sections:
                    known = self._table(part, section)
                    if isinstance(known, tuple):
                        yield from self._of_table(known[1], section)

    def _of_table(self, table: Table, section: Section) -> Iterator[tuple[date, Row | Hit]]:
        for fields in reading.rows(section.lines, section.columns):
            try:
                made = list(table.read(fields))
            except Unusable:
                continue
            for each in made:
                yield self._day(each), each

    def _look_at(self, found: Recognised, part: Part, sections: Iterator[Section]) -> None:
        for section in sections:
            known = self._table(part, section)
            if isinstance(known, Left):
                found.left.append((section.name(part), known.value))
                continue
            kind, table = known
            found.kind = found.kind or kind
            looked = self._looked(table, section, section.name(part))
            if looked.rows:
                found.tables.append(looked)
            else:
                found.left.append((looked.name, Left.EMPTY.value))

    def _looked(self, table: Table, section: Section, name: str) -> Found:
        looked = Found(name, table.about, notes=table.notes)
        for fields in reading.rows(section.lines, section.columns):
            try:
                made = list(table.read(fields))
            except Unusable:
                looked.broken += 1
                continue
            if made:
                looked.rows += 1
                day = self._day(made[0])
                looked.first = min(looked.first or day, day)
                looked.last = max(looked.last or day, day)
        return looked

    def _table(self, part: Part, section: Section) -> tuple[Kind, Table] | Left:
        columns = section.columns
        own = plausible.table(part.name, columns)
        if own is None:
            of_events = raw.table(columns, self.key, self.own_host)
            if of_events:
                return Kind(of_events[0]), of_events[1]
            google = ga4.table(columns, section.comments)
            return google if isinstance(google, Left) else (Kind.GA4, google) if google else _unknown(columns)
        return own if isinstance(own, Left) else (Kind.PLAUSIBLE, own)

    def _day(self, made: Row | Hit) -> date:
        if isinstance(made, Row):
            return made.day
        return datetime.fromtimestamp(made.at_ms / 1000, self.zone).date()


def _unknown(columns: tuple[str, ...]) -> Left:
    # Umami's download of a dashboard: names and numbers of a whole period.
    return Left.NO_DAYS if set(columns) == {"x", "y"} else Left.UNKNOWN


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a file: what stands before it, its columns, and its lines."""

    comments: str
    columns: tuple[str, ...]
    lines: Iterable[str]
    number: int

    def name(self, part: Part) -> str:
        """What people can find it by."""
        return part.name if self.number == 1 else f"{part.name}, table {self.number}"


@contextmanager
def _sections(archive: Archive, part: Part) -> Iterator[Iterator[Section]]:
    """The tables of a file. Only Google has several in one, with comments before and empty lines between."""
    with archive.opened(part) as text:
        yield _cut(part, text)


def _cut(part: Part, text: IO[str]) -> Iterator[Section]:
    if not part.name.lower().endswith((".csv", ".tsv", ".txt")):
        yield Section("", (), (), 1)
        return
    comments: list[str] = []
    number = 0
    for line in text:
        if line.startswith("#"):
            comments = [*comments, line][-LONGEST_COMMENT:]
        elif line.strip():
            number += 1
            # Only where comments stand in front does an empty line end a table: elsewhere it may be part of a text.
            lines: Iterable[str] = _to_gap(text) if comments else text
            columns = _columns(line)
            yield Section("".join(comments), columns, lines, number)
            for _ in lines:
                pass


def _to_gap(text: IO[str]) -> Iterator[str]:
    for line in text:
        if not line.strip():
            return
        yield line


def _columns(head: str) -> tuple[str, ...]:
    names = next(csv.reader([head]), [])
    # GoatCounter writes the version of its format in front of the first name.
    first = names[0].lstrip("0123456789") if names and names[0].endswith("Path") else (names or [""])[0]
    return tuple(reading.column(name) for name in [first, *names[1:]])
