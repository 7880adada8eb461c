"""Who saw a variant of an experiment, and who reached its goal afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import CTE, Connection, Integer, Select, case, cast, func, select

from byline.analytics.hits import EXPOSURE
from byline.analytics.report import sql, sql_goals
from byline.analytics.report.rules import Deed
from byline.analytics.report.sql_goals import MOMENT
from byline.analytics.store import sql as store_sql
from byline.analytics.store.tables import EVENT, events

_PLACES = 8
"""More than an experiment has variants, so that a moment and the place of one make one number."""


class Seen(NamedTuple):
    """How many visitors saw a variant first on a day, and how many of them reached the goal after that."""

    variant: int
    """Its place, the control's is 0."""
    day: int
    """Its place among the days of the experiment."""
    exposed: int
    converted: int


@dataclass(frozen=True, slots=True)
class Trial:
    """An experiment as the statement knows it. `marks` are the seconds at which its days begin, and its end."""

    site_id: int
    key: str
    variants: Sequence[str]
    deed: Deed
    marks: Sequence[int]


def seen(connection: Connection, trial: Trial) -> list[Seen]:
    """What an experiment came to, by variant and day; two statements.

    A visitor is one id, which lasts a UTC day. One who was told two variants, as may happen around midnight, belongs
    to the first. Reaching the goal counts if it is stored behind seeing the variant, in whichever visit.
    """
    said = _said(connection, trial)
    if not said:
        return []
    first = _first(trial, said)
    last = _last(trial, connection.dialect.name)
    moment = first.c.moment // _PLACES
    day = sql.bucket(moment // MOMENT, trial.marks).label("day")
    variant = (first.c.moment % _PLACES).label("variant")
    parts = select(variant, day, case((last.c.moment > moment, 1), else_=0).label("has_converted"))
    each = parts.select_from(first.outerjoin(last, last.c.visitor == first.c.visitor)).subquery()
    query = select(each.c.variant, each.c.day, func.count(), func.sum(each.c.has_converted))
    rows = connection.execute(query.group_by(each.c.variant, each.c.day).order_by(each.c.variant, each.c.day))
    return [Seen(*map(int, row)) for row in rows]


def _said(connection: Connection, trial: Trial) -> dict[str, int]:
    """The properties of an exposure as the store writes them, with the place of the variant that each means."""
    key = f"{EXPOSURE}\tkey\t{trial.key}"
    words = [f"{EXPOSURE}\tvariant\t{variant}" for variant in trial.variants]
    ids = store_sql.word_ids(connection, trial.site_id, [key, *words])
    if key not in ids:
        return {}
    return {f"[{ids[key]},{ids[word]}]": place for place, word in enumerate(words) if word in ids}


def _first(trial: Trial, said: dict[str, int]) -> CTE:
    """When each visitor saw a variant first, and which."""
    place = case(*((events.c.props == props, place) for props, place in said.items()), else_=0)
    query = select(events.c.visitor, func.min(_moment() * _PLACES + cast(place, Integer)).label("moment")).where(
        _during(trial),
        events.c.kind == EVENT,
        events.c.name_id.in_(sql.ids_of(trial.site_id, [EXPOSURE])),
        events.c.props.in_(said),
    )
    return query.group_by(events.c.visitor).cte("first").prefix_with("MATERIALIZED")


def _last(trial: Trial, dialect: str) -> CTE:
    """When each visitor reached the goal for the last time."""
    query: Select[Any] = select(events.c.visitor, func.max(_moment()).label("moment"))
    query = query.where(_during(trial), sql_goals.does(events.c, trial.site_id, trial.deed, dialect))
    return query.group_by(events.c.visitor).cte("last").prefix_with("MATERIALIZED")


def _during(trial: Trial) -> sql.Condition:
    return store_sql.during_events(trial.site_id, trial.marks[0], trial.marks[-1])


def _moment() -> Any:
    return events.c.at * MOMENT + events.c.number
