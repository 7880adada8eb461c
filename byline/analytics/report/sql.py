"""What the statements of this room have in common: spans of time, intervals as expressions, conditions of filters.

The other `sql_` modules build on it. All statements run on SQLite and PostgreSQL alike.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Integer,
    TableClause,
    and_,
    case,
    cast,
    column,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import ScalarSelect, TableValuedAlias

from byline.analytics.hits import EXPOSURE
from byline.analytics.report import names, periods
from byline.analytics.report.answers import Totals
from byline.analytics.report.filters import Filter, Operator
from byline.analytics.report.periods import Part, Period
from byline.analytics.store import sql as store_sql
from byline.analytics.store.days import day_of
from byline.analytics.store.tables import (
    DAY_SECONDS,
    DOWNLOAD,
    EVENT,
    LOOK_BACK_DAYS,
    NOT_FOUND,
    OUTBOUND,
    PAGEVIEW,
    events,
    first_visit_of,
    visits,
    words,
)

Condition = ColumnElement[bool]


class _ByPage(TableClause):
    """The events, to be read by the index of their pages."""

    inherit_cache = True


@compiles(_ByPage)
def _named(element: _ByPage, compiler: SQLCompiler, **options: Any) -> str:
    written: str = compiler.visit_table(element, **options)  # type: ignore[no-untyped-call]
    return written


@compiles(_ByPage, "sqlite")
def _by_index(element: _ByPage, compiler: SQLCompiler, **options: Any) -> str:
    # By itself SQLite reads all events of the time, however rare the page.
    return _named(element, compiler, **options) + (" INDEXED BY ix_events_page" if options.get("asfrom") else "")


EVENTS_OF_PAGES = _ByPage("events", *(column(each.name, each.type) for each in events.c))
SPREAD = 0x5851F42D4C95
"""Odd, and small enough that the product with the number of a day stays below 63 bits."""
KIND_OF = {"event": EVENT, "outbound": OUTBOUND, "download": DOWNLOAD, "not_found": NOT_FOUND}
"""Dimensions of an event's own that say what kind of event it is."""
OF_EVENTS = frozenset({"page", *KIND_OF})
SUMMED = ("visitors", "visits", "pageviews", "events", "entered", "bounces", "duration_seconds", "engaged_ms",
          "scroll_sum", "scroll_views", "reads")  # fmt: skip
"""Fields of `Totals`, in the order in which statements answer them."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days of a site's calendar, and the seconds since 1970 at which each begins and the last one ends."""

    site_id: int
    first: date
    last: date
    marks: tuple[int, ...]

    @property
    def begin(self) -> int:
        """The second at which it begins."""
        return self.marks[0]

    @property
    def end(self) -> int:
        """The second at which it has ended."""
        return self.marks[-1]

    @property
    def first_day(self) -> int:
        """The number of its first day."""
        return day_of(self.first)

    @property
    def last_day(self) -> int:
        """The number of its last day."""
        return day_of(self.last)

    @property
    def days(self) -> int:
        """How many days it has."""
        return len(self.marks) - 1

    def halves(self) -> tuple[Span, Span]:
        """Its days before and after the midnight in the middle; of two days at least."""
        middle = self.days // 2
        begins = self.first + timedelta(days=middle)
        former = replace(self, last=begins - timedelta(days=1), marks=self.marks[: middle + 1])
        return former, replace(self, first=begins, marks=self.marks[middle:])


def span(site_id: int, period: Period, zone: ZoneInfo) -> Span:
    """The span of a period's days."""
    days = range(period.days + 1)
    marks = tuple(seconds(periods.start_of(period.first + timedelta(days=number), zone)) for number in days)
    return Span(site_id, period.first, period.last, marks)


def seconds(moment: object) -> int:
    """A moment as seconds since 1970."""
    return int(moment.timestamp())  # type: ignore[attr-defined]


def marks_of(parts: Sequence[Part]) -> list[int]:
    """The seconds at which intervals begin, and the one at which the last has ended."""
    return [*(seconds(part.begins) for part in parts), seconds(parts[-1].ends)]


def place_of(mark: int, marks: Sequence[int]) -> int:
    """In which of the intervals between marks a second lies."""
    return bisect_right(marks, mark) - 1


