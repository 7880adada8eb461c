"""What a dashboard shows, put together once for all who may see one: a team, the public, a page that embeds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode, urlsplit

from byline.analytics import definitions, report
from byline.analytics.definitions import DIMENSIONS, METRICS, PANELS, TILES, Dimension, Metric
from byline.analytics.report import filters, queries
from byline.analytics.report.answers import GoalAnswer, Page, Panel, Series
from byline.analytics.report.filters import SPOKEN, Filter, Operator
from byline.analytics.report.models import Annotation, Segment
from byline.analytics.report.periods import KEYS, LABELS, Compare, Interval, Name
from byline.analytics.report.questions import Arguments, Question
from byline.analytics.sites.models import Site
from byline.statistics import chart, figures, world
from byline.statistics.chart import Chart, Moment

GOALS = "goals"
"""The list beside events that is no dimension."""
BY = "by"
"""The argument that says which list of each panel is open."""
COMPARES = {Compare.NONE: "No comparison", Compare.PREVIOUS: "Previous period", Compare.YEAR: "A year before"}
PERIODS: tuple[tuple[Name, ...], ...] = (
    (Name.TODAY, Name.YESTERDAY, Name.REALTIME),
    (Name.DAYS_7, Name.DAYS_28, Name.DAYS_90),
    (Name.MONTH, Name.LAST_MONTH, Name.YEAR, Name.ALL),
)
HEATS = 5


@dataclass(frozen=True, slots=True)
class Tile:
    """A metric with its value, and how it changed against the time compared with."""

    metric: Metric
    value: float | None
    former: float | None
    has_former: bool

    @property
    def plain(self) -> str:
        """The number as programs read it."""
        return f"{self.value or 0:.2f}".removesuffix(".00")

    @property
    def shown(self) -> str:
        """As people read it; a dash where there is nothing to average."""
        return "\N{EN DASH}" if self.value is None else figures.short(self.value, self.metric.unit)

    @property
    def change(self) -> str:
        """By how much it changed."""
        if not self.has_former or self.value is None or self.former is None:
            return ""
        return figures.change(self.value, self.former, self.metric.unit)

    @property
    def trend(self) -> str:
        """good, bad or even: whether the change is to be welcomed."""
        change = self.change
        if not change or change.startswith("0"):
            return "even"
        return "good" if change.startswith("+") != self.metric.falling_is_good else "bad"


@dataclass(frozen=True, slots=True)
class Board:
    """One dashboard. Links begin with `?`, so that they stay on whichever page shows it."""

    site: Site
    question: Question
    page: Page
    panels: Mapping[str, Panel]
    opened: tuple[str, ...]
    """The list that is open in each panel."""
    goals: tuple[GoalAnswer, ...] | None
    """Answered only while their list is open."""
    segments: Sequence[Segment]
    annotations: Sequence[Annotation]

    @property
    def metric(self) -> Metric:
        """What the chart shows."""
        return METRICS[self.question.metric]

    @property
    def tiles(self) -> list[Tile]:
        """Every tile in its order."""
        now, before = self.page.totals, self.page.former
        return [
            Tile(METRICS[name], now.value(name), before.value(name) if before else None, before is not None)
            for name in TILES
        ]

    @property
    def groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The panels: which list is open, and the names and labels of all of its lists."""
        made = []
        for names, opened in zip(PANELS, self.opened, strict=True):
            labels = [(name, DIMENSIONS[name].plural) for name in names]
            made.append((opened, [(GOALS, "Goals"), *labels] if "event" in names else labels))
        return made

    @property
    def periods(self) -> list[list[tuple[Name, str, str]]]:
        """The periods to choose from: name, label, key."""
        return [[(name, LABELS[name], KEYS[name]) for name in names] for names in PERIODS]

    @property
    def days(self) -> str:
        """The days of the period, for people."""
        return spoken_days(self.question.period.first, min(self.question.period.last, self.question.today))

    @property
    def former_days(self) -> str:
        """The days of the time compared with."""
        former = self.question.former_period
        return spoken_days(former.first, former.last) if former else ""

    def link(self, asked: Question | None = None, /, **changes: str | list[str] | None) -> str:
        """The address of this dashboard with another question, or with some of its arguments changed."""
        args = (asked or self.question).args(**changes)
        by = [opened for opened, names in zip(self.opened, PANELS, strict=True) if opened != names[0]]
        if by and BY not in changes:
            args[BY] = by
        return "?" + urlencode(args, doseq=True)

    def link_to_list(self, name: str) -> str:
        """The address of this dashboard with another list open in its panel."""
        by = [
            name if name in names or (name == GOALS and "event" in names) else opened
            for opened, names in zip(self.opened, PANELS, strict=True)
        ]
        shut = [first for first, *_ in PANELS]
        return self.link(**{BY: [each for each in by if each not in shut] or None})

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """The arguments as pairs for a form that asks something anew, but for those that the form itself gives."""
        args = {name: value for name, value in self.question.args().items() if name not in without}
        pairs = [
            (name, each) for name, value in args.items() for each in ([value] if isinstance(value, str) else value)
        ]
        by = [(BY, opened) for opened, names in zip(self.opened, PANELS, strict=True) if opened != names[0]]
        return pairs + by

    def chart(self, size: str) -> Chart:
        """The chart for wide pages or narrow ones."""
        return chart.drawn(self.moments, self.metric.unit, chart.NARROW if size == "narrow" else chart.WIDE)

    @property
    def moments(self) -> list[Moment]:
        """The chart's series, beside the time compared with."""
        return moments_of(self.page.series, self.page.former_series, self.question.metric)

    def marks_at(self, number: int) -> list[Annotation]:
        """What happened in one interval of the chart."""
        point = self.page.series.points[number]
        if point.begins.hour and point.first == point.last:
            return []  # By the hour a day's marks stand at its beginning.
        return [each for each in self.annotations if point.first <= each.day <= point.last]

    def word_of(self, dimension: str, value: str) -> str:
        """What people call a value of a filter."""
        if not value:
            return DIMENSIONS[dimension].unknown if dimension in DIMENSIONS else "nothing"
        return world.names().get(value, value) if dimension == "country" else value

    def page_url(self, path: str) -> str:
        """Where a page of the site is; empty while nobody said where the site is."""
        begin = urlsplit(self.site.url)
        return f"{begin.scheme}://{begin.netloc}{path}" if begin.netloc and path.startswith("/") else ""

    def visitors_from(self, code: str) -> int:
        """Visitors from a country."""
        return next((row.visitors for row in self.panels["country"].rows if row.key == code), 0)

    @property
    def operators(self) -> list[tuple[Operator, str]]:
        """How a filter may compare, for people."""
        return list(SPOKEN.items())

    @property
    def heats(self) -> dict[str, int]:
        """How warm each country is, from 1 to 5, by the visitors from there."""
        rows = self.panels["country"].rows if "country" in self.panels else ()
        most = max((row.visitors for row in rows), default=0)
        # The root keeps small numbers in sight beside one large one.
        return {
            row.key: max(1, round(HEATS * (row.visitors / most) ** 0.5)) for row in rows if row.key and row.visitors
        }


