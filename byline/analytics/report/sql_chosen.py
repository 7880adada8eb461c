"""Answers to questions with filters, from single events and visits.

They are counted from the tables of `sql_choice`. What is counted on which day is as in the store's sums, so that a
filter by one value answers what the sums say of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import add, attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    union_all,
)

from byline.analytics.report import names, sql
from byline.analytics.report.answers import Totals
from byline.analytics.report.sql import KIND_OF, SUMMED
from byline.analytics.report.sql_choice import OF_ACTS, OF_ENTERED, OF_VISITS, Choice, counts, summed_of, sums_of_plain
from byline.analytics.report.sql_sums import Found, Lists, after, found_in, in_order, limited, nothing, rank
from byline.analytics.store.dimensions import NOTHING, ONLY_WHERE_KNOWN, Dimension
from byline.analytics.store.tables import PAGEVIEW, words

_summed = attrgetter(*SUMMED)
BESIDE = ("entries", "exits", "page_views")
"""What lists of pages show beside their sums, in the order in which statements answer it."""
NO_COLUMNS: Mapping[str, ColumnElement[Any]] = {}
DAY, MARK = "day", "mark"
"""What rows of time are called among those of lists."""


@dataclass(slots=True)
class Answers:
    """What a statement found: totals by the place of their day, and of their mark, and the rows of lists."""

    days: dict[int, Totals] = field(default_factory=dict)
    marks: dict[int, Totals] = field(default_factory=dict)
    lists: dict[str, list[Found]] = field(default_factory=dict)

    @property
    def total(self) -> Totals:
        """Of all days together."""
        return reduce(added, self.days.values(), Totals())


def answers(connection: Connection, choice: Choice, lists: Lists | None = None, *, by_mark: bool = False) -> Answers:
    """The totals of each day, of each mark if they are asked for, and the first rows of lists, one more than they show.

    One statement for all of it, as putting together what fits costs more than all that is asked of it.
    """
    parts = _by_time(choice, by_mark=by_mark)
    found = Answers()
    if lists is not None:
        found.lists = {name: [] for name in lists.dimensions}
        parts += [_select(choice, name, lists) for name in lists.dimensions if _may_have(choice, name)]
    for row in connection.execute(union_all(*parts)):
        if row[0] in found.lists:
            found.lists[row[0]].append(found_in(row))
        else:
            places = found.days if row[0] == DAY else found.marks
            places[row[1]] = added(places.get(row[1], Totals()), sql.totals(row, 3))
    if lists is not None:
        found.lists = {name: in_order(rows, lists.part) for name, rows in found.lists.items()}
    return found


def _by_time(choice: Choice, *, by_mark: bool) -> list[Select[Any]]:
    """By day and mark. A visit counts where it began, also where what fits in it came later."""
    seen, apart, acts, count = choice.seen.c, choice.apart.c, choice.acts.c, choice.where.days

    def part(name: str, place: ColumnElement[int], sums: Sequence[ColumnElement[Any]]) -> Select[Any]:
        return select(literal(name), place, literal(""), *sums, *nothing(4)).group_by(place)

    plain = sums_of_plain(choice.seen)
    plain["visitors"] = plain["alone"]
    parts = [
        part(DAY, seen.day, [plain[name] for name in SUMMED]).where(seen.plain > 0),
        part(DAY, apart.day, _sums(apart, ("visitors", *OF_ACTS))).where(apart.day < count),
        part(DAY, apart.began, _sums(apart, OF_VISITS)).where(apart.visits == 1),
    ]
    if by_mark:
        present = [func.count(sql.person(acts.visitor, acts.day).distinct()), *counts(acts, SUMMED[1:])]
        parts.append(part(MARK, acts.mark, present).where(acts.day < count))
        parts.append(
            part(MARK, choice.chosen.c.began_mark, _sums(choice.chosen.c, OF_VISITS)).where(choice.chosen.c.visits == 1)
        )
    return parts


def props(connection: Connection, choice: Choice, event: str, most: int) -> tuple[list[Found], Totals]:
    """What was said about an event, the most frequent first; the key is the rest of the word: key, tab, value."""
    acts, start = choice.acts.c, f"{event}\t"
    of_event = and_(acts.name_id.in_(sql.ids_of(choice.where.site_id, [event])), acts.day < choice.where.days)
    number, numbers = sql.numbers_in(acts.props, connection.dialect.name)
    person = sql.person(acts.visitor, acts.day)
    said = select(acts.visit_id, person.label("person"), acts.kind, acts.engaged_ms, acts.scroll, acts.is_read,
                  number.label("word_id")).select_from(choice.acts.join(numbers, literal(True)))  # fmt: skip
    each = said.where(of_event, acts.props.is_not(None)).subquery()
    visitors = func.count(each.c.person.distinct())
    begun = case((_began_within(choice, each.c.visit_id), each.c.visit_id), else_=null())
    sums = [visitors, func.count(begun.distinct()), *counts(each.c, SUMMED[2:])]
    fits = and_(words.c.site_id == choice.where.site_id, words.c.id == each.c.word_id)
    query = select(literal("prop"), each.c.word_id, words.c.text, *sums, *nothing(4)).join_from(each, words, fits)
    query = query.where(func.substr(words.c.text, 1, len(start)) == start).group_by(each.c.word_id, words.c.text)
    query = query.order_by(visitors.desc(), each.c.word_id).limit(most)
    whole = select(func.count(person.distinct())).where(of_event)
    found = [found_in(row) for row in connection.execute(query)]
    total = Totals(visitors=int(connection.execute(whole).scalar() or 0))
    return [replace(row, key=row.key.removeprefix(start)) for row in found], total


def added(one: Totals, other: Totals) -> Totals:
    """Two totals as one."""
    return Totals(*map(add, _summed(one), _summed(other)))


def _sums(rows: Any, fields: Sequence[str]) -> list[ColumnElement[Any]]:
    """All of `SUMMED`, zero for what is not among the fields."""
    # Most visitors have one visit on a day: only the others need comparing, which costs more than all else.
    visitors = func.coalesce(func.sum(rows.alone), 0) + func.count(rows.person.distinct())
    return [
        literal(0) if name not in fields else visitors if name == "visitors" else func.coalesce(func.sum(rows[name]), 0)
        for name in SUMMED
    ]


def _select(choice: Choice, name: str, lists: Lists) -> Select[Any]:
    """One dimension, grouped, sorted and cut."""
    part = limited(lists, name)
    rows = _grouped(choice, name).subquery()
    ranked = rank(part, {field: rows.c[field] for field in SUMMED})
    query = select(rows, ranked.label("rank"))
    if not lists.with_absent:
        query = query.where(rows.c.visitors > 0)
    if part.search:
        also = names.keys_like(name, part.search)
        query = query.where(rows.c.key.in_(sql.ids_containing(choice.where.site_id, [part.search], also)))
    beyond = after(part, ranked, rows.c.key)
    if beyond is not None:
        query = query.where(beyond)
    order = ranked.asc() if part.ascending else ranked.desc()
    cut = query.order_by(order, rows.c.key).limit(part.limit + 1).subquery()
    fits = and_(words.c.site_id == choice.where.site_id, words.c.id == cut.c.key)
    text = select(words.c.text).where(fits).scalar_subquery()
    return select(literal(name), cut.c.key, text, *(cut.c[field] for field in (*SUMMED, *BESIDE)), cut.c.rank)


def _may_have(choice: Choice, name: str) -> bool:
    """Whether a list can have rows, by the kind of events that filters leave."""
    return name not in sql.OF_EVENTS or choice.kind in {None, KIND_OF.get(name, PAGEVIEW)}


def _grouped(choice: Choice, name: str) -> Select[Any]:
    if name in KIND_OF:
        return _together(_own(choice, name))
    if name == "page":
        return _together(_pages(choice)) if choice.page is None else _the_page(choice, choice.page)
    if name == "exit":
        return _together([_by_visit(choice, name), _pages_seen(choice)])
    return _by_visit(choice, name)


def _by_visit(choice: Choice, name: str) -> Select[Any]:
    """An attribute of visits."""
    rows = choice.rows_of(name).c
    sums = dict(zip(SUMMED, _sums(rows, SUMMED), strict=True))
    beside = {"entry": "entries", "exit": "exits"}
    query = _rows(rows[name], sums, {beside[name]: sums["visits"]} if name in beside else {})
    return query.where(rows[name] != NOTHING) if Dimension[name.upper()] in ONLY_WHERE_KNOWN else query


def _own(choice: Choice, name: str, beside: Mapping[str, ColumnElement[Any]] = NO_COLUMNS) -> list[Select[Any]]:
    """What is an event's own, such as its name, in plain visits and in all others.

    A plain visit is one visitor, so that only the others have to be told apart by visitor and day.
    """
    acts, apart, kind = choice.acts.c, choice.apart.c, KIND_OF.get(name, PAGEVIEW)
    key = acts.path_id if name in {"page", "not_found"} else acts.name_id
    visit = func.count(acts.visit_id.distinct())
    plain = _rows(key, {"visitors": visit, "visits": visit, **summed_of(acts, kind)}, beside)
    within, begun = acts.day < choice.where.days, _began_within(choice, acts.visit_id)
    sums = dict(zip(SUMMED, counts(acts, SUMMED, within), strict=True))
    person = sql.person(acts.visitor, acts.day)
    sums["visitors"] = func.count(case((within, person), else_=null()).distinct())
    sums["visits"] = func.count(case((begun, acts.visit_id), else_=null()).distinct())
    mine = and_(acts.kind == kind, *sql.listed(name, key, choice.where.site_id))
    is_apart = select(apart.visit_id).where(apart.visit_id == acts.visit_id).exists()
    return [plain.where(mine, not_(is_apart)), _rows(key, sums, beside).where(mine, is_apart)]


def _began_within(choice: Choice, visit_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a visit began within the span; few did not, so these are looked for."""
    apart = choice.apart.c
    return visit_id.not_in(select(apart.visit_id).where(or_(apart.began < 0, apart.began >= choice.where.days)))


