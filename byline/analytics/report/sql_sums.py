"""Answers from the sums that the store keeps: for questions without filters, whatever the number of hits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Connection,
    Float,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from byline.analytics.report import names, sql
from byline.analytics.report.answers import Totals
from byline.analytics.report.questions import Slice
from byline.analytics.report.sql import SUMMED, Span
from byline.analytics.store.dimensions import OF_VISITS, Dimension
from byline.analytics.store.tables import daily, hourly, words

STORED = {"entered": "visits", "duration_seconds": "duration_s"}
RATIOS = {
    "views_per_visit": ("pageviews", "visits"),
    "bounce_rate": ("bounces", "entered"),
    "visit_duration": ("duration_seconds", "entered"),
    "engaged_time": ("engaged_ms", "visits"),
    "scroll_depth": ("scroll_sum", "scroll_views"),
}
"""Metrics that are one sum divided by another, as lists are sorted by them."""
COMPANIONS = {
    "page": (Dimension.PAGE, Dimension.ENTRY, Dimension.EXIT),
    "exit": (Dimension.EXIT, Dimension.PAGE),
}
"""Dimensions of which a panel shows more than its own sums: how often visits began or ended with a page."""


@dataclass(frozen=True, slots=True)
class Found:
    """A row of a panel as a statement answers it."""

    word_id: int
    key: str
    totals: Totals
    entries: int | None = None
    exits: int | None = None
    page_views: int | None = None
    rank: float = 0.0


def days(connection: Connection, site_id: int, spans: Sequence[Span]) -> dict[int, Totals]:
    """The totals of each day of some spans that has any."""
    within = or_(*(daily.c.day.between(each.first_day, each.last_day) for each in spans))
    query = select(daily.c.day, *_sums(daily.c)).group_by(daily.c.day)
    query = query.where(daily.c.site_id == site_id, daily.c.dimension == int(Dimension.TOTAL), within)
    return {row[0]: sql.totals(row, 1) for row in connection.execute(query)}


def hours(connection: Connection, site_id: int, spans: Sequence[Span]) -> dict[int, Totals]:
    """The totals of each hour of some spans that has any, by the second at which it began."""
    within = or_(*(and_(hourly.c.hour >= each.begin, hourly.c.hour < each.end) for each in spans))
    query = select(hourly.c.hour, *_sums(hourly.c)).group_by(hourly.c.hour)
    return {row[0]: sql.totals(row, 1) for row in connection.execute(query.where(hourly.c.site_id == site_id, within))}


def first_day(connection: Connection, site_id: int) -> int | None:
    """The first day of which anything is known."""
    query = select(func.min(daily.c.day)).where(daily.c.site_id == site_id)
    found: int | None = connection.execute(query.where(daily.c.dimension == int(Dimension.TOTAL))).scalar()
    return found


@dataclass(frozen=True, slots=True)
class Lists:
    """Which dimensions are asked for, which part of them, and of which ones another number of rows."""

    dimensions: tuple[str, ...]
    part: Slice
    limits: Mapping[str, int] = field(default_factory=dict)
    with_absent: bool = False
    """Whether rows without visitors are asked for, because they are only one part of what is to be added up."""


def tops(connection: Connection, where: Span, lists: Lists) -> tuple[Mapping[str, list[Found]], Totals]:
    """The first rows of several dimensions, one more than they show, and the totals of all; one statement."""
    days_ = _days(where)
    selects = [_select(where, name, limited(lists, name), days_) for name in lists.dimensions]
    whole = select(literal(""), literal(0), literal(""), *_sums(daily.c), *nothing(4)).where(
        daily.c.site_id == where.site_id,
        daily.c.dimension == int(Dimension.TOTAL),
        daily.c.day.between(where.first_day, where.last_day),
    )
    found: dict[str, list[Found]] = {name: [] for name in lists.dimensions}
    total = Totals()
    for row in connection.execute(union_all(*selects, whole)):
        if row[0]:
            found[row[0]].append(found_in(row))
        else:
            total = sql.totals(row, 3)
    return {name: in_order(rows, lists.part) for name, rows in found.items()}, total


def props(connection: Connection, where: Span, event: str, most: int) -> tuple[list[Found], Totals]:
    """What was said about an event, the most frequent first; the key is the rest of the word: key, tab, value."""
    start = f"{event}\t"
    fits = and_(words.c.site_id == daily.c.site_id, words.c.id == daily.c.word_id)
    query = select(literal("prop"), daily.c.word_id, words.c.text, *_sums(daily.c), *nothing(4)).join(words, fits)
    query = _within(query, where, Dimension.PROP).where(func.substr(words.c.text, 1, len(start)) == start)
    query = query.group_by(daily.c.word_id, words.c.text)
    query = query.order_by(func.sum(daily.c.visitors).desc(), daily.c.word_id).limit(most)
    whole = select(*_sums(daily.c)).join(words, fits)
    whole = _within(whole, where, Dimension.EVENT).where(words.c.id.in_(sql.ids_of(where.site_id, [event])))
    rows = [found_in(row) for row in connection.execute(query)]
    total = sql.totals(connection.execute(whole).one())
    return [replace(row, key=row.key.removeprefix(start)) for row in rows], total


def limited(lists: Lists, name: str) -> Slice:
    """The part of one list."""
    return replace(lists.part, limit=lists.limits.get(name, lists.part.limit))


def in_order(rows: Iterable[Found], part: Slice) -> list[Found]:
    """Rows by their rank and number, as a statement found them; a union promises no order."""
    return sorted(rows, key=lambda row: (row.rank if part.ascending else -row.rank, row.word_id))


def rank(part: Slice, given: Mapping[str, ColumnElement[Any]]) -> ColumnElement[float]:
    """What a panel is sorted by, from expressions of the fields of `Totals`; what has no value counts as zero."""
    if part.sort not in RATIOS:
        return cast(given[part.sort], Float)
    upper, lower = (given[name] for name in RATIOS[part.sort])
    return case((lower > 0, cast(upper, Float) / cast(func.nullif(lower, 0), Float)), else_=literal(0.0))


def rank_of(part: Slice, totals: Totals) -> float:
    """The same of totals that were read, to the last bit: a list may be continued by either."""
    if part.sort not in RATIOS:
        return float(getattr(totals, part.sort))
    upper, lower = (getattr(totals, name) for name in RATIOS[part.sort])
    return float(upper) / float(lower) if lower else 0.0


def after(part: Slice, ranked: ColumnElement[float], number: ColumnElement[int]) -> ColumnElement[bool] | None:
    """The rows behind the one that `Slice.after` names; None from the beginning or for what names none."""
    named = _named_by(part)
    if named is None:
        return None
    mark, word_id = named
    beyond = ranked > mark if part.ascending else ranked < mark
    return or_(beyond, and_(ranked == mark, number > word_id))


def is_after(part: Slice, row: Found) -> bool:
    """Whether a row that was read is one of those."""
    named = _named_by(part)
    if named is None:
        return True
    mark, word_id = named
    beyond = row.rank > mark if part.ascending else row.rank < mark
    return beyond or (row.rank == mark and row.word_id > word_id)


def _named_by(part: Slice) -> tuple[float, int] | None:
    value, _, last = (part.after or "").partition("_")
    try:
        mark, word_id = float.fromhex(value), int(last)
    except (ValueError, OverflowError):
        return None
    return (mark, word_id) if 0 <= word_id < 2**31 and isfinite(mark) else None


def cursor(row: Found) -> str:
    """What names a row in `Slice.after`."""
    return f"{row.rank.hex()}_{row.word_id}"


def _select(where: Span, name: str, part: Slice, days: CTE) -> Select[Any]:
    """One dimension, grouped, sorted and cut; all but the rank is added up for the rows that are left alone."""
    top = _ranked(where, name, part).subquery()
    dimension = Dimension[name.upper()]
    sums, extras = _columns(name, dimension)
    # From the few rows and each day straight to the sum: a range of days would read every word of each.
    rows = and_(
        daily.c.site_id == where.site_id,
        daily.c.dimension.in_([int(each) for each in COMPANIONS.get(name, (dimension,))]),
        daily.c.day == days.c.day,
        daily.c.word_id == top.c.word_id,
    )
    fits = and_(words.c.site_id == where.site_id, words.c.id == top.c.word_id)
    query = select(literal(name), top.c.word_id, func.max(words.c.text), *sums, *extras, func.max(top.c.rank))
    query = query.select_from(top.join(words, fits).join(days, literal(1) == 1).join(daily, rows))
    return query.group_by(top.c.word_id)


def _ranked(where: Span, name: str, part: Slice) -> Select[Any]:
    """The numbers of the first words of a dimension with what they are sorted by."""
    dimension = Dimension[name.upper()]
    ranked = rank(part, dict(zip(SUMMED, _columns(name, dimension)[0], strict=True)))
    by_entry = name == "page" and part.sort in {"bounce_rate", "visit_duration"}
    if not by_entry:
        ranked = rank(part, dict(zip(SUMMED, _sums(daily.c), strict=True)))
    visitors = _sum_of(dimension, "visitors") if by_entry else func.sum(daily.c.visitors)
    query = select(daily.c.word_id, ranked.label("rank")).group_by(daily.c.word_id).having(visitors > 0)
    query = _within(query, where, *(COMPANIONS[name] if by_entry else (dimension,)))
    query = query.where(*sql.listed(name, daily.c.word_id, where.site_id))
    if part.search:
        also = names.keys_like(name, part.search)
        query = query.where(daily.c.word_id.in_(sql.ids_containing(where.site_id, [part.search], also)))
    beyond = after(part, ranked, daily.c.word_id)
    if beyond is not None:
        query = query.having(beyond)
    return query.order_by(ranked.asc() if part.ascending else ranked.desc(), daily.c.word_id).limit(part.limit + 1)


def _days(where: Span) -> CTE:
    """The numbers of the span's days as a table."""
    first = select(literal(where.first_day).label("day")).cte("days", recursive=True)
    return first.union_all(select(first.c.day + 1).where(first.c.day < where.last_day))


