"""Single events and sums of days as they stand, for whoever takes them out: in steps, so that memory stays small."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from byline.analytics.store.dimensions import OF_VISITS, Dimension
from byline.analytics.store.sql import during_visits
from byline.analytics.store.tables import (
    DAY_SECONDS,
    KINDS,
    LOOK_BACK_DAYS,
    SUMS,
    daily,
    events,
    first_visit_of,
    visits,
    words,
)
from byline.kernel.db import Database

AT_ONCE = 2_000
MOST_WORDS = 50_000
"""Words that are remembered from step to step."""
_ATTRIBUTES = tuple(dimension.name.lower() for dimension in OF_VISITS)
FIELDS = (
    "time",
    "kind",
    "path",
    "name",
    "properties",
    "engaged_seconds",
    "scroll",
    "is_read",
    "visitor",
    "visit",
    "imported",
    *(name for name in _ATTRIBUTES if name not in ("entry", "exit")),
)
"""What is known of an event, in this order."""


@dataclass(frozen=True, slots=True)
class Span:
    """Events of one site from one second since 1970 to before another."""

    site_id: int
    begin: int
    end: int


def number_of_events(database: Database, span: Span) -> int:
    """About how many events there are: those of the visits that began in the span. Reads visits only."""
    query = select(func.sum(visits.c.events)).where(during_visits(span.site_id, span.begin, span.end))
    with database.reader.connect() as connection:
        return int(connection.scalar(query) or 0)


def single_events(database: Database, span: Span) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Every event of the span, step by step in the order of the visits; each step reads for itself.

    No transaction stays open in between, so that a slow reader keeps nobody waiting. An event that is counted
    meanwhile may be there or not.
    """
    texts: dict[int, str] = {}
    after: tuple[int, int] | None = None
    while True:
        with database.reader.connect() as connection:
            rows = _step(connection, span, after)
            if not rows:
                return
            of_visits = _visits(connection, span.site_id, {row.visit_id for row in rows})
            _learn(connection, span.site_id, texts, _needed(rows, of_visits))
        after = (rows[-1].visit_id, rows[-1].number)
        yield [_event(row, of_visits.get(row.visit_id, {}), texts) for row in rows]
        if len(texts) > MOST_WORDS:
            texts.clear()


def days(database: Database, site_id: int) -> list[dict[str, int]]:
    """The sums of every day of a site, imports among them; `day` counts from 1970."""
    own = and_(daily.c.site_id == site_id, daily.c.dimension == Dimension.TOTAL)
    query = select(daily.c.day, *(func.sum(daily.c[name]).label(name) for name in SUMS)).where(own)
    with database.reader.connect() as connection:
        rows = connection.execute(query.group_by(daily.c.day).order_by(daily.c.day)).mappings()
        return [{name: int(number) for name, number in row.items()} for row in rows]


def _step(connection: Connection, span: Span, after: tuple[int, int] | None) -> Sequence[Row[Any]]:
    # One lower bound alone: with two SQLite may take the one at the beginning, and walk through all again each time.
    lowest = after[0] if after else first_visit_of(span.begin // DAY_SECONDS - LOOK_BACK_DAYS)
    highest = first_visit_of(span.end // DAY_SECONDS + 1)
    within = (events.c.site_id == span.site_id, events.c.visit_id >= lowest, events.c.visit_id < highest)
    query = select(events).where(*within, events.c.at >= span.begin, events.c.at < span.end)
    if after:
        query = query.where(or_(events.c.visit_id > after[0], events.c.number > after[1]))
    return connection.execute(query.order_by(events.c.visit_id, events.c.number).limit(AT_ONCE)).all()


def _visits(connection: Connection, site_id: int, ids: set[int]) -> dict[int, Mapping[str, Any]]:
    query = select(visits.c.id, visits.c.origin, *(visits.c[name] for name in _ATTRIBUTES))
    query = query.where(visits.c.site_id == site_id, visits.c.id.in_(sorted(ids)))
    return {row["id"]: dict(row) for row in connection.execute(query).mappings()}


def _needed(rows: Sequence[Row[Any]], of_visits: Mapping[int, Mapping[str, Any]]) -> set[int]:
    needed = {number for row in rows for number in (row.path_id, row.name_id)}
    needed |= {visit[name] for visit in of_visits.values() for name in _ATTRIBUTES}
    needed |= {number for row in rows if row.props for number in _numbers(row.props)}
    return needed


def _learn(connection: Connection, site_id: int, texts: dict[int, str], needed: set[int]) -> None:
    unknown = sorted(needed - texts.keys())
    for begin in range(0, len(unknown), AT_ONCE):
        some = words.c.id.in_(unknown[begin : begin + AT_ONCE])
        query = select(words.c.id, words.c.text).where(words.c.site_id == site_id, some)
        texts.update((row.id, row.text) for row in connection.execute(query))


def _numbers(props: str) -> list[int]:
    return [int(number) for number in props[1:-1].split(",")]


def _event(row: Row[Any], visit: Mapping[str, Any], texts: Mapping[int, str]) -> dict[str, Any]:
    said = (texts.get(number, "").split("\t", 2) for number in (_numbers(row.props) if row.props else ()))
    properties = {parts[1]: parts[2] for parts in said if len(parts) == 3}
    told: dict[str, Any] = {
        "time": row.at,
        "kind": KINDS[row.kind],
        "path": texts.get(row.path_id, ""),
        "name": texts.get(row.name_id, ""),
        "properties": properties,
        "engaged_seconds": row.engaged_ms / 1000,
        "scroll": None if row.scroll < 0 else row.scroll,
        "is_read": bool(row.is_read),
        "visitor": f"{row.visitor & (1 << 64) - 1:016x}",
        "visit": row.visit_id,
        "imported": bool(visit.get("origin")),
    }
    for name in FIELDS[len(told) :]:
        told[name] = texts.get(visit[name], "") if visit else ""
    return told