def of(site: Site, args: Arguments) -> Board:
    """Answer what a URL asks of a site; the caller has made sure that it may be shown."""
    question = report.asked(args, site)
    opened = opened_of(args.getlist(BY))
    lists = [name for name in opened if name != GOALS]
    goals = report.goals(question) if GOALS in opened else None
    return Board(
        site,
        question,
        report.page(question),
        report.panels(question, dict.fromkeys([*lists, "country"])),
        opened,
        goals,
        queries.segments_of(site.id),
        queries.annotations_of(site.id, question.period.first, question.period.last),
    )


def narrowed(asked: Board, args: Arguments) -> str | None:
    """The address with the filter that the form for filters asks for; None when it was not sent."""
    name, how, value = (args.get(each) or "" for each in ("add", "how", "value"))
    if not name:
        return None
    try:
        new = filters.read(Filter(name, Operator(how), (value.strip(),)).written)
    except ValueError:
        return asked.link()
    return asked.link(asked.question.add(new))


def opened_of(asked: Sequence[str]) -> tuple[str, ...]:
    """Which list is open in each panel; the first one where nothing else is asked."""
    opened = []
    for names in PANELS:
        possible = {*names, GOALS} if "event" in names else set(names)
        opened.append(next((name for name in asked if name in possible), names[0]))
    return tuple(opened)


def moments_of(series: Series, former: Series | None, metric: str) -> list[Moment]:
    """A series for the chart, beside what it is compared with."""
    before: Sequence[float | None] = former.values(metric) if former else [None] * len(series.points)
    times = [point.begins for point in former.points] if former else []
    made = []
    for at, (point, value) in enumerate(zip(series.points, series.values(metric), strict=True)):
        word, words = spoken_moment(point.begins, point.first, point.last, series.interval)
        then = before[at] if at < len(before) else None
        then_words = ""
        if former and at < len(times):
            other = former.points[at]
            then_words = spoken_moment(times[at], other.first, other.last, series.interval)[1]
        made.append(Moment(word, words, value, then, then_words, open=point.is_open))
    return made


def spoken_moment(begins: object, first: date, last: date, interval: Interval) -> tuple[str, str]:
    """A short and a full name of one interval: ("3 Nov", "Tuesday, 3 November 2026")."""
    if interval in {Interval.HOUR, Interval.MINUTE}:
        return f"{begins:%H:%M}", f"{begins:%A, %-d %B, %H:%M}"
    if interval is Interval.WEEK:
        return f"{first:%-d %b}", f"{first:%-d %B} to {last:%-d %B %Y}"
    if interval is Interval.MONTH:
        return f"{first:%b %Y}", f"{first:%B %Y}"
    return f"{first:%-d %b}", f"{first:%A, %-d %B %Y}"


def spoken_days(first: date, last: date) -> str:
    """A range of days as short as it can be said."""
    if first == last:
        return f"{first:%A, %-d %B %Y}"
    if first.year != last.year:
        return f"{first:%-d %b %Y} to {last:%-d %b %Y}"
    if first.month != last.month:
        return f"{first:%-d %b} to {last:%-d %b %Y}"
    return f"{first:%-d} to {last:%-d %B %Y}"


def drawing() -> dict[str, object]:
    """What the templates of dashboards call."""
    return {"figures": figures, "world": world, "definitions": definitions, "COMPARES": COMPARES, "Compare": Compare}


def dimension(name: str) -> Dimension:
    """The words of a dimension."""
    return DIMENSIONS[name]