def _columns(name: str, dimension: Dimension) -> tuple[list[ColumnElement[Any]], list[ColumnElement[Any]]]:
    """The sums of a dimension in the order of `SUMMED`, and entries, exits and pageviews of the page."""
    sums = _sums(daily.c)
    if dimension not in OF_VISITS:
        for field in ("entered", "bounces", "duration_seconds"):
            sums[SUMMED.index(field)] = literal(0)
    extras = nothing(3)
    if name == "entry":
        extras[0] = sums[SUMMED.index("visits")]
    if name in COMPANIONS:
        sums = [_sum_of(dimension, STORED.get(field, field)) for field in SUMMED]
        extras[1] = _sum_of(Dimension.EXIT, "visits")
    if name == "exit":
        extras[2] = _sum_of(Dimension.PAGE, "pageviews")
    if name == "page":
        for field in ("entered", "bounces", "duration_seconds"):
            sums[SUMMED.index(field)] = _sum_of(Dimension.ENTRY, STORED.get(field, field))
        extras[0] = _sum_of(Dimension.ENTRY, "visits")
    return sums, extras


def _sums(columns: Any) -> list[ColumnElement[Any]]:
    return [func.coalesce(func.sum(columns[STORED.get(field, field)]), 0) for field in SUMMED]


def _sum_of(dimension: Dimension, field: str) -> ColumnElement[Any]:
    return func.sum(case((daily.c.dimension == int(dimension), daily.c[field]), else_=0))


