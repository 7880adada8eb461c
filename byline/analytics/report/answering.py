"""The dashboard's numbers: tiles and chart (`page`), and the panels below them.

Without filters they come from the store's sums, whatever the number of hits; with filters from single events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial, reduce

from sqlalchemy import Connection

from byline.analytics import store
from byline.analytics.definitions import DIMENSIONS
from byline.analytics.report import halves, names, periods, sql, sql_choice, sql_chosen, sql_present, sql_sums
from byline.analytics.report.answers import Page, Panel, Point, Row, Series, Totals
from byline.analytics.report.halves import Wanted
from byline.analytics.report.periods import Interval, Part, Period
from byline.analytics.report.questions import PANEL_ROWS, Question, Slice
from byline.analytics.report.sql import Span
from byline.analytics.report.sql_chosen import added
from byline.analytics.report.sql_sums import Found, Lists
from byline.analytics.store.days import date_of, day_of
from byline.kernel.errors import NotFound

MOST_PROPS_SHOWN = 500
FIRST = Slice()
NO_LIMITS: Mapping[str, int] = {}


def page(question: Question) -> Page:
    """Tiles, chart, current visitors and what was not counted; at most four statements.

    Not for the last thirty minutes, which `present.realtime` answers.
    """
    return _dashboard(question, None)[0]


def dashboard(
    question: Question, dimensions: Iterable[str], part: Slice = FIRST, limits: Mapping[str, int] = NO_LIMITS
) -> tuple[Page, Mapping[str, Panel]]:
    """What `page` and `panels` answer, with filters for little more than the price of one of them."""
    return _dashboard(question, Lists(_known(dimensions), part, limits))


def _dashboard(question: Question, lists: Lists | None) -> tuple[Page, Mapping[str, Panel]]:
    period, former = question.period, question.former_period
    with store.here().reading() as connection:
        counted, found = _counted(connection, question, [period] if former is None else [period, former], lists)
        state = sql_present.state(connection, span_of(question), question.now)
    former_totals, former_series = None, None
    series = _series(question, period, counted)
    if former is not None:
        former_totals = _sum(counted, periods.elapsed(former, period, question.today))
        former_series = _aligned(_series(question, former, counted), len(series.points))
    totals = _sum(counted, period)
    since = date_of(state.events_since) if question.all_filters and state.events_since else None
    made = Page(
        totals,
        former_totals,
        series,
        former_series,
        state.current_visitors,
        state.refused,
        known_since=since if since and since > period.first else None,
    )
    return made, _panels(found, totals, lists)


def panel(question: Question, dimension: str, part: Slice = FIRST) -> Panel:
    """One dimension, part by part; one statement. Raises NotFound for what is no dimension of a panel."""
    return panels(question, (dimension,), part)[dimension]


def panels(
    question: Question, dimensions: Iterable[str], part: Slice = FIRST, limits: Mapping[str, int] = NO_LIMITS
) -> Mapping[str, Panel]:
    """The first rows of several dimensions at once, by name; one statement whatever their number.

    `limits` says of single dimensions how many rows they are to have instead of `part.limit`.
    """
    lists = Lists(_known(dimensions), part, limits)
    where = span_of(question)
    found: Mapping[str, Sequence[Found]]
    with store.here().reading() as connection:
        if question.all_filters:
            answers = halves.answers(connection, where, Wanted(question.all_filters, lists))
            found, totals = answers.lists, answers.total
        else:
            found, totals = sql_sums.tops(connection, where, lists)
    return _panels(found, totals, lists)


def _known(dimensions: Iterable[str]) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(dimensions))
    if not wanted or any(name not in DIMENSIONS or name == "prop" for name in wanted):
        raise NotFound("no-such-panel", "There is no such list.")
    return wanted


def _panels(found: Mapping[str, Sequence[Found]], totals: Totals, lists: Lists | None) -> Mapping[str, Panel]:
    if lists is None:
        return {}
    limits = {name: lists.limits.get(name, lists.part.limit) for name in found}
    return {name: panel_of(name, rows, totals, limits[name]) for name, rows in found.items()}


def props(question: Question, event: str) -> Mapping[str, Panel]:
    """What was said about an event, by property: the values with the most visitors, all of one property at once.

    Shares are of the visitors with the event. At most two statements.
    """
    where = span_of(question)
    others = tuple(each for each in question.all_filters if (each.dimension, each.values) != ("event", (event,)))
    with store.here().reading() as connection:
        if others:
            choice = sql_choice.choose(connection, where, question.all_filters, ("event",))
            found, totals = sql_chosen.props(connection, choice, event, MOST_PROPS_SHOWN)
        else:
            found, totals = sql_sums.props(connection, where, event, MOST_PROPS_SHOWN)
    made: dict[str, list[Row]] = {}
    for each in found:
        prop, _, value = each.key.partition("\t")
        row = Row(value, value or "(empty)", each.totals, share(each.totals.visitors, totals.visitors))
        made.setdefault(prop, []).append(row)
    return {prop: Panel(f"prop:{prop}", tuple(rows)) for prop, rows in made.items()}


def span_of(question: Question) -> Span:
    """The days of a question that have begun."""
    return sql.span(question.site_id, question.period.until(question.today), question.zone_info)


def panel_of(dimension: str, found: Sequence[Found], totals: Totals, limit: int = PANEL_ROWS) -> Panel:
    """A panel of the rows of a statement that looked one row ahead."""
    shown = found[:limit]
    following = sql_sums.cursor(shown[-1]) if len(found) > limit else None
    return Panel(dimension, tuple(_row(dimension, each, totals) for each in shown), following)


def share(part: int, whole: int) -> float:
    """Percent; 0 of nothing."""
    return 100 * part / whole if whole else 0.0


def _row(dimension: str, found: Found, totals: Totals) -> Row:
    extra = {}
    if found.entries is not None:
        extra["entries"] = float(found.entries)
    if found.exits is not None:
        views = found.page_views if dimension == "exit" else found.totals.pageviews
        extra |= {"exits": float(found.exits), "exit_rate": share(found.exits, views or 0)}
    label = names.label(dimension, found.key)
    return Row(found.key, label, found.totals, share(found.totals.visitors, totals.visitors), extra)


@dataclass(frozen=True, slots=True)
class Counted:
    """Totals by the number of the day, and by the second at which an hour began where hours were asked for."""

    days: Mapping[int, Totals]
    hours: Mapping[int, Totals]


def _counted(
    connection: Connection, question: Question, wanted: Sequence[Period], lists: Lists | None
) -> tuple[Counted, Mapping[str, Sequence[Found]]]:
    """The totals of the days of some periods that have begun, of their hours if these are the interval, and lists.

    Lists are of the first period.
    """
    by_hour = question.interval is Interval.HOUR
    zone = question.zone_info
    begun = [each.until(question.today) for each in wanted]
    spans = [sql.span(question.site_id, each, zone) for each in begun]
    if not question.all_filters:
        hours = sql_sums.hours(connection, question.site_id, spans) if by_hour else {}
        found, _ = sql_sums.tops(connection, spans[0], lists) if lists else ({}, None)
        return Counted(sql_sums.days(connection, question.site_id, spans), hours), found
    days: dict[int, Totals] = {}
    hours_found: dict[int, Totals] = {}
    of_lists: Mapping[str, Sequence[Found]] = {}
    for period, where in zip(begun, spans, strict=True):
        asked = lists if where is spans[0] else None
        marks = sql.marks_of(periods.parts(period, Interval.HOUR, zone)) if by_hour else []
        answers = halves.answers(connection, where, Wanted(question.all_filters, asked, marks))
        days |= {where.first_day + place: totals for place, totals in answers.days.items()}
        hours_found |= {marks[place]: totals for place, totals in answers.marks.items()}
        of_lists = answers.lists or of_lists
    return Counted(days, hours_found), of_lists


def _series(question: Question, period: Period, counted: Counted) -> Series:
    cut = periods.parts(period, question.interval, question.zone_info)
    if question.interval is Interval.HOUR:
        marks = sql.marks_of(cut)
        values = [Totals()] * len(cut)
        for hour, totals in counted.hours.items():
            if marks[0] <= hour < marks[-1]:
                place = sql.place_of(hour, marks)
                values[place] = added(values[place], totals)
    else:
        values = [_sum(counted, Period(period.name, part.first, part.last)) for part in cut]
    return Series(question.interval, tuple(map(partial(point, question.now), cut, values)))


def point(now: datetime, part: Part, totals: Totals) -> Point:
    """One point of a series: without totals where its time has not come."""
    if part.begins > now:
        return Point(part.begins, part.first, part.last, None, is_partial=part.is_partial)
    return Point(part.begins, part.first, part.last, totals, now < part.ends, part.is_partial)


def _sum(counted: Counted, period: Period) -> Totals:
    days = range(day_of(period.first), day_of(period.last) + 1)
    return reduce(added, (counted.days[day] for day in days if day in counted.days), Totals())


def _aligned(series: Series, count: int) -> Series:
    """A former series with as many points as the present one, the missing ones without a value."""
    points = series.points[:count]
    if points and len(points) < count:
        last = points[-1]
        points += (Point(last.begins, last.first, last.last, None),) * (count - len(points))
    return Series(series.interval, points)
