"""The statistics of one's own posts, of one or of all together, put together for their pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from byline.analytics import report
from byline.analytics.definitions import METRICS, Metric
from byline.analytics.report import periods
from byline.analytics.report.answers import Panel, PathAnswer, Totals
from byline.analytics.report.models import Note
from byline.analytics.report.periods import Compare, Interval
from byline.analytics.report.questions import Arguments, Question, Slice
from byline.analytics.report.sql_chosen import added
from byline.analytics.sites.models import Site
from byline.statistics import asking, authors, chart
from byline.statistics.asking import Asked
from byline.statistics.authors import Echo, Written
from byline.statistics.board import Tile, spoken_moment
from byline.statistics.chart import Chart, Moment

SHOW = "show"
"""The argument that says what the chart shows."""
SHOWN = ("pageviews", "visitors", "reads")
TILES = (*SHOWN, "read_ratio", "engaged_time", "scroll_depth")
SOURCES = Slice(limit=12)
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post among others, with its numbers."""

    post: Written
    answer: PathAnswer

    @property
    def line(self) -> tuple[str, str]:
        """A small chart of its views."""
        return chart.sparkline(self.answer.views)


@dataclass(frozen=True, slots=True)
class PostsBoard(Asked):
    """The numbers of some posts over some days."""

    shown: str
    totals: Totals
    answers: Sequence[PathAnswer]
    sources: Panel
    echo: Echo
    rows: Sequence[PostRow] = ()
    """The posts one by one, those with most views first."""
    posts: int = 1
    """How many posts the numbers are about."""

    notes: Sequence[Note] = ()
    former_series = None

    @property
    def page(self) -> PostsBoard:
        """What the template of charts asks for a series compared with: there is none."""
        return self

    @property
    def metric(self) -> Metric:
        """What the chart shows."""
        return METRICS[self.shown]

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """Posts are counted by the day."""
        return tuple(each for each in self.question.intervals if each is not Interval.HOUR)

    @property
    def tiles(self) -> list[Tile]:
        """Every tile in its order."""
        return [Tile(METRICS[name], self.totals.value(name), None, has_former=False) for name in TILES]

    def also(self) -> Mapping[str, list[str]]:
        """What the chart shows, unless it goes without saying."""
        return {} if self.shown == SHOWN[0] else {SHOW: [self.shown]}

    def marks_at(self, number: int) -> Sequence[Note]:
        """Notes belong to whole sites."""
        del number
        return ()

    def chart(self, size: str) -> Chart:
        """The chart for wide pages or narrow ones."""
        return chart.drawn(self.moments, self.metric.unit, chart.NARROW if size == "narrow" else chart.WIDE)

    @property
    def moments(self) -> list[Moment]:
        """The chart's series."""
        question, made = self.question, []
        first = question.period.first
        for part in periods.parts(question.period, question.interval, question.zone_info):
            begin, end = (part.first - first).days, (part.last - first).days + 1
            value = None if part.first > question.today else float(sum(self._days[begin:end]))
            word, words = spoken_moment(part.begins, part.first, part.last, question.interval)
            made.append(Moment(word, words, value, open=part.first <= question.today <= part.last))
        return made

    @property
    def _days(self) -> list[int]:
        series = {"pageviews": "views", "visitors": "days", "reads": "reads"}[self.shown]
        return [sum(each) for each in zip(*(getattr(answer, series) for answer in self.answers), strict=True)]


def asked_of(site: Site, args: Arguments) -> Question:
    """The days that a URL asks for: without filters, and cut into nothing shorter than days."""
    question = asking.days_of(site, args).question
    interval = Interval.DAY if question.interval is Interval.HOUR else question.interval
    plain = replace(question.cleared(), compare=Compare.NONE, interval=interval, metric="visitors")
    return replace(plain, period=plain.period.until(plain.today))


def of_posts(site: Site, args: Arguments, posts: Sequence[Written], people: Sequence[int]) -> PostsBoard:
    """The numbers of some posts and of what their authors gained; at most five statements."""
    question = asked_of(site, args)
    first, last, zone = question.period.first, question.period.last, question.zone
    ids = [post.id for post in posts]
    paths = authors.places(ids).paths if ids else {}
    answers = report.of_paths(site.id, {post.id: paths.get(post.id, ()) for post in posts}, first, last)
    every = [path for mine in paths.values() for path in mine]
    rows = sorted((PostRow(post, answers[post.id]) for post in posts), key=_by_views)
    totals = Totals()
    for answer in answers.values():
        totals = added(totals, answer.totals)
    shown = args.get(SHOW) or ""
    return PostsBoard(
        site,
        question,
        shown if shown in SHOWN else SHOWN[0],
        totals,
        list(answers.values()),
        report.sources_of(site.id, zone, every, (first, last), SOURCES) if every else Panel("source", ()),
        authors.echo(ids, people, first, last, zone),
        rows[:MOST_LISTED],
        len(posts),
    )


def _by_views(row: PostRow) -> tuple[int, int]:
    return -row.answer.totals.pageviews, -row.post.id