def nothing(number: int) -> list[ColumnElement[Any]]:
    """Places of a row in which this select has nothing to say; the fourth is the rank."""
    unsaid: list[ColumnElement[Any]] = [cast(null(), BigInteger) for _ in range(3)]
    return [*unsaid, literal(0.0)][:number]


def _within(query: Select[Any], where: Span, *dimensions: Dimension) -> Select[Any]:
    return query.where(
        daily.c.site_id == where.site_id,
        daily.c.dimension.in_([int(each) for each in dimensions]),
        daily.c.day.between(where.first_day, where.last_day),
    )


def found_in(row: Any) -> Found:
    """The row of a panel in one of a statement: dimension, number, text, `SUMMED`, what `nothing` leaves open."""
    number = 3 + len(SUMMED)
    entries, exits, page_views = (None if value is None else int(value) for value in row[number : number + 3])
    return Found(row[1], row[2] or "", sql.totals(row, 3), entries, exits, page_views, float(row[number + 3] or 0))


def pages(
    connection: Connection, site_id: int, paths: Iterable[str], wanted: Iterable[int]
) -> Mapping[str, Mapping[int, Totals]]:
    """The totals of single pages on single days, by path and number of the day."""
    fits = and_(words.c.site_id == daily.c.site_id, words.c.id == daily.c.word_id)
    query = select(words.c.text, daily.c.day, *_sums(daily.c)).join(words, fits).group_by(words.c.text, daily.c.day)
    # The days one by one: a range of them would read every page of each.
    query = query.where(
        daily.c.site_id == site_id,
        daily.c.dimension == int(Dimension.PAGE),
        daily.c.day.in_(list(wanted)),
        daily.c.word_id.in_(sql.ids_of(site_id, paths)),
    )
    found: dict[str, dict[int, Totals]] = {}
    for row in connection.execute(query):
        found.setdefault(row[0], {})[row[1]] = sql.totals(row, 2)
    return found
