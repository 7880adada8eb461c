"""Works the sums of a day out anew from its events and visits, with statements alone.

It is the second of two ways to the same numbers: the ingester adds up differences, this counts what is there. Days
whose events were pruned are left alone, and so are sums of imports that never had events.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from sqlalchemy import Connection, and_, delete, func, insert, select, text, update

from byline.analytics.store import sql
from byline.analytics.store.days import QUARTER_SECONDS, calendar
from byline.analytics.store.dimensions import OF_VISITS, ONLY_WHERE_KNOWN, Dimension
from byline.analytics.store.tables import (
    DAY_SECONDS,
    DOWNLOAD,
    EVENT,
    LOOK_BACK_DAYS,
    NOT_FOUND,
    OUTBOUND,
    PAGEVIEW,
    SUMS,
    daily,
    first_visit_of,
    hourly,
    measured,
    turns,
    visits,
)
from byline.kernel.db import Database

OWN = {
    Dimension.PAGE: (PAGEVIEW, "path_id"),
    Dimension.EVENT: (EVENT, "name_id"),
    Dimension.OUTBOUND: (OUTBOUND, "name_id"),
    Dimension.DOWNLOAD: (DOWNLOAD, "name_id"),
    Dimension.NOT_FOUND: (NOT_FOUND, "path_id"),
}
_WORDS = ", ".join(f"v.{dimension.name.lower()}" for dimension in OF_VISITS)
_JOINED = "JOIN visits v ON v.site_id = e.site_id AND v.id = e.visit_id"
_HAPPENED = "e.site_id = :site AND e.visit_id >= :lowest AND e.visit_id < :highest AND e.at >= :begin AND e.at < :end"
_BEGAN = "v.site_id = :site AND v.id >= :first AND v.id < :highest AND v.began_at >= :begin AND v.began_at < :end"
_READ = {
    "pageviews": f"sum(CASE WHEN e.kind = {PAGEVIEW} THEN 1 ELSE 0 END)",
    "events": f"sum(CASE WHEN e.kind = {PAGEVIEW} THEN 0 ELSE 1 END)",
    "engaged_ms": f"sum(CASE WHEN e.kind = {PAGEVIEW} THEN e.engaged_ms ELSE 0 END)",
    "scroll_sum": f"sum(CASE WHEN e.kind = {PAGEVIEW} AND e.scroll > 0 THEN e.scroll ELSE 0 END)",
    "scroll_views": f"sum(CASE WHEN e.kind = {PAGEVIEW} AND e.scroll >= 0 THEN 1 ELSE 0 END)",
    "reads": f"sum(CASE WHEN e.kind = {PAGEVIEW} THEN e.is_read ELSE 0 END)",
}
_VISITORS = {"visitors": "count(DISTINCT e.visitor)"}
_BEGUN = {"visits": "count(*)", "bounces": "sum(v.is_bounce)", "duration_s": "sum(v.last_at - v.began_at)"}
_IN_VISITS = {"visits": "count(DISTINCT v.id)"}
Row = dict[str, int]


def rebuild(database: Database, site_id: int, from_day: int, to_day: int) -> int:
    """Rebuild the days from one to another, the newest first, each in a transaction; answer how many there were.

    Ingesters notice, and read again what they remembered.
    """
    done = 0
    for day in range(to_day, from_day - 1, -1):
        with database.writer.begin() as connection:
            done += _Day(connection, site_id, day).rebuild()
    return done


def rezone(database: Database, site_id: int, time_zone: str) -> int:
    """Sort all of a site's days whose events are left by another time zone; answer how many days were rebuilt.

    From the first transaction on new hits are sorted by it too. Safe to run twice, and to run again after it broke off.
    """
    with database.writer.begin() as connection:
        site = measured.c.site_id == site_id
        if connection.execute(update(measured).where(site).values(time_zone=time_zone)).rowcount == 0:
            return 0
        tell(connection)
    days = calendar(time_zone)
    with database.reader.connect() as connection:
        edges = select(func.min(visits.c.began_at), func.max(visits.c.last_at)).where(visits.c.site_id == site_id)
        first, last = connection.execute(edges).one()
        total = and_(daily.c.site_id == site_id, daily.c.dimension == Dimension.TOTAL)
        latest = connection.scalar(select(func.max(daily.c.day)).where(total))
    if first is None:
        return 0
    return rebuild(database, site_id, days.of(first)[0] - 1, max(days.of(last)[0], latest or 0) + 1)


def tell(connection: Connection) -> None:
    """Let ingesters notice that what they remember is not true any more; on PostgreSQL they wait for the commit."""
    connection.execute(update(turns).values(number=turns.c.number + 1))


class _Day:
    """One day of one site, rebuilt in the transaction of a connection."""

    def __init__(self, connection: Connection, site_id: int, day: int) -> None:
        self._connection = connection
        self._site_id = site_id
        self._day = day

    def rebuild(self) -> int:
        """Put the day's sums in the place of those there are; answer 0 where its events are not all left."""
        tell(self._connection)
        query = select(measured.c.time_zone, measured.c.pruned_before).where(measured.c.site_id == self._site_id)
        row = self._connection.execute(query).one_or_none()
        if row is None or (row.pruned_before and self._day < row.pruned_before + LOOK_BACK_DAYS):
            return 0
        self._days = calendar(row.time_zone)
        self._begin, self._end = self._days.begin(self._day), self._days.begin(self._day + 1)
        if self._is_empty():
            return 0
        began = sql.during_visits(self._site_id, self._begin, self._end)
        # Whatever zone they were counted by.
        self._connection.execute(update(visits).where(began, visits.c.day != self._day).values(day=self._day))
        self._forget()
        self._store_days()
        self._store_hours()
        return 1

    def _is_empty(self) -> bool:
        total = and_(daily.c.site_id == self._site_id, daily.c.dimension == Dimension.TOTAL, daily.c.day == self._day)
        near = and_(visits.c.id >= self._values["lowest"], visits.c.id < self._values["highest"])
        some = select(visits.c.id).where(visits.c.site_id == self._site_id, near)
        has_sums = self._connection.execute(select(daily.c.day).where(total).limit(1)).first()
        return not (has_sums or self._connection.execute(some.limit(1)).first())

    def _forget(self) -> None:
        # Of an import without events nothing could be worked out anew: its sums were brought as sums.
        # A day further on, as sums by another zone may stand on this day for what happened on the next.
        last = first_visit_of(self._end // DAY_SECONDS + 2)
        near = and_(visits.c.id >= self._values["lowest"], visits.c.id < last)
        with_events = select(visits.c.origin).where(visits.c.site_id == self._site_id, near).distinct()
        origins = {0, *self._connection.execute(with_events).scalars()}
        days = and_(daily.c.site_id == self._site_id, daily.c.dimension.in_(list(Dimension)), daily.c.day == self._day)
        self._connection.execute(delete(daily).where(days, daily.c.origin.in_(origins)))
        hours = and_(hourly.c.site_id == self._site_id, hourly.c.hour >= self._begin, hourly.c.hour < self._end)
        self._connection.execute(delete(hourly).where(hours, hourly.c.origin.in_(origins)))

    def _store_days(self) -> None:
        rows = _Rows(("site_id", "dimension", "day", "word_id", "origin"))
        self._gather_visits()
        for dimension in (Dimension.TOTAL, *OF_VISITS):
            word = "0" if dimension is Dimension.TOTAL else dimension.name.lower()
            found = self._grouped(f"{word} AS word", _SUMMED, "a_day v", "1 = 1", word)
            begun = self._grouped(f"v.{word} AS word" if word != "0" else "0 AS word", _BEGUN, "visits v", _BEGAN, word)
            for origin, number, values in (*found, *begun):
                if number or dimension not in ONLY_WHERE_KNOWN:
                    rows.add((self._site_id, dimension, self._day, number, origin), values)
        for dimension, origin, number, values in self._own():
            rows.add((self._site_id, dimension, self._day, number, origin), values)
        if rows.found:
            self._connection.execute(insert(daily), rows.found)
        self._connection.execute(text("DROP TABLE a_day"))

    def _gather_visits(self) -> None:
        """What visits did on this day, by visit and visitor: sixteen dimensions are counted of it."""
        sums = ", ".join(f"{sum_} AS {name}" for name, sum_ in _READ.items())
        columns = f"v.origin, {_WORDS}, e.visitor, {sums}"
        source = f"SELECT {columns} FROM events e {_JOINED}"  # noqa: S608  (our own words)
        by_visit = "GROUP BY v.site_id, v.id, e.visitor"
        # PostgreSQL takes no values where a table is made.
        self._connection.execute(text(f"CREATE TEMPORARY TABLE a_day AS {source} WHERE 1 = 0 {by_visit}"))
        self._connection.execute(text(f"INSERT INTO a_day {source} WHERE {_HAPPENED} {by_visit}"), self._values)

    def _own(self) -> Iterator[tuple[Dimension, int, int, Row]]:
        """What is an event's own."""
        for dimension, (kind, word) in OWN.items():
            is_kind = f"e.kind = {kind}"
            sums = _VISITORS | (_READ if dimension is Dimension.PAGE else {"events": "count(*)"})
            for found in self._grouped_events(f"e.{word}", sums, is_kind, ""):
                yield dimension, *found
        if self._connection.dialect.name == "postgresql":
            each = "CROSS JOIN LATERAL json_array_elements_text(e.props::json) AS p(value)"
        else:
            each = "CROSS JOIN json_each(e.props) AS p"
        for found in self._grouped_events(
            "CAST(p.value AS INTEGER)", _VISITORS | {"events": "count(*)"}, "1 = 1", each
        ):
            yield Dimension.PROP, *found

    def _grouped_events(self, word: str, sums: dict[str, str], where: str, each: str) -> Iterator[tuple[int, int, Row]]:
        happened = f"{_HAPPENED} AND {where}"
        yield from self._grouped(f"{word} AS word", sums, f"events e {_JOINED} {each}", happened, word)
        # Joined the other way round: of visits that began on the day, whenever it happened in them.
        began = f"{_BEGAN} AND {where}"
        yield from self._grouped(f"{word} AS word", _IN_VISITS, f"events e {_JOINED} {each}", began, word)

    def _grouped(
        self, word: str, sums: dict[str, str], source: str, where: str, by: str
    ) -> Iterator[tuple[int, int, Row]]:
        columns = ", ".join(("v.origin", word, *sums.values()))
        groups = "v.origin" if by == "0" else f"v.origin, {by}"
        statement = f"SELECT {columns} FROM {source} WHERE {where} GROUP BY {groups}"  # noqa: S608  (our own words)
        for origin, number, *values in self._connection.execute(text(statement), self._values):
            yield origin, number, dict(zip(sums, map(int, values), strict=True))

    @property
    def _values(self) -> dict[str, int]:
        first = self._begin // DAY_SECONDS
        return {
            "site": self._site_id,
            "begin": self._begin,
            "end": self._end,
            "lowest": first_visit_of(first - LOOK_BACK_DAYS),
            "first": first_visit_of(first),
            "highest": first_visit_of(self._end // DAY_SECONDS + 1),
        }

    def _store_hours(self) -> None:
        rows = _Rows(("site_id", "hour", "origin"))
        marks = range(self._begin, self._end, QUARTER_SECONDS)
        for shift, quarters in groupby(marks, lambda at: self._days.offset(at) % 3600):
            part = list(quarters)
            for hour, origin, values in self._hours(part[0], part[-1] + QUARTER_SECONDS, shift):
                rows.add((self._site_id, hour, origin), values)
        if rows.found:
            self._connection.execute(insert(hourly), rows.found)

    def _hours(self, begin: int, end: int, shift: int) -> Iterator[tuple[int, int, Row]]:
        """The hours of a stretch of time during which the clock's minutes differ from UTC's by one shift."""
        part = _Day(self._connection, self._site_id, self._day)
        part._begin, part._end = begin, end
        happened = f"e.at - (e.at + {shift}) % 3600"
        joined = f"events e {_JOINED}"
        for origin, hour, values in part._grouped(happened, _VISITORS | _READ, joined, _HAPPENED, happened):
            yield hour, origin, values
        began = f"v.began_at - (v.began_at + {shift}) % 3600"
        for origin, hour, values in part._grouped(began, _BEGUN, "visits v", _BEGAN, began):
            yield hour, origin, values


_SUMMED = {"visitors": "count(DISTINCT v.visitor)"} | {name: f"sum(v.{name})" for name in _READ}


class _Rows:
    """Rows of sums, put together from several statements."""

    def __init__(self, key: Sequence[str]) -> None:
        self._key = key
        self._rows: dict[tuple[int, ...], Row] = {}

    def add(self, key: tuple[int, ...], values: Row) -> None:
        """Add to the row of a key."""
        row = self._rows.get(key)
        if row is None:
            named = dict(zip(self._key, map(int, key), strict=True))
            row = self._rows[key] = named | dict.fromkeys(SUMS, 0)
        for name, value in values.items():
            row[name] += value

    @property
    def found(self) -> list[Row]:
        """Rows that count something."""
        return [row for row in self._rows.values() if any(row[name] for name in SUMS)]
