"""What filters leave, put together once in each statement and read by all of its parts.

`acts` are the events that fit. `seen` has a row for each visit with one of them, with attributes of the visit. Almost
every visit has one visitor and lies within one day; these are *plain*, and are counted as they stand there. The
others, in `rest`, are taken apart by day and visitor in `odd`. `chosen` has the rows of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from byline.analytics.report import sql
from byline.analytics.report.filters import Filter, Operator
from byline.analytics.report.sql import KIND_OF, OF_EVENTS, Span
from byline.analytics.store.tables import PAGEVIEW, events, visits

OF_ACTS = ("pageviews", "events", "engaged_ms", "scroll_sum", "scroll_views", "reads")
OF_ENTERED = ("entered", "bounces", "duration_seconds")
OF_VISITS = ("visits", *OF_ENTERED)
ALONE_OR_SUMMED = ("alone", *OF_VISITS, *OF_ACTS)
FEW_VALUES = ("source", "channel", "utm_medium", "utm_campaign", "utm_content", "utm_term", "country", "language",
              "browser", "system", "device", "screen", "host")  # fmt: skip
"""Attributes of which many visits share one combination."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What filters leave of some days."""

    where: Span
    acts: CTE
    seen: CTE
    apart: CTE
    """What is not said by the plain rows of `seen`: visits of several days or visitors, and visitors who come again."""
    chosen: CTE
    """Both of them. Visitors are the sum of `alone` and the number of different ones who are named."""
    packed: CTE | None
    """The rows of `chosen` by their combination of those attributes that are in `FEW_VALUES`."""
    kind: int | None
    """The one kind of event that can be left, where the filters tell."""
    page: str | None
    """The one page of which alone pageviews are left, where the filters tell."""

    def rows_of(self, attribute: str, fields: Sequence[str] = ALONE_OR_SUMMED) -> FromClause:
        """The shortest table with an attribute of visits, and at least these of their sums."""
        if self.packed is not None and attribute in self.packed.c:
            return self.packed
        rows: FromClause = _packed(self.seen, self.apart, [attribute], fields).subquery()
        return rows


def choose(
    connection: Connection,
    where: Span,
    filters: tuple[Filter, ...],
    dimensions: Iterable[str] = (),
    marks: Sequence[int] = (),
) -> Choice:
    """The events and visits that filters leave, for lists of these dimensions, sorted into the hours of `marks`."""
    lists = tuple(dimensions)
    dialect = connection.dialect.name
    most = leave_most(filters)
    # The same visits here and in `seen`: what is not found among `apart` is taken for plain.
    begun = select(visits.c.id).where(*sql.in_range(where), *sql.of_visits(filters, where.site_id)) if most else None
    left = acts(where, filters, dialect, marks, begun).cte("acts").prefix_with("MATERIALIZED")
    kind, page = _only_kind(filters), _only_page(filters)
    attributes = [name for name in lists if name not in OF_EVENTS and name != "prop"]
    few = [name for name in attributes if name in FEW_VALUES]
    if "page" in lists:
        attributes += [name for name in ("entry", "exit") if name not in attributes]
    if most:
        found = _with_visits(where, filters, dialect)
    else:
        own = {name for name in lists if name in OF_EVENTS and kind in {None, KIND_OF.get(name, PAGEVIEW)}}
        reads_acts = marks or "exit" in lists or own - ({"page"} if page else set())
        # What is read once is not worth a table of its own: by their keys, events come visit by visit.
        found = _by_visit(where, left if reads_acts else acts(where, filters, dialect).subquery("left"), kind)
    seen = _seen(where, filters, found, attributes, marks).cte("seen").prefix_with("MATERIALIZED")
    # No equations here: for those SQLite would make an index of the whole table.
    rest = select(seen).where(seen.c.plain < 1).cte("rest").prefix_with("MATERIALIZED")
    not_plain = select(rest.c.visit_id)
    odd = _by_day(acts(where, filters, dialect, (), not_plain).subquery("of_rest"))
    named = [*attributes, *(["began_mark"] if marks else [])]
    compared = union_all(_compared(seen, _again(seen, odd), named), _by_visitor(where, rest, odd, named))
    apart = compared.cte("apart").prefix_with("MATERIALIZED")
    chosen = union_all(_as_they_stand(seen, named), select(apart)).cte("chosen").prefix_with("NOT MATERIALIZED")
    packed = _packed(seen, apart, few).cte("packed").prefix_with("MATERIALIZED") if len(few) > 1 else None
    return Choice(where, left, seen, apart, chosen, packed, kind, page)


def _of_events(filters: Iterable[Filter]) -> list[Filter]:
    return [each for each in filters if each.dimension in OF_EVENTS or each.prop is not None]


def _only_kind(filters: Iterable[Filter]) -> int | None:
    named = _of_events(filters)
    kinds = {KIND_OF[each.dimension] for each in named if each.dimension in KIND_OF}
    if not kinds and named and all(each.dimension == "page" for each in named):
        return PAGEVIEW
    return kinds.pop() if len(kinds) == 1 else None


