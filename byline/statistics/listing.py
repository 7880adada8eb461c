"""One list in full: every row, in any order, searched and page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import render_template, request, url_for

from byline.analytics import report
from byline.analytics.definitions import DIMENSIONS, METRICS, Dimension, Metric
from byline.analytics.report import questions
from byline.analytics.report.answers import Panel
from byline.analytics.report.questions import Question, Slice
from byline.analytics.sites import queries
from byline.analytics.sites.models import Site
from byline.kernel.errors import NotFound
from byline.statistics import asking
from byline.web import context, guards

ROWS = 100
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "page": ("visitors", "pageviews", "bounce_rate", "engaged_time", "scroll_depth"),
    "entry": ("visitors", "entries", "bounce_rate", "visit_duration"),
    "exit": ("visitors", "exits", "exit_rate"),
    "event": ("visitors", "events"),
    "outbound": ("visitors", "events"),
    "download": ("visitors", "events"),
    "not_found": ("visitors", "events"),
}
"""The numbers worth showing of a dimension; those of sources for every other one."""
OF_VISITS = ("visitors", "visits", "pageviews", "bounce_rate", "visit_duration")


@dataclass(frozen=True, slots=True)
class Listing:
    """A part of a list, with the addresses of its other orders and of the next part."""

    site: Site
    question: Question
    dimension: Dimension
    part: Slice
    panel: Panel
    props: Mapping[str, Panel]
    """What was said about the one event that is asked about, by property."""

    @property
    def columns(self) -> list[Metric]:
        """The metrics of its columns."""
        return [METRICS[name] for name in COLUMNS.get(self.dimension.name, OF_VISITS)]

    def is_sortable(self, metric: Metric) -> bool:
        """Whether the rows may be put in order by a metric."""
        return metric.name in questions.SORTS

    def order(self, metric: Metric) -> str:
        """Which way its rows go by this metric, for screen readers."""
        if metric.name != self.part.sort:
            return "none"
        return "ascending" if self.part.ascending else "descending"

    def sorted_by(self, metric: Metric) -> str:
        """The address with the rows in order of a metric; the other way round where that is so already."""
        up = metric.name == self.part.sort and not self.part.ascending
        said = {"sort": metric.name, "order": "up" if up else "", "q": self.part.search}
        return self._link({name: value for name, value in said.items() if value})

    @property
    def next_part(self) -> str:
        """The address of the rows that follow; empty where there are none."""
        return self._link({**self.part.args(), "after": self.panel.after}) if self.panel.after else ""

    @property
    def first_part(self) -> str:
        """The address of the first rows; empty where these are they."""
        return self._link(self.part.args()) if self.part.after else ""

    @property
    def back(self) -> str:
        """The arguments of the dashboard with the same question."""
        return "?" + urlencode(self.question.args(), doseq=True)

    def filtered(self, key: str) -> str:
        """The arguments of the dashboard for one row alone."""
        return "?" + urlencode(self.question.only(self.dimension.name, key).args(), doseq=True)

    def hidden(self) -> list[tuple[str, str]]:
        """The arguments as pairs for the form that searches."""
        args = {**self.question.args(), **self.part.args()}
        args.pop("q", None)
        return [(name, one) for name, value in args.items() for one in ([value] if isinstance(value, str) else value)]

    def _link(self, more: Mapping[str, str | list[str]]) -> str:
        return "?" + urlencode({**self.question.args(), **more}, doseq=True)


@guards.signed_in
def show(site_id: int, name: str) -> str:
    """One list of a site in full, for its team."""
    found = queries.reached(context.current().actor, site_id)
    return render_template(
        "statistics/listing.html",
        listing=of(found.site, name),
        base=url_for("statistics.dashboard", site_id=site_id),
        **asking.drawing(),
    )


def of(site: Site, name: str, asked: Question | None = None) -> Listing:
    """The part of a list that the request's URL asks for, or of another question's; NotFound for an unknown list."""
    dimension = questions.dimension_of(name)
    if dimension is None:
        raise NotFound("list-unknown", "There is no such list.")
    question = asking.in_days(asked or report.asked(request.args, site))
    part = questions.slice_of(request.args, ROWS)
    return Listing(
        site,
        question,
        DIMENSIONS[dimension],
        part,
        report.panel(question, dimension, part),
        _props(question) if dimension == "event" else {},
    )


def _props(question: Question) -> Mapping[str, Panel]:
    """The properties of the event that the question is about, where it is about a single one."""
    events = [each.values for each in question.filters if each.dimension == "event" and each.operator.value == "is"]
    return report.props(question, events[0][0]) if len(events) == 1 and len(events[0]) == 1 else {}