def _pages(choice: Choice) -> list[Select[Any]]:
    """Pages, with the visits that began and ended with each; bounces and durations are those of the former."""
    began, ended = choice.rows_of("entry", OF_VISITS).c, choice.rows_of("exit", ("visits",)).c
    of_began = {name: func.sum(began[name]) for name in OF_ENTERED}
    return [
        *_own(choice, "page", {"entries": literal(0), "exits": literal(0)}),
        _rows(began.entry, of_began, {"entries": func.sum(began.visits)}),
        _rows(ended.exit, {}, {"exits": func.sum(ended.visits)}),
    ]


def _the_page(choice: Choice, path: str) -> Select[Any]:
    """The one page that a filter leaves: all that is left is about it."""
    table = choice.chosen if choice.packed is None else choice.packed
    chosen = choice.chosen.c
    key = sql.ids_of(choice.where.site_id, [path])
    sums = dict(zip(SUMMED, _sums(table.c, SUMMED), strict=True))
    ended = select(func.coalesce(func.sum(chosen.visits), 0)).where(chosen.exit == key).scalar_subquery()
    return select(*_columns(key, sums, {"entries": sums["entered"], "exits": ended})).select_from(table)


def _pages_seen(choice: Choice) -> Select[Any]:
    acts = choice.acts.c
    return _rows(acts.path_id, {}, {"page_views": func.count()}).where(
        acts.kind == PAGEVIEW, acts.day < choice.where.days
    )


def _together(parts: Sequence[Select[Any]]) -> Select[Any]:
    """Parts of a list as one; of a key without visitors it says less than all, and no list shows it."""
    rows = union_all(*parts).subquery().c
    return select(rows.key, *(func.sum(rows[name]).label(name) for name in (*SUMMED, *BESIDE))).group_by(rows.key)


def _rows(
    key: ColumnElement[int], sums: Mapping[str, ColumnElement[Any]], beside: Mapping[str, ColumnElement[Any]]
) -> Select[Any]:
    return select(*_columns(key, sums, beside)).group_by(key)


def _columns(
    key: ColumnElement[int], sums: Mapping[str, ColumnElement[Any]], beside: Mapping[str, ColumnElement[Any]]
) -> list[ColumnElement[Any]]:
    """Key, `SUMMED` and `BESIDE`: zero for sums that are not given, NULL for what is not said beside them."""
    unsaid = zip(BESIDE, nothing(3), strict=True)
    return [
        key.label("key"),
        *(sums.get(field, literal(0)).label(field) for field in SUMMED),
        *(beside.get(name, none).label(name) for name, none in unsaid),
    ]