def _only_page(filters: Iterable[Filter]) -> str | None:
    named = _of_events(filters)
    if len(named) != 1 or named[0].dimension != "page" or named[0].operator is not Operator.IS:
        return None
    return named[0].values[0] if len(named[0].values) == 1 else None


def acts(
    where: Span,
    filters: tuple[Filter, ...],
    dialect: str,
    marks: Sequence[int] = (),
    among: Select[tuple[int]] | None = None,
) -> Select[Any]:
    """The events that fit, on the places of their days; later ones of the same visits have the place after the last.

    `among` are the only visits that they are wanted of, all of which pass the filters by visits.
    """
    of_pages = any(each.dimension == "page" and each.operator is Operator.IS for each in filters)
    rows: Any = (sql.EVENTS_OF_PAGES if of_pages else events).c
    day = sql.bucket(rows.at, where.marks)
    columns = [
        rows.visit_id,
        day.label("day"),
        rows.visitor,
        *(rows[name] for name in ("kind", "path_id", "name_id", "props", "engaged_ms", "scroll", "is_read")),
    ]
    if marks:
        columns.append(sql.bucket(rows.at, marks).label("mark"))
    of_visits = sql.of_visits(filters, where.site_id)
    if among is not None:
        left = and_(rows.site_id == where.site_id, rows.at >= where.begin, rows.visit_id.in_(among))
    else:
        left = sql.of_chosen_visits(where, of_visits, rows) if of_visits else sql.during_events(where, rows)
    return select(*columns).where(left, *sql.of_events(filters, where.site_id, dialect, rows))


def _seen(
    where: Span,
    filters: tuple[Filter, ...],
    found: Select[Any],
    attributes: Sequence[str],
    marks: Sequence[int],
) -> Select[Any]:
    """A row for each visit, as it counts if it is a plain one."""
    day, last = (sql.bucket(at, where.marks) for at in (visits.c.began_at, visits.c.last_at))
    within = and_(visits.c.began_at >= where.begin, visits.c.last_at < where.end)
    entered = sql.entered_at(filters, where.site_id)

    def of_entered(value: Any) -> Any:
        return value if entered is None else case((entered, value), else_=0)

    columns = [
        visits.c.id.label("visit_id"),
        case((and_(within, visits.c.other_visitor == 0, day == last), 1), else_=0).label("plain"),
        case((visits.c.began_at < where.begin, -1), else_=day).label("day"),
        visits.c.visitor,
        of_entered(literal(1)).label("entered"),
        of_entered(visits.c.is_bounce).label("bounces"),
        of_entered(visits.c.last_at - visits.c.began_at).label("duration_seconds"),
        *(visits.c[name] for name in attributes),
    ]
    if marks:
        columns.append(sql.bucket(visits.c.began_at, marks).label("began_mark"))
    return found.add_columns(*columns)


def leave_most(filters: Iterable[Filter]) -> bool:
    """Whether filters may leave most events of the visits that they choose."""
    return all(each.operator is Operator.IS_NOT for each in _of_events(filters))


def _with_visits(where: Span, filters: tuple[Filter, ...], dialect: str) -> Select[Any]:
    """What happened in each visit, from visits with their events in the order of their keys: nothing is sorted."""
    # With a plain column SQLite reads all events of the range for each visit.
    meets = and_(events.c.site_id == where.site_id, events.c.visit_id == visits.c.id + 0, events.c.at >= where.begin)
    left = (*sql.in_range(where), *sql.of_visits(filters, where.site_id))
    query = select(*_summed(events.c)).join_from(visits, events, meets).where(*left)
    query = query.where(*sql.of_events(filters, where.site_id, dialect, events.c))
    return query.group_by(visits.c.site_id, visits.c.id)


def _by_visit(where: Span, acts: FromClause, kind: int | None) -> Select[Any]:
    """What happened in each visit, from the events that fit, with their visits."""
    by_visit = select(acts.c.visit_id, *_summed(acts.c, kind)).group_by(acts.c.visit_id).subquery("by_visit")
    meets = and_(visits.c.site_id == where.site_id, visits.c.id == by_visit.c.visit_id)
    return select(*(by_visit.c[name] for name in OF_ACTS)).join_from(by_visit, visits, meets)


def _by_day(acts: FromClause) -> CTE:
    """What happened in each visit on each day to each visitor."""
    person = sql.person(acts.c.visitor, acts.c.day)
    keys = (acts.c.visit_id, acts.c.day, person.label("person"))
    visitor = func.min(acts.c.visitor).label("visitor")
    query = select(*keys, visitor, *_summed(acts.c)).group_by(acts.c.visit_id, acts.c.day, person)
    return query.cte("odd").prefix_with("MATERIALIZED")


