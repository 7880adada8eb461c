"""The statistics of single pages, such as an author's posts."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from functools import reduce
from typing import TypeVar
from zoneinfo import ZoneInfo

from byline.analytics import store
from byline.analytics.report import sql, sql_choice, sql_chosen, sql_sums
from byline.analytics.report.answering import panel_of
from byline.analytics.report.answers import Panel, PathAnswer, Totals
from byline.analytics.report.filters import Filter, Operator
from byline.analytics.report.periods import Name, Period
from byline.analytics.report.questions import Slice
from byline.analytics.report.sql_chosen import added
from byline.analytics.report.sql_sums import Lists
from byline.analytics.store.days import day_of

Key = TypeVar("Key", bound=Hashable)


def of_paths(site_id: int, paths: Mapping[Key, Iterable[str]], first: date, last: date) -> Mapping[Key, PathAnswer]:
    """The statistics of several pages, each of which may have had several paths, day by day; one statement for all.

    Visitors of a page with several paths are those of each path, added up. Bounces and durations are not asked for.
    """
    owners = {key: tuple(dict.fromkeys(mine)) for key, mine in paths.items()}
    wanted = {path for mine in owners.values() for path in mine}
    days = range(day_of(first), day_of(last) + 1)
    with store.here().reading() as connection:
        found = sql_sums.pages(connection, site_id, wanted, days) if wanted and days else {}
    return {key: _answer([found.get(path, {}) for path in mine], days) for key, mine in owners.items()}


def sources_of(
    site_id: int,
    zone: str,
    paths: Iterable[str],
    period: tuple[date, date],
    part: Slice = Slice(),  # noqa: B008  (it is frozen)
) -> Panel:
    """Where the visits came from that saw a page, between two days; from single events, in one statement."""
    filters = (Filter("page", Operator.IS, tuple(dict.fromkeys(paths))),)
    where = sql.span(site_id, Period(Name.CUSTOM, *period), ZoneInfo(zone))
    with store.here().reading() as connection:
        choice = sql_choice.choose(connection, where, filters, ("source",))
        answers = sql_chosen.answers(connection, choice, Lists(("source",), part))
    return panel_of("source", answers.lists["source"], answers.total, part.limit)


def _answer(found: list[Mapping[int, Totals]], days: range) -> PathAnswer:
    each = [reduce(added, (rows[day] for rows in found if day in rows), Totals()) for day in days]
    return PathAnswer(
        reduce(added, each, Totals()),
        tuple(day.visitors for day in each),
        tuple(day.pageviews for day in each),
        tuple(day.reads for day in each),
    )
