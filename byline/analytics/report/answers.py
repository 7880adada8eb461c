"""What a report answers: frozen values, ready to be shown, exported and mailed. Percent run from 0 to 100."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from byline.analytics.report.periods import Interval
from byline.analytics.report.rules import Deed


@dataclass(frozen=True, slots=True)
class Totals:
    """The counts of a time or of a row; averages are made of them, None where there is nothing to average."""

    visitors: int = 0
    visits: int = 0
    pageviews: int = 0
    events: int = 0
    """Everything that is no pageview."""
    entered: int = 0
    """The visits that bounces and durations are about: all, or those that entered at the page in question."""
    bounces: int = 0
    duration_seconds: int = 0
    engaged_ms: int = 0
    scroll_sum: int = 0
    scroll_views: int = 0
    """Pageviews of which the scroll depth is known."""
    reads: int = 0

    @property
    def views_per_visit(self) -> float | None:
        """Pageviews for one visit."""
        return self.pageviews / self.visits if self.visits else None

    @property
    def bounce_rate(self) -> float | None:
        """Percent of visits that bounced."""
        return 100 * self.bounces / self.entered if self.entered else None

    @property
    def visit_duration(self) -> float | None:
        """Seconds of an average visit."""
        return self.duration_seconds / self.entered if self.entered else None

    @property
    def engaged_time(self) -> float | None:
        """Seconds during which an average visit was engaged."""
        return self.engaged_ms / 1000 / self.visits if self.visits else None

    @property
    def scroll_depth(self) -> float | None:
        """Percent of a page seen, on average."""
        return self.scroll_sum / self.scroll_views if self.scroll_views else None

    @property
    def read_ratio(self) -> float | None:
        """Percent of pageviews that were read."""
        return 100 * self.reads / self.pageviews if self.pageviews else None

    def value(self, metric: str) -> float | None:
        """The metric of this name from `definitions.TILES`, or of the other counts here."""
        found: float | None = getattr(self, metric)
        return found


@dataclass(frozen=True, slots=True)
class Point:
    """One interval of a series: an hour, a day, a week from Monday, a month; for realtime a minute."""

    begins: datetime
    """In the site's time zone."""
    first: date
    last: date
    """Its first and last day within the period: of an hour the same, of a week at the edge fewer than seven."""
    totals: Totals | None
    """None for a time that has not come yet."""
    is_open: bool = False
    """Whether it is under way, so that its numbers still grow."""
    is_partial: bool = False
    """Whether the period begins or ends within it."""


@dataclass(frozen=True, slots=True)
class Series:
    """Every interval of a period, complete and in order."""

    interval: Interval
    points: tuple[Point, ...]

    def values(self, metric: str) -> list[float | None]:
        """The metric of each point; None for a time that has not come, 0 where there is nothing to average."""
        return [None if point.totals is None else point.totals.value(metric) or 0 for point in self.points]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a panel."""

    key: str
    """What a filter by this row compares with; empty for unknown."""
    label: str
    totals: Totals
    share: float
    """Percent of the visitors under the same filters."""
    extra: Mapping[str, float] = field(default_factory=dict)
    """Metrics of this dimension alone: `entries`, `exits`, `exit_rate`."""

    @property
    def visitors(self) -> int:
        """See `definitions`."""
        return self.totals.visitors

    @property
    def visits(self) -> int:
        """See `definitions`."""
        return self.totals.visits

    @property
    def pageviews(self) -> int:
        """See `definitions`."""
        return self.totals.pageviews

    @property
    def bounce_rate(self) -> float | None:
        """See `definitions`."""
        return self.totals.bounce_rate

    @property
    def visit_duration(self) -> float | None:
        """See `definitions`."""
        return self.totals.visit_duration

    def value(self, metric: str) -> float | None:
        """Any metric of this row by its name."""
        return self.extra[metric] if metric in self.extra else self.totals.value(metric)


@dataclass(frozen=True, slots=True)
class Panel:
    """The rows of one dimension, or a part of them."""

    dimension: str
    rows: tuple[Row, ...]
    after: str | None = None
    """Where the next part begins (`Slice.after`); None when this is all."""

    @property
    def more(self) -> bool:
        """Whether rows follow."""
        return self.after is not None


@dataclass(frozen=True, slots=True)
class Page:
    """What stands above the panels: tiles, chart, current visitors, and what was not counted."""

    totals: Totals
    former: Totals | None
    """Of the time compared with, as much of it as has passed of the present one; None without comparison."""
    series: Series
    former_series: Series | None
    """As many points as `series`, aligned with it."""
    current_visitors: int
    refused: Mapping[str, int]
    """Hits not counted in the period by reason (a value of `hits.Reason`), most first; filters do not apply."""
    known_since: date | None = None
    """With filters, the first day of which single events are still kept, where the period begins earlier."""

    @property
    def refused_number(self) -> int:
        """Hits not counted, whatever the reason."""
        return sum(self.refused.values())


@dataclass(frozen=True, slots=True)
class Realtime:
    """The last thirty minutes."""

    current_visitors: int
    totals: Totals
    """Visitors and pageviews of the thirty minutes."""
    series: Series
    """A point for each minute."""
    panels: Mapping[str, Panel]
    """Pages, sources and countries of the thirty minutes."""


@dataclass(frozen=True, slots=True)
class GoalAnswer:
    """How a goal fared in a period."""

    goal_id: int
    name: str
    conversions: int
    completions: int
    rate: float
    """Percent of visitors who converted."""
    former: int | None = None
    """Conversions of the time compared with."""
    deed: Deed | None = None
    """What it counts."""


@dataclass(frozen=True, slots=True)
class Step:
    """How many visitors came to a step of a funnel, each day, having taken those before it."""

    label: str
    visitors: int
    share: float
    """Percent of those at the first step."""
    kept: float
    """Percent of those at the step before; of the first one, of all visitors."""
    lost: int
    """Visitors of the step before who did not come here."""


@dataclass(frozen=True, slots=True)
class FunnelAnswer:
    """A funnel's steps in their order."""

    funnel_id: int
    name: str
    steps: tuple[Step, ...]
    entered: int
    """Visitors under the same filters, whether they took the first step or not."""

    @property
    def rate(self) -> float:
        """Percent of those at the first step who came to the last."""
        return self.steps[-1].share if self.steps else 0.0


@dataclass(frozen=True, slots=True)
class Week:
    """What can be said of coming back within one week: about visitors of a day, never about persons over days."""

    first: date
    """Its Monday, or the first day of the period within it."""
    last: date
    visitors: int
    """Visitors of each day, added up."""
    returned: int
    """Those of them with a second visit on the same day."""
    visits: int
    by_visits: tuple[int, ...]
    """Visitors with one, two, three, four, and five or more visits on their day."""
    by_gap: tuple[int, ...]
    """Second visits that began within one, three, six hours of the end of the first, and later."""

    @property
    def return_rate(self) -> float | None:
        """Percent of visitors who came back the same day."""
        return 100 * self.returned / self.visitors if self.visitors else None

    @property
    def visits_per_visitor(self) -> float | None:
        """Visits of one visitor on one day."""
        return self.visits / self.visitors if self.visitors else None


@dataclass(frozen=True, slots=True)
class PathAnswer:
    """The statistics of one post over some days."""

    totals: Totals
    days: tuple[int, ...]
    """Visitors of each day, for a sparkline."""
    views: tuple[int, ...]
    """Pageviews of each day."""
    reads: tuple[int, ...]
    """Reads of each day."""