def bucket(at: ColumnElement[int], marks: Sequence[int]) -> ColumnElement[int]:
    """In which of the intervals between marks a column's second lies; their number for whatever comes after.

    Intervals of one length that follow one another need only a division, so that a year of days is a few cases.
    """
    cases = []
    count = len(marks) - 1
    begin = 0
    while begin < count:
        length = marks[begin + 1] - marks[begin]
        end = begin + 1
        while end < count and marks[end + 1] - marks[end] == length:
            end += 1
        inside = literal(begin) if end == begin + 1 else begin + (at - marks[begin]) // length
        cases.append((at < marks[end], cast(inside, Integer)))
        begin = end
    return case(*cases, else_=count)


def person(visitor: ColumnElement[int], day: ColumnElement[int]) -> ColumnElement[int]:
    """One number for a visitor on a day: the exclusive or of both, spread over 63 bits. SQLite has no operator for it.

    Where the site's day is not that of the salt, one visitor's id is met on two days, and is two visitors.
    """
    spread = cast(day, BigInteger) * literal(SPREAD, BigInteger)
    return visitor.bitwise_or(spread) - visitor.bitwise_and(spread)


def ids_of(site_id: int, texts: Iterable[str]) -> ScalarSelect[int]:
    """The numbers of words that are exactly these."""
    digests = [store_sql.digest(text) for text in texts]
    return select(words.c.id).where(words.c.site_id == site_id, words.c.digest.in_(digests)).scalar_subquery()


def ids_containing(site_id: int, texts: Iterable[str], also: Iterable[str] = ()) -> ScalarSelect[int]:
    """The numbers of words that contain one of the texts, whatever the size of letters; `also` are whole words."""
    fits = [words.c.text.icontains(text, autoescape=True) for text in texts]
    digests = [store_sql.digest(text) for text in also]
    return (
        select(words.c.id).where(words.c.site_id == site_id, or_(*fits, words.c.digest.in_(digests))).scalar_subquery()
    )


def ids_like(site_id: int, pattern: str, dialect: str) -> ScalarSelect[int]:
    """The numbers of words that fit a pattern in which `*` stands for any signs; letters count as they are."""
    if dialect == "postgresql":
        fits = words.c.text.like("%".join(map(_literally, pattern.split("*"))), "/")
    else:
        fits = words.c.text.op("GLOB")(pattern.replace("[", "[[]").replace("?", "[?]"))
    return select(words.c.id).where(words.c.site_id == site_id, fits).scalar_subquery()


def listed(dimension: str, word_id: ColumnElement[int], site_id: int) -> list[Condition]:
    """What a list leaves out: seeing a variant of an experiment is stored like an event, and the site sent none."""
    return [word_id.not_in(ids_of(site_id, [EXPOSURE]))] if dimension == "event" else []


def chooses(site_id: int, col: ColumnElement[int], each: Filter) -> Condition:
    """The condition of a filter on a column of words' numbers."""
    if each.operator is Operator.CONTAINS:
        also = (key for value in each.values for key in names.keys_like(each.dimension, value))
        return col.in_(ids_containing(site_id, each.values, also))
    found = ids_of(site_id, each.values)
    if each.operator is Operator.IS_NOT:
        return col.not_in(found)
    # One value is an equation, for which the databases choose the index that begins with it.
    return col == found if len(each.values) == 1 else col.in_(found)


def of_visits(filters: Iterable[Filter], site_id: int) -> list[Condition]:
    """The conditions of those filters that are about visits."""
    chosen = (each for each in filters if each.dimension not in OF_EVENTS and each.prop is None)
    return [chooses(site_id, visits.c[each.dimension], each) for each in chosen]


def of_events(filters: Iterable[Filter], site_id: int, dialect: str, columns: Any) -> list[Condition]:
    """The conditions of those filters that are about single events; all of them must fit the same one."""
    mine = [each for each in filters if each.dimension in OF_EVENTS or each.prop is not None]
    conditions = []
    for each in mine:
        if each.prop is not None:
            conditions.append(_says(site_id, each, each.prop, dialect, columns))
        elif each.dimension in {"page", "not_found"}:
            conditions.append(chooses(site_id, columns.path_id, each))
        else:
            conditions.append(chooses(site_id, columns.name_id, each))
        if each.dimension in KIND_OF:
            conditions.append(columns.kind == KIND_OF[each.dimension])
    if mine and all(each.dimension == "page" for each in mine):
        conditions.append(columns.kind == PAGEVIEW)
    return conditions


