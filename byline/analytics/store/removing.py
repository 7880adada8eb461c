"""Removes what is not to be kept: single events after their time, sites, imports. In small steps.

Between two steps others may write. Each step may be repeated, and whatever broke off goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Table, and_, delete, func, or_, select, update

from byline.analytics.store.rebuilding import tell
from byline.analytics.store.tables import (
    daily,
    events,
    first_visit_of,
    hourly,
    measured,
    metadata,
    refusals,
    visits,
    words,
)
from byline.kernel.db import Database

VISITS_AT_ONCE, ROWS_AT_ONCE = 2_000, 20_000


def prune(database: Database, site_id: int, before: int) -> int:
    """Delete events and visits of the site's days before one; the sums stay. Answers how many visits went.

    A visit goes with the day on which it began.
    """
    with database.writer.begin() as connection:
        site = and_(measured.c.site_id == site_id, measured.c.pruned_before < before)
        if connection.execute(update(measured).where(site).values(pruned_before=before)).rowcount:
            tell(connection)
    # The number of a visit tells its UTC day, so the range holds all that began before, and some more.
    old = and_(visits.c.site_id == site_id, visits.c.id < first_visit_of(before + 2), visits.c.day < before)
    return _remove_visits(database, site_id, old)


def delete_import(database: Database, site_id: int, origin: int) -> None:
    """Delete what one import brought: events, visits and sums."""
    _remove_visits(database, site_id, and_(visits.c.site_id == site_id, visits.c.origin == origin))
    for table in (daily, hourly):
        _remove(database, table, and_(table.c.site_id == site_id, table.c.origin == origin))


def delete_site(database: Database, site_id: int) -> None:
    """Delete everything of a site. Hits of it that still come are dropped once `sites` does not know it any more."""
    with database.writer.begin() as connection:
        connection.execute(delete(measured).where(measured.c.site_id == site_id))
        tell(connection)
    for table in (events, visits, daily, hourly, refusals, words, *_others()):
        _remove(database, table, table.c.site_id == site_id)


def _others() -> Iterator[Table]:
    """Tables of other rooms of the store that keep something of a site."""
    known = {measured, events, visits, daily, hourly, refusals, words}
    return (table for table in metadata.sorted_tables if "site_id" in table.c and table not in known)


def _remove_visits(database: Database, site_id: int, which: ColumnElement[bool]) -> int:
    gone = 0
    while True:
        with database.writer.begin() as connection:
            query = select(visits.c.id).where(which).order_by(visits.c.id).limit(VISITS_AT_ONCE)
            ids = connection.execute(query).scalars().all()
            if not ids:
                return gone
            connection.execute(delete(events).where(events.c.site_id == site_id, events.c.visit_id.in_(ids)))
            connection.execute(delete(visits).where(visits.c.site_id == site_id, visits.c.id.in_(ids)))
            tell(connection)
        gone += len(ids)


def _remove(database: Database, table: Table, which: ColumnElement[bool]) -> None:
    key = list(table.primary_key)
    while True:
        with database.writer.begin() as connection:
            rows = connection.execute(select(*key).where(which).order_by(*key).limit(ROWS_AT_ONCE)).all()
            if not rows:
                return
            connection.execute(delete(table).where(which, _up_to(key, rows[-1])))


def _up_to(key: Sequence[ColumnElement[int]], last: tuple[int, ...]) -> ColumnElement[bool]:
    """Keys in their order, up to one."""
    steps = []
    for place in range(len(key)):
        same = [column == value for column, value in zip(key[:place], last, strict=False)]
        is_last = place == len(key) - 1
        steps.append(and_(*same, key[place] <= last[place] if is_last else key[place] < last[place]))
    return or_(*steps)


def first_day(database: Database, site_id: int) -> int | None:
    """The first day, on the site's clock, of which single events are left; None where there are none."""
    with database.reader.connect() as connection:
        return connection.execute(select(func.min(visits.c.day)).where(visits.c.site_id == site_id)).scalar()
