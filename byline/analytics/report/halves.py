"""Answers questions with filters, those about many days as two halves at once.

Visitors are counted by day, and visits on the day on which they began, so that the answers of two spans of whole days
add up to that of both. Each half has a connection, and one of them a thread: a database works while Python waits.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from byline.analytics import store
from byline.analytics.report import sql_choice, sql_chosen
from byline.analytics.report.filters import Filter
from byline.analytics.report.questions import Slice
from byline.analytics.report.sql import Span
from byline.analytics.report.sql_chosen import Answers, added
from byline.analytics.report.sql_sums import Found, Lists, in_order, is_after, limited, rank_of
from byline.analytics.store.embedded import Embedded

LEAST_DAYS = 14
"""Fewer days are asked for as a whole: each half also reads the days before it, in which its visits may have begun."""
HALVED = frozenset({"sqlite"})
"""PostgreSQL shares a long question among processes of its own, which two of them would only wait for."""
MOST_ROWS = 10_000
"""Longer lists are not added up here: the database cuts those of the whole."""
_spare = threading.BoundedSemaphore(1)
"""One question in a process is halved at a time. Where many are asked no processor is idle, and connections are few."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: filters, lists, and the seconds at which hours begin, if totals of hours are wanted."""

    filters: tuple[Filter, ...]
    lists: Lists | None = None
    marks: Sequence[int] = ()


def answers(connection: Connection, where: Span, wanted: Wanted) -> Answers:
    """What `sql_chosen.answers` finds, in one statement or in two at once, of which one is on a connection of its own.

    Both halves see what was stored when they began, which may differ by a moment, as if the hits of that moment had
    come later.
    """
    found = None
    is_long = where.days >= LEAST_DAYS and connection.dialect.name in HALVED
    # A time to compare with is asked for without lists, and as a whole: a page keeps to its few statements.
    if wanted.lists is not None and is_long and _spare.acquire(blocking=False):
        try:
            found = _added_up(connection, where, wanted, wanted.lists)
        finally:
            _spare.release()
    return _asked(connection, where, wanted) if found is None else found


def _asked(connection: Connection, where: Span, wanted: Wanted) -> Answers:
    names = wanted.lists.dimensions if wanted.lists else ()
    choice = sql_choice.choose(connection, where, wanted.filters, names, wanted.marks)
    return sql_chosen.answers(connection, choice, wanted.lists, by_mark=bool(wanted.marks))


def _asked_apart(kept: Embedded, where: Span, wanted: Wanted) -> Answers:
    with kept.reading() as connection:
        return _asked(connection, where, wanted)


def _added_up(connection: Connection, where: Span, wanted: Wanted, lists: Lists) -> Answers | None:
    """The answers of both halves as one; None if lists are too long for that."""
    former, latter = where.halves()
    each = replace(wanted, lists=_complete(lists))
    # Leaving the block waits for the thread, whatever happened here.
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="half") as pool:
        other = pool.submit(_asked_apart, store.here(), latter, each)
        one = _asked(connection, former, each)
        two = other.result()
    if any(len(rows) > MOST_ROWS for half in (one, two) for rows in half.lists.values()):
        return None
    for place, totals in two.days.items():
        one.days[former.days + place] = totals
    for place, totals in two.marks.items():
        one.marks[place] = added(one.marks[place], totals) if place in one.marks else totals
    one.lists = {name: _merged(lists, name, [*rows, *two.lists[name]]) for name, rows in one.lists.items()}
    return one


def _complete(lists: Lists) -> Lists:
    """The same lists from their beginning to their end: what is first in both halves may be first in neither."""
    return Lists(lists.dimensions, replace(lists.part, after=None, limit=MOST_ROWS), with_absent=True)


def _merged(lists: Lists, name: str, rows: Sequence[Found]) -> list[Found]:
    """The first rows of a list, one more than it shows, from those of both halves."""
    part = limited(lists, name)
    found: dict[int, Found] = {}
    for row in rows:
        before = found.get(row.word_id)
        found[row.word_id] = row if before is None else _sum(before, row, part)
    shown = (row for row in found.values() if row.totals.visitors and is_after(part, row))
    return in_order(shown, part)[: part.limit + 1]


def _sum(one: Found, other: Found, part: Slice) -> Found:
    totals = added(one.totals, other.totals)
    entries, exits = _either(one.entries, other.entries), _either(one.exits, other.exits)
    page_views = _either(one.page_views, other.page_views)
    return Found(one.word_id, one.key, totals, entries, exits, page_views, rank_of(part, totals))


def _either(one: int | None, other: int | None) -> int | None:
    """Both numbers, or the one that is known."""
    return one if other is None else other + (one or 0)