def _again(seen: CTE, odd: CTE) -> CTE:
    """The few visitors who have several rows, perhaps on one day."""
    both = union_all(select(seen.c.visitor).where(seen.c.plain > 0), select(odd.c.visitor)).subquery("both")
    several = select(both.c.visitor).group_by(both.c.visitor).having(func.count() > 1)
    return several.cte("again").prefix_with("MATERIALIZED")


def _as_they_stand(seen: CTE, named: Sequence[str]) -> Select[Any]:
    """The rows of plain visits: one visitor each, taken for another one than all others."""
    return select(
        seen.c.visit_id,
        seen.c.day,
        seen.c.day.label("began"),
        cast(null(), BigInteger).label("person"),
        literal(1).label("alone"),
        *(seen.c[name] for name in OF_ACTS),
        literal(1).label("visits"),
        *(seen.c[name] for name in (*OF_ENTERED, *named)),
    ).where(seen.c.plain > 0)


def _compared(seen: CTE, again: CTE, named: Sequence[str]) -> Select[Any]:
    """What takes visitors who come again out of those who stand alone, and has them compared."""
    others = (literal(0).label(name) for name in (*OF_ACTS, *OF_VISITS))
    person = sql.person(seen.c.visitor, seen.c.day).label("person")
    columns = [seen.c.visit_id, seen.c.day, seen.c.day.label("began"), person, literal(-1).label("alone")]
    query = select(*columns, *others, *(seen.c[name] for name in named))
    return query.where(seen.c.plain > 0, seen.c.visitor.in_(select(again.c.visitor)))


def _by_visitor(where: Span, rest: CTE, odd: CTE, named: Sequence[str]) -> Select[Any]:
    """The rows of visits that are not plain. What is a visit's own counts once, and where it began."""
    first = select(odd.c.visit_id, func.min(odd.c.person).label("person")).group_by(odd.c.visit_id).subquery("first")
    within = odd.c.day < where.days
    leads = and_(odd.c.person == first.c.person, rest.c.day >= 0, rest.c.day < where.days)
    columns = [
        odd.c.visit_id,
        odd.c.day,
        rest.c.day.label("began"),
        case((within, odd.c.person), else_=null()).label("person"),
        literal(0).label("alone"),
        *(case((within, odd.c[name]), else_=0).label(name) for name in OF_ACTS),
        case((leads, 1), else_=0).label("visits"),
        *(case((leads, rest.c[name]), else_=0).label(name) for name in OF_ENTERED),
        *(rest.c[name] for name in named),
    ]
    query = select(*columns).join_from(odd, rest, rest.c.visit_id == odd.c.visit_id)
    return query.join(first, first.c.visit_id == odd.c.visit_id)


def _packed(seen: CTE, apart: CTE, names: Sequence[str], fields: Sequence[str] = ALONE_OR_SUMMED) -> Any:
    """Plain visits with the same attributes as one row, and the rows of all others."""
    keys = [seen.c[name] for name in names]
    sums = sums_of_plain(seen)
    columns = [*keys, cast(null(), BigInteger).label("person"), *(sums[name].label(name) for name in fields)]
    packed = select(*columns).where(seen.c.plain > 0).group_by(*keys)
    return union_all(packed, select(*(apart.c[column.name] for column in columns)))


def sums_of_plain(seen: CTE) -> dict[str, ColumnElement[Any]]:
    """What plain visits sum up to: those who stand alone, what happened, and what is the visits' own."""
    summed = {name: func.sum(seen.c[name]) for name in (*OF_ACTS, *OF_ENTERED)}
    return {"alone": func.count(), "visits": func.count(), **summed}


def _summed(acts: Any, kind: int | None = None) -> list[ColumnElement[Any]]:
    return [value.label(name) for name, value in summed_of(acts, kind).items()]


def summed_of(acts: Any, kind: int | None = None) -> dict[str, ColumnElement[Any]]:
    """What events sum up to, by name; simpler where all are of one kind."""
    sums: dict[str, ColumnElement[Any]] = dict(zip(OF_ACTS, counts(acts, OF_ACTS), strict=True))
    if kind is not None:
        number, none = func.count(), literal(0)
        sums |= {"pageviews": number, "events": none} if kind == PAGEVIEW else {"pageviews": none, "events": number}
    return sums


def counts(acts: Any, fields: Sequence[str], within: ColumnElement[bool] | None = None) -> list[ColumnElement[Any]]:
    """What events sum up to, those `within` alone; zero for what is a visit's own."""
    is_view = acts.kind == PAGEVIEW
    known: dict[str, ColumnElement[Any]] = {
        "pageviews": case((is_view, 1), else_=0),
        "events": case((is_view, 0), else_=1),
        "engaged_ms": acts.engaged_ms,
        "scroll_sum": case((acts.scroll >= 0, acts.scroll), else_=0),
        "scroll_views": case((acts.scroll >= 0, 1), else_=0),
        "reads": acts.is_read,
    }
    if within is not None:
        known = {name: case((within, value), else_=0) for name, value in known.items()}
    return [func.sum(known[name]) if name in known else literal(0) for name in fields]
