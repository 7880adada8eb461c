"""What an ingester remembers of the tables: words, visitors, whose turn it was. Everything can be read again."""

from __future__ import annotations

import json
from bisect import insort
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, select, text

from byline.analytics.hits import FIRST_SHARED, Hit, Kind, Refused
from byline.analytics.store.days import QUARTER_MS, QUARTER_SECONDS
from byline.analytics.store.dimensions import BITS, OF_VISITS, Dimension
from byline.analytics.store.interface import ZoneOf
from byline.analytics.store.ledger import ENGAGED, EVENTS, PAGEVIEWS, READS, SCROLL, SCROLLED, Row
from byline.analytics.store.people import Person, View, Visit, mark_of
from byline.analytics.store.tables import PAGEVIEW, events, measured, turns, visits
from byline.analytics.store.vocabulary import FIRST_WORD, Vocabulary

MOST_PEOPLE = 8_000
"""How many visitors are remembered: some 25 MB, where each has one visit of three pages."""
MOST_VIEWS = 150_000
MOST_WORDS_REMEMBERED = 100_000
TRIM_EVERY = 10
"""Batches between two looks at how many views and words are remembered: the look itself takes some milliseconds."""
AT_ONCE = 2_000
Key = tuple[int, int, int]
"""Site, import, visitor."""
Span = tuple[int, int]
"""First and last day."""
_ENGAGEMENT = Kind.ENGAGEMENT
# Thousands of numbers are one value, so that the statement stays the same and is understood once. SQLite would rather
# read the whole site than look up each of them; it cannot know how few they are.
_AMONG = {
    False: "{0} IN (SELECT value FROM json_each(:{1}))",
    True: "{0} = ANY(CAST(:{1} AS bigint[]))",
}
_BY = {False: "INDEXED BY {}", True: ""}
_VISITS = "SELECT * FROM visits"
_NEAR = {
    on_server: (
        text(
            f"{_VISITS} {_BY[on_server].format('ix_visits_visitor')} WHERE site_id = :site"
            f" AND {among.format('day', 'days')} AND {among.format('visitor', 'ids')}"
        ),
        text(
            f"{_VISITS} {_BY[on_server].format('ix_visits_other_visitor')} WHERE site_id = :site"
            f" AND other_visitor <> 0 AND {among.format('other_visitor', 'ids')}"
        ),
    )
    for on_server, among in _AMONG.items()
}
_WORDS = [visits.c[dimension.name.lower()] for dimension in OF_VISITS]


