"""What a dashboard shows, put together once for all who may see one: a team, the public, a page that embeds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlsplit

from byline.analytics import report
from byline.analytics.definitions import DIMENSIONS, METRICS, PANELS, TILES, Metric
from byline.analytics.report import filters, queries
from byline.analytics.report.answers import GoalAnswer, Page, Panel, Series
from byline.analytics.report.filters import Filter, Operator
from byline.analytics.report.models import Note, Segment
from byline.analytics.report.periods import Compare, Interval
from byline.analytics.report.questions import Arguments, Question
from byline.analytics.sites.models import Site
from byline.statistics import chart, figures, weeks
from byline.statistics.asking import Asked, drawing
from byline.statistics.chart import Chart, Moment

__all__ = ["Board", "drawing", "narrowed", "of"]

GOALS = "goals"
"""The list beside events that is no dimension."""
BY = "by"
"""The argument that says which list of each panel is open."""
HEATS = 5
MOST_COUNTRIES = 250
"""As many as there are: the map shows each of them, the list beside it the first ones."""
SHORT_LABELS = {"utm_medium": "Media", "utm_content": "Contents", "utm_term": "Terms"}
"""Lists whose panel says already what they are of."""
NOW_PANELS: tuple[tuple[str, ...], ...] = (("page",), ("source",), ("country",))
NOW_TILES = ("visitors", "visits", "pageviews")
"""What can be said of half an hour."""


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
class Board(Asked):
    """One dashboard."""

    page: Page
    panels: Mapping[str, Panel]
    opened: tuple[str, ...]
    """The list that is open in each panel."""
    goals: tuple[GoalAnswer, ...] | None
    """Answered only while their list is open."""
    segments: Sequence[Segment]
    notes: Sequence[Note]
    is_unheard: bool = False
    """Whether nothing was ever counted for the site."""
    kept: Mapping[str, list[str]] = field(default_factory=dict)
    """Arguments of the page's address that are about its looks."""
    knows_now: bool = True
    """Whether it may say how many visitors there are now, which no filter narrows."""

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
            for name in (NOW_TILES if self.question.is_realtime else TILES)
        ]

    @property
    def places(self) -> tuple[tuple[str, ...], ...]:
        """The lists that share each panel."""
        return NOW_PANELS if self.question.is_realtime else PANELS

    @property
    def groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The panels: which list is open, and the names and labels of all of its lists."""
        made = []
        for names, opened in zip(self.places, self.opened, strict=True):
            labels = [(name, SHORT_LABELS.get(name, DIMENSIONS[name].plural)) for name in names]
            made.append((opened, [(GOALS, "Goals"), *labels] if "event" in names else labels))
        return made

    def also(self) -> Mapping[str, list[str]]:
        """The lists that are open, but for those that are so without being asked for."""
        by = [opened for opened, names in zip(self.opened, self.places, strict=True) if opened != names[0]]
        return {BY: by, **self.kept} if by else self.kept

    def link_to_list(self, name: str) -> str:
        """The address of this dashboard with another list open in its panel."""
        by = [
            name if name in names or (name == GOALS and "event" in names) else opened
            for opened, names in zip(self.opened, self.places, strict=True)
        ]
        shut = [first for first, *_ in self.places]
        return self.link(**{BY: [each for each in by if each not in shut] or None})

    def chart(self, size: str) -> Chart:
        """The chart for wide pages or narrow ones."""
        return chart.drawn(self.moments, self.metric.unit, chart.NARROW if size == "narrow" else chart.WIDE)

    @property
    def moments(self) -> list[Moment]:
        """The chart's series, beside the time compared with."""
        return moments_of(self.page.series, self.page.former_series, self.question.metric)

    def marks_at(self, number: int) -> list[Note]:
        """What happened in one interval of the chart."""
        point = self.page.series.points[number]
        if point.begins.hour and point.first == point.last:
            return []  # By the hour a day's marks stand at its beginning.
        return [each for each in self.notes if point.first <= each.day <= point.last]

    def page_url(self, path: str) -> str:
        """Where a page of the site is; empty while nobody said where the site is."""
        begin = urlsplit(self.site.url)
        return f"{begin.scheme}://{begin.netloc}{path}" if begin.netloc and path.startswith("/") else ""

    def visitors_from(self, code: str) -> int:
        """Visitors from a country."""
        return next((row.visitors for row in self.panels["country"].rows if row.key == code), 0)

    @property
    def heats(self) -> dict[str, int]:
        """How warm each country is, from 1 to 5, by the visitors from there."""
        rows = self.panels["country"].rows if "country" in self.panels else ()
        most = max((row.visitors for row in rows), default=0)
        # The root keeps small numbers in sight beside one large one.
        return {
            row.key: max(1, round(HEATS * (row.visitors / most) ** 0.5)) for row in rows if row.key and row.visitors
        }


def of(site: Site, args: Arguments, asked: Question | None = None) -> Board:
    """Answer what a URL asks of a site, or another question; the caller has made sure that it may be shown."""
    segments = queries.segments_of(site.id)  # Before the question, which then finds its own among them.
    question = asked or report.asked(args, site)
    if question.is_realtime:
        return _of_now(site, question, segments)
    opened = opened_of(args.getlist(BY))
    lists = [name for name in opened if name != GOALS]
    goals = report.goals(replace(question, compare=Compare.NONE)) if GOALS in opened else None
    page, panels = report.dashboard(question, dict.fromkeys([*lists, "country"]), limits={"country": MOST_COUNTRIES})
    return Board(
        site,
        question,
        page,
        panels,
        opened,
        goals,
        segments,
        queries.notes_of(site.id, question.period.first, question.period.last),
        is_unheard=not (page.totals.visitors or page.refused_number or weeks.has_heard_of(site)),
    )


def _of_now(site: Site, asked: Question, segments: Sequence[Segment]) -> Board:
    """The last thirty minutes: what has no length yet is not compared, averaged or annotated."""
    metric = asked.metric if asked.metric in NOW_TILES else NOW_TILES[0]
    question = replace(asked, compare=Compare.NONE, metric=metric)
    found = report.realtime(question)
    page = Page(found.totals, None, found.series, None, found.current_visitors, {})
    opened = tuple(name for name, *_ in NOW_PANELS)
    return Board(site, question, page, found.panels, opened, None, segments, ())


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