def entered_at(filters: Iterable[Filter], site_id: int) -> Condition | None:
    """Which visits bounce rate and duration are about: those that began with the page of a filter; None for all."""
    pages = [chooses(site_id, visits.c.entry, each) for each in filters if each.dimension == "page"]
    return and_(*pages) if pages else None


def says(
    props: ColumnElement[str], site_id: int, wanted: Mapping[str, str], event: str, dialect: str
) -> list[Condition]:
    """Whether an event of this name has each of these properties."""
    found = (ids_of(site_id, [f"{event}\t{prop}\t{value}"]) for prop, value in wanted.items())
    return [and_(props.is_not(None), _any_prop(props, ids, dialect)) for ids in found]


def _says(site_id: int, each: Filter, prop: str, dialect: str, columns: Any) -> Condition:
    """Properties are words of event, key and value with tabs between them; which event it was does not matter here."""
    fits: list[Condition]
    if each.operator is Operator.CONTAINS:
        fits = [words.c.text.ilike(f"%\t{_literally(prop)}\t%{_literally(part)}%", "/") for part in each.values]
    else:
        # LIKE would not tell capital letters from small ones on SQLite.
        fits = [_ends_with(words.c.text, f"\t{prop}\t{value}") for value in each.values]
    found = select(words.c.id).where(words.c.site_id == site_id, or_(*fits)).scalar_subquery()
    said = and_(columns.props.is_not(None), _any_prop(columns.props, found, dialect))
    return said if each.operator is not Operator.IS_NOT else and_(columns.kind == EVENT, not_(said))


def _ends_with(text: ColumnElement[str], end: str) -> Condition:
    return func.substr(text, func.length(text) - len(end) + 1) == end


def _literally(text: str) -> str:
    return text.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _any_prop(props: ColumnElement[str], ids: ScalarSelect[int], dialect: str) -> Condition:
    """Whether one of the numbers in an event's properties is among these."""
    number, numbers = numbers_in(props, dialect)
    return exists(select(literal(1)).select_from(numbers).where(number.in_(ids)))


def numbers_in(props: ColumnElement[str], dialect: str) -> tuple[ColumnElement[int], TableValuedAlias]:
    """The numbers in a column of properties as a table of their own, and its one column."""
    if dialect == "postgresql":
        numbers = func.json_array_elements_text(cast(props, JSON)).table_valued("value", name="prop")
    else:
        numbers = func.json_each(props).table_valued("value", name="prop")
    return cast(numbers.c.value, Integer), numbers


def during_events(where: Span, columns: Any = events.c) -> Condition:
    """Events from the span's beginning on of visits that may have begun before its end: a range of the primary key.

    What such visits did later belongs to them, and is after the last mark.
    """
    return and_(columns.site_id == where.site_id, _range(where, columns.visit_id), columns.at >= where.begin)


def of_chosen_visits(where: Span, conditions: Iterable[Condition], columns: Any = events.c) -> Condition:
    """The same, of those visits alone that fulfil some conditions.

    They are looked up one by one: with a join and a range SQLite reads all events of the range for each visit.
    """
    chosen = columns.visit_id.in_(select(visits.c.id).where(*in_range(where), *conditions))
    return and_(columns.site_id == where.site_id, columns.at >= where.begin, chosen)


def in_range(where: Span) -> tuple[Condition, ...]:
    """Visits that may have events in the span and began before its end: a range of the primary key."""
    return visits.c.site_id == where.site_id, _range(where, visits.c.id), visits.c.began_at < where.end


def _range(where: Span, visit_id: ColumnElement[int]) -> Condition:
    lowest = first_visit_of(where.begin // DAY_SECONDS - LOOK_BACK_DAYS)
    return and_(visit_id >= lowest, visit_id < first_visit_of((where.end - 1) // DAY_SECONDS + 1))


def totals(row: Sequence[int | None], start: int = 0) -> Totals:
    """The totals in a row of a statement, whose columns are `SUMMED` from one of them on."""
    return Totals(*(int(value or 0) for value in row[start : start + len(SUMMED)]))
