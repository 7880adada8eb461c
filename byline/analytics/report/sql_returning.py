"""Coming back within the day, from single visits."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, and_, case, cast, func, select

from byline.analytics.report import sql, sql_choice
from byline.analytics.report.filters import Filter
from byline.analytics.report.sql import Span
from byline.analytics.store import sql as store_sql
from byline.analytics.store.days import date_of
from byline.analytics.store.tables import visits

MOST_VISITS = 5
GAP_HOURS = (1, 3, 6)
DAYS_OF_WEEK = 7


def weeks(connection: Connection, where: Span, filters: tuple[Filter, ...]) -> dict[int, tuple[int, ...]]:
    """By the day number of each Monday: visitors, visits, visitors with so many visits, second visits after so long.

    One statement; weeks without visits have no row.
    """
    each = _visits(connection, where, filters).subquery()
    same = (each.c.day, each.c.visitor)
    before = func.lag(each.c.last_at).over(partition_by=same, order_by=(each.c.began_at, each.c.id))
    number = func.row_number().over(partition_by=same, order_by=(each.c.began_at, each.c.id))
    lined = select(*same, number.label("number"), (each.c.began_at - before).label("gap")).subquery()
    gap = func.max(case((lined.c.number == 2, lined.c.gap), else_=-1)).label("gap")
    grouped = select(lined.c.day, func.count().label("visits"), gap).group_by(lined.c.day, lined.c.visitor)
    visitors = grouped.subquery()
    monday = _monday(visitors.c.day, where)
    columns = [func.count(), func.sum(visitors.c.visits), *_by_visits(visitors.c.visits), *_by_gap(visitors.c.gap)]
    query = select(monday, *columns).group_by(monday)
    return {int(row[0]): tuple(int(value or 0) for value in row[1:]) for row in connection.execute(query)}


def _visits(connection: Connection, where: Span, filters: tuple[Filter, ...]) -> Any:
    query = select(visits.c.id, visits.c.day, visits.c.visitor, visits.c.began_at, visits.c.last_at)
    query = query.where(store_sql.during_visits(where.site_id, where.begin, where.end))
    query = query.where(*sql.of_visits(filters, where.site_id))
    if any(each.dimension in sql.OF_EVENTS or each.prop is not None for each in filters):
        left = sql_choice.acts(where, filters, connection.dialect.name).subquery()
        query = query.where(visits.c.id.in_(select(left.c.visit_id)))
    return query


def _monday(day: ColumnElement[int], where: Span) -> ColumnElement[int]:
    first = where.first_day - date_of(where.first_day).weekday()
    return cast(first + (day - first) // DAYS_OF_WEEK * DAYS_OF_WEEK, Integer)


def _by_visits(number: ColumnElement[int]) -> list[ColumnElement[int]]:
    exactly = [func.sum(case((number == wanted, 1), else_=0)) for wanted in range(1, MOST_VISITS)]
    return [*exactly, func.sum(case((number >= MOST_VISITS, 1), else_=0))]


def _by_gap(gap: ColumnElement[int]) -> list[ColumnElement[int]]:
    limits = [0, *(hours * 3600 for hours in GAP_HOURS)]
    within = [func.sum(case((and_(gap >= low, gap < high), 1), else_=0)) for low, high in pairwise(limits)]
    return [*within, func.sum(case((gap >= limits[-1], 1), else_=0))]