class Memory:
    """Filled for each batch by `recall`, valid while nobody else changes the tables."""

    def __init__(self, zone_of: ZoneOf) -> None:
        self._zone_of = zone_of
        self.sites: dict[int, Vocabulary] = {}
        self.people: dict[Key, Person] = {}
        """Everybody who is remembered, whoever was met last at the end."""
        self.turn: int | None = None
        """The number of the last turn after which everything remembered here was true; None for nothing remembered."""
        self.next_visit = 0
        self._turns_to_trim = 0

    def forget(self) -> None:
        """Remember nothing: somebody else wrote, or what was changed here was not stored."""
        self.sites, self.people, self.turn = {}, {}, None

    def person(self, site_id: int, origin: int, visitor: int) -> Person:
        """A visitor, met now if not before."""
        key = (site_id, origin, visitor)
        found = self.people.get(key)
        if found is None:
            found = self.people[key] = Person(*key)
        return found

    def unite(self, person: Person, former: Person) -> None:
        """Let two ids be one person, who has the visits of both."""
        for visit in former.visits:
            insort(person.visits, visit, key=_began)
        person.views.update(former.views)
        person.visitors += tuple(visitor for visitor in former.visitors if visitor not in person.visitors)
        person.gone += former.gone
        if person.before is not None:
            person.before.update(former.before or {})
        if person.covered and former.covered:
            mine, other = person.covered, former.covered
            person.covered = max(mine[0], other[0]), min(mine[1], other[1])
        for visitor in former.visitors:
            self.people[person.site_id, person.origin, visitor] = person

    def trim(self) -> None:
        """Forget whoever was not met for longest, and all words when they are too many."""
        self._forget_people(len(self.people) - MOST_PEOPLE)
        self._turns_to_trim = (self._turns_to_trim or TRIM_EVERY) - 1
        if self._turns_to_trim:
            return
        while sum(len(person.views) for person in self.people.values()) > MOST_VIEWS:
            self._forget_people(len(self.people) // 2 + 1)
        if sum(words.remembered for words in self.sites.values()) > MOST_WORDS_REMEMBERED:
            self.forget()

    def _forget_people(self, number: int) -> None:
        people = self.people
        for key in list(islice(people, max(number, 0))):
            person = people.pop(key, None)
            if person is not None and len(person.visitors) > 1:
                # Both ids of one person go together, as they share its visits.
                for visitor in person.visitors:
                    people.pop((person.site_id, person.origin, visitor), None)

    def recall(self, connection: Connection, batch: Sequence[Hit | Refused]) -> None:
        """Read whatever counting this batch needs and is not remembered."""
        if self.turn is None:
            self._read_turn(connection)
        needed: dict[int, _Needed | None] = {}
        for entry in batch:
            of_site = needed.get(entry[0]) or self._meet(needed, entry[0])
            if of_site is not None:
                of_site.note(entry)
        for site_id, of_site in needed.items():
            if of_site is not None:
                of_site.words.look_at_days(connection, of_site.days)
                of_site.words.look_up(connection, of_site.texts.union(*of_site.shared))
                self._read_people(connection, site_id, self._unknown(of_site.people))

    def _read_turn(self, connection: Connection) -> None:
        row = connection.execute(select(turns.c.number, turns.c.next_visit)).one()
        self.turn, self.next_visit = row
        for row in connection.execute(select(measured)):
            self.sites[row.site_id] = Vocabulary(row.site_id, row.time_zone, row.next_word, is_new=False)

    def _meet(self, needed: dict[int, _Needed | None], site_id: int) -> _Needed | None:
        if site_id in needed:
            return None
        words = self.sites.get(site_id)
        if words is None and (zone := self._zone_of(site_id)) is not None:
            words = self.sites[site_id] = Vocabulary(site_id, zone, FIRST_WORD, is_new=True)
        needed[site_id] = met = _Needed(words) if words else None
        return met

    def _unknown(self, wanted: dict[Key, Span]) -> dict[Key, Span]:
        """Those of whom not every visit of the days and of those beside them is remembered."""
        people = self.people
        unknown: dict[Key, Span] = {}
        for key, (first, last) in wanted.items():
            person = people.pop(key, None)
            if person is not None:
                people[key] = person  # Whoever was met last is forgotten last.
                if person.covered and person.covered[0] < first and last < person.covered[1]:
                    continue
            unknown[key] = first, last
        return unknown

    def _read_people(self, connection: Connection, site_id: int, wanted: dict[Key, Span]) -> None:
        """Read every visit near to the days on which visitors are met, of all the ids that they have there."""
        fresh: list[tuple[int, Visit]] = []
        asked: set[int] = set()
        while wanted:
            days = {
                day + step for first, last in wanted.values() for day in range(first, last + 1) for step in (-1, 0, 1)
            }
            ids = {key[2] for key in wanted} - asked
            asked |= ids
            for key, (first, last) in wanted.items():
                _cover(self.person(*key), first - 1, last + 1)
            found = list(self._visits(connection, site_id, days, sorted(ids)))
            fresh += (both for both in found if self._add(site_id, *both))
            wanted = {
                (site_id, origin, other): (min(days) + 1, max(days) - 1)
                for origin, visit in found
                for other in (visit.visitor, visit.other_visitor)
                if other and other not in asked
            }
        self._read_events(connection, site_id, fresh)

    def _visits(
        self, connection: Connection, site_id: int, days: set[int], ids: list[int]
    ) -> Iterator[tuple[int, Visit]]:
        calendar = self.sites[site_id].days
        on_server = connection.dialect.name == "postgresql"
        for statement in _NEAR[on_server]:
            some = {"days": sorted(days), "ids": ids}
            values = some if on_server else {name: json.dumps(numbers) for name, numbers in some.items()}
            for row in connection.execute(statement, {"site": site_id, **values}).mappings():
                yield row["origin"], _visit(row, calendar.of(row["began_at"]))

    def _add(self, site_id: int, origin: int, visit: Visit) -> bool:
        """Give a visit that was read to its visitor; answer whether it was not known."""
        person = self.person(site_id, origin, visit.visitor)
        if any(known.id == visit.id for known in person.visits):
            return False
        insort(person.visits, visit, key=_began)
        if visit.other_visitor:
            other = self.person(site_id, origin, visit.other_visitor)
            if other is not person:
                self.unite(person, other)
        return True

    def _read_events(self, connection: Connection, site_id: int, fresh: list[tuple[int, Visit]]) -> None:
        by_id = {visit.id: (self.person(site_id, origin, visit.visitor), visit) for origin, visit in fresh}
        ids = sorted(by_id)
        calendar = self.sites[site_id].days
        for begin in range(0, len(ids), AT_ONCE):
            some = events.c.visit_id.in_(ids[begin : begin + AT_ONCE])
            query = select(events).where(events.c.site_id == site_id, some)
            for row in connection.execute(query.order_by(events.c.visit_id, events.c.number)):
                _replay(*by_id[row.visit_id], row, calendar.of(row.at))


class _Needed:
    """What a batch needs of one site."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words
        self.days: dict[int, Span] = {}
        """Each as the span of one day."""
        self._quarter = range(0)
        """The milliseconds of the quarter of an hour of the entry before."""
        self._span: Span = (0, 0)
        """That one's day."""
        self.texts: set[str] = set()
        self.shared: set[tuple[str, ...]] = set()
        self.people: dict[Key, Span] = {}

    def note(self, entry: Hit | Refused) -> None:
        """Note what counting a hit or a refusal needs."""
        if entry[1] not in self._quarter:
            self._go_to(entry[1] // QUARTER_MS)
        if not isinstance(entry, Hit):
            return
        if entry.kind is not _ENGAGEMENT:
            self.texts.add(entry.path)
            self.shared.add(entry[FIRST_SHARED:])  # type: ignore[arg-type]  # (these fields are texts)
            if entry.name or entry.props:
                self._note_named(entry)
        self._want((entry.site_id, entry.origin, entry.visitor))
        if entry.former_visitor:
            self._want((entry.site_id, entry.origin, entry.former_visitor))

    def _go_to(self, quarter: int) -> None:
        self._quarter = range(quarter * QUARTER_MS, (quarter + 1) * QUARTER_MS)
        day = self.words.days.of(quarter * QUARTER_SECONDS)[0]
        self._span = self.days.setdefault(day, (day, day))

    def _note_named(self, hit: Hit) -> None:
        self.texts.add(hit.name)
        name = hit.name or hit.kind.value
        self.texts.update(f"{name}\t{key}\t{value}" for key, value in hit.props)

    def _want(self, key: Key) -> None:
        span = self.people.setdefault(key, self._span)
        if span is not self._span:
            (first, last), (day, _) = span, self._span
            if not first <= day <= last:
                self.people[key] = min(first, day), max(last, day)


def _began(visit: Visit) -> int:
    return visit.began_at


def _cover(person: Person, first: int, last: int) -> None:
    if person.covered:
        first, last = min(first, person.covered[0]), max(last, person.covered[1])
    person.covered = first, last


def _visit(row: Any, when: tuple[int, int]) -> Visit:
    words = [row[column.name] for column in _WORDS]
    visit = Visit(row["id"], row["visitor"], row["began_at"], (row["day"], when[1]), words)
    visit.other_visitor, visit.last_at = row["other_visitor"], row["last_at"]
    visit.events, visit.pageviews, visit.interactions = row["events"], row["pageviews"], row["interactions"]
    visit.engaged = row["engaged_ms"]
    visit.stored = True
    return visit


def _replay(person: Person, visit: Visit, row: Any, when: tuple[int, int]) -> None:
    """Let a visit that was read have one of its events, in memory."""
    is_pageview = row.kind == PAGEVIEW
    day, hour = when
    visit.days[day] = visit.days.get(day, 0) + (_read(row) if is_pageview else EVENTS)
    keys = keys_of(row.kind, row.path_id, row.name_id, row.props)
    visit.present.setdefault((day, row.visitor), set()).update(keys, (mark_of(hour),))
    if not is_pageview:
        return
    visit.exit_at = max(visit.exit_at, row.at)
    if row.view:
        view = View(visit, row.number, row.at, when, keys[0])
        view.engaged, view.scroll, view.is_read = row.engaged_ms, row.scroll, row.is_read
        person.views[row.view] = view


def _read(row: Any) -> Row:
    """What a stored pageview adds to the sums of its day."""
    scrolled = row.scroll * SCROLL + SCROLLED if row.scroll >= 0 else 0
    read: Row = row.engaged_ms * ENGAGED + scrolled + row.is_read * READS
    return PAGEVIEWS + read


_OWN = {
    1: (Dimension.PAGE, True),
    2: (Dimension.EVENT, False),
    3: (Dimension.OUTBOUND, False),
    4: (Dimension.DOWNLOAD, False),
    5: (Dimension.NOT_FOUND, True),
}


def keys_of(kind: int, path_id: int, name_id: int, props: str | None) -> list[int]:
    """The keys that a stored event has by itself."""
    dimension, by_path = _OWN[kind]
    keys = [(path_id if by_path else name_id) << BITS | dimension]
    if props:
        keys += [int(number) << BITS | Dimension.PROP for number in props[1:-1].split(",")]
    return keys
