"""Goals and funnels: who did something, and who did several things one after another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import CTE, ColumnElement, Connection, Select, and_, func, literal, or_, select, union_all

from byline.analytics.report import sql, sql_choice
from byline.analytics.report.filters import Filter
from byline.analytics.report.rules import Deed
from byline.analytics.report.sql import Condition, Span
from byline.analytics.store.dimensions import Dimension
from byline.analytics.store.tables import EVENT, PAGEVIEW, daily, events, words

Rows = Select[*tuple[Any, ...]]
MOMENT = 1 << 20
"""More than a visit has events, so that a second and the number of an event make one number that tells their order."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How many visitors did something, each day, how often it was done, and how many visitors there were."""

    conversions: dict[str, int]
    completions: dict[str, int]
    visitors: int


def is_summed(deed: Deed) -> bool:
    """Whether the store's sums know it: a page without `*`, or an event with at most one property."""
    return len(deed.props) <= 1 if deed.event else "*" not in deed.path


def summed(connection: Connection, spans: Sequence[Span], deeds: Mapping[str, Deed]) -> list[Reached]:
    """Deeds that the store adds up, and all visitors, of each of several spans; one statement."""
    by_word = {_word(deed): key for key, deed in deeds.items()}
    parts = [part for place, where in enumerate(spans) for part in _summed(place, where, by_word)]
    found = [Reached({}, {}, 0) for _ in spans]
    rows: Iterable[Any] = connection.execute(union_all(*parts))
    for place, dimension, text, visitors, pageviews, number in rows:
        key = by_word.get((Dimension(dimension), text))
        if dimension == Dimension.TOTAL:
            found[place] = replace(found[place], visitors=int(visitors or 0))
        elif key is not None:
            found[place].conversions[key] = int(visitors)
            found[place].completions[key] = int(pageviews if dimension == Dimension.PAGE else number)
    return found


def _summed(place: int, where: Span, by_word: Iterable[tuple[Dimension, str]]) -> tuple[Rows, Rows]:
    wanted = tuple(by_word)
    fits = and_(words.c.site_id == daily.c.site_id, words.c.id == daily.c.word_id)
    # The days one by one: a range of them would read every word of each.
    here = (daily.c.site_id == where.site_id, daily.c.day.in_(range(where.first_day, where.last_day + 1)))
    columns = [func.sum(daily.c.visitors), func.sum(daily.c.pageviews), func.sum(daily.c.events)]
    known = (
        select(literal(place), daily.c.dimension, words.c.text, *columns)
        .join(words, fits)
        .where(
            *here,
            daily.c.dimension.in_({int(dimension) for dimension, _ in wanted}),
            daily.c.word_id.in_(sql.ids_of(where.site_id, [text for _, text in wanted])),
        )
    )
    total = int(Dimension.TOTAL)
    whole = select(literal(place), literal(total), literal(""), *columns).where(*here, daily.c.dimension == total)
    return known.group_by(daily.c.dimension, words.c.text), whole


def reached(connection: Connection, where: Span, filters: tuple[Filter, ...], deeds: Mapping[str, Deed]) -> Reached:
    """Deeds within the visits that filters choose, and the visitors that they leave; one statement."""
    dialect = connection.dialect.name
    done, acts = _done(where, filters, deeds.values(), dialect)
    parts: list[Rows] = [_doers(done, key, does(done.c, where.site_id, deed, dialect)) for key, deed in deeds.items()]
    parts.append(select(literal(""), func.count(_person(acts).distinct()), literal(0)).where(acts.c.day < where.days))
    conversions: dict[str, int] = {}
    completions: dict[str, int] = {}
    for key, visitors, number in connection.execute(union_all(*parts)):
        conversions[key], completions[key] = int(visitors), int(number or 0)
    return Reached(conversions, completions, conversions.pop("", 0))


def steps(
    connection: Connection, where: Span, filters: tuple[Filter, ...], deeds: Sequence[Deed]
) -> tuple[list[int], int]:
    """How many visitors of a day took the first deeds in their order, for each number of deeds; and all visitors."""
    dialect = connection.dialect.name
    done, acts = _done(where, filters, deeds, dialect)
    moment = (done.c.at * MOMENT + done.c.number).label("moment")
    taken: list[CTE] = []
    for number, deed in enumerate(deeds):
        query = select(done.c.person, func.min(moment).label("moment"))
        if taken:
            before = taken[-1].c
            query = query.join(taken[-1], and_(before.person == done.c.person, moment > before.moment))
        query = query.where(does(done.c, where.site_id, deed, dialect)).group_by(done.c.person)
        taken.append(query.cte(f"step_{number}").prefix_with("MATERIALIZED"))
    parts = [select(literal(-1), func.count(_person(acts).distinct())).where(acts.c.day < where.days)]
    parts += [select(literal(number), func.count()).select_from(each) for number, each in enumerate(taken)]
    counts = {row[0]: int(row[1]) for row in connection.execute(union_all(*parts))}
    return [counts[number] for number in range(len(deeds))], counts[-1]


def does(columns: Any, site_id: int, deed: Deed, dialect: str) -> Condition:
    """Whether an event is the deed."""
    if deed.event:
        named = and_(columns.kind == EVENT, columns.name_id.in_(sql.ids_of(site_id, [deed.event])))
        return and_(named, *sql.says(columns.props, site_id, deed.props, deed.event, dialect))
    ids = sql.ids_like(site_id, deed.path, dialect) if "*" in deed.path else sql.ids_of(site_id, [deed.path])
    return and_(columns.kind == PAGEVIEW, columns.path_id.in_(ids))


def _done(where: Span, filters: tuple[Filter, ...], deeds: Iterable[Deed], dialect: str) -> tuple[CTE, CTE]:
    """The deeds among the events of those visits that filters choose, and all events that filters leave."""
    acts = sql_choice.acts(where, filters, dialect).cte("acts").prefix_with("MATERIALIZED")
    any_of = or_(*(does(events.c, where.site_id, deed, dialect) for deed in deeds))
    query: Select[Any] = select(
        sql.person(events.c.visitor, sql.bucket(events.c.at, where.marks)).label("person"),
        events.c.at,
        events.c.number,
        events.c.kind,
        events.c.path_id,
        events.c.name_id,
        events.c.props,
    ).where(events.c.at < where.end, any_of)
    if any(each.dimension in sql.OF_EVENTS or each.prop is not None for each in filters):
        query = query.where(sql.during_events(where), events.c.visit_id.in_(select(acts.c.visit_id)))
    elif filters:
        query = query.where(sql.of_chosen_visits(where, sql.of_visits(filters, where.site_id)))
    else:
        query = query.where(sql.during_events(where))
    return query.cte("done").prefix_with("MATERIALIZED"), acts


def _doers(done: CTE, key: str, condition: Condition) -> Rows:
    return select(literal(key), func.count(done.c.person.distinct()), func.count()).where(condition)


def _person(acts: CTE) -> ColumnElement[int]:
    return sql.person(acts.c.visitor, acts.c.day)


def _word(deed: Deed) -> tuple[Dimension, str]:
    for prop, value in deed.props.items():
        return Dimension.PROP, f"{deed.event}\t{prop}\t{value}"
    return (Dimension.EVENT, deed.event) if deed.event else (Dimension.PAGE, deed.path)
