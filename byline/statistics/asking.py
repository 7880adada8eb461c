"""A question to a site as the pages that ask one show it: its period, its words and its links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from byline.analytics import definitions, report
from byline.analytics.definitions import DIMENSIONS
from byline.analytics.report import names, periods
from byline.analytics.report.filters import SPOKEN, Operator
from byline.analytics.report.periods import KEYS, LABELS, Compare, Interval, Name
from byline.analytics.report.questions import Arguments, Question
from byline.analytics.sites.models import Site
from byline.statistics import figures, world

COMPARES = {Compare.NONE: "No comparison", Compare.PREVIOUS: "Previous period", Compare.YEAR: "A year before"}
PERIODS: tuple[tuple[Name, ...], ...] = (
    (Name.TODAY, Name.YESTERDAY, Name.REALTIME),
    (Name.DAYS_7, Name.DAYS_28, Name.DAYS_90),
    (Name.MONTH, Name.LAST_MONTH, Name.YEAR, Name.ALL),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a site. Links begin with `?`, so that they stay on whichever page shows it."""

    site: Site
    question: Question

    @property
    def periods(self) -> list[list[tuple[Name, str, str]]]:
        """The periods to choose from: name, label, key."""
        return [[(name, LABELS[name], KEYS[name]) for name in names] for names in PERIODS]

    @property
    def days(self) -> str:
        """The days of the period, for people."""
        if self.question.is_realtime:
            return self.question.period.label
        return spoken_days(self.question.period.first, min(self.question.period.last, self.question.today))

    @property
    def former_days(self) -> str:
        """The days of the time compared with."""
        former = self.question.former_period
        return spoken_days(former.first, former.last) if former else ""

    @property
    def operators(self) -> list[tuple[Operator, str]]:
        """How a filter may compare, for people."""
        return list(SPOKEN.items())

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """Into what the chart may be cut, the usual first."""
        return self.question.intervals

    def also(self) -> Mapping[str, list[str]]:
        """What else the page's address says that is no part of the question."""
        return {}

    def link(self, asked: Question | None = None, /, **changes: str | list[str] | None) -> str:
        """The address of this page with another question, or with some of its arguments changed."""
        args = (asked or self.question).args(**changes)
        return "?" + urlencode(
            args | {name: words for name, words in self.also().items() if name not in changes}, doseq=True
        )

    @property
    def shared_arguments(self) -> str:
        """The question as the other pages of the site take it over; empty where it asks nothing of its own."""
        args = self.question.args(metric=None, interval=None)
        return "?" + urlencode(args, doseq=True) if args else ""

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """The arguments as pairs for a form that asks something anew, but for those that the form itself gives."""
        args = {**self.question.args(), **self.also()}
        return [
            (name, each)
            for name, value in args.items()
            if name not in without
            for each in ([value] if isinstance(value, str) else value)
        ]

    def word_of(self, dimension: str, value: str) -> str:
        """What people call a value of a filter."""
        return word_of(dimension, value)


def of(site: Site, args: Arguments) -> Asked:
    """The question that a URL asks of a site; the caller has made sure that it may be shown."""
    question = report.asked(args, site)
    return Asked(site, question)


def days_of(site: Site, args: Arguments) -> Asked:
    """The same about whole days, for pages that know no last thirty minutes."""
    asked = of(site, args)
    return replace(asked, question=in_days(asked.question))


def in_days(question: Question) -> Question:
    """The same question about whole days: about today where it is about the last thirty minutes."""
    if not question.is_realtime:
        return question
    today = periods.named(Name.TODAY, question.today)
    return replace(question, period=today, interval=periods.sensible_intervals(today)[0])


def word_of(dimension: str, value: str) -> str:
    """What people call a value of a filter."""
    return names.label(dimension, value) if value or dimension in DIMENSIONS else "nothing"


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
