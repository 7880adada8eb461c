"""What an experiment came to, as a chart and in plain sentences."""

from __future__ import annotations

from dataclasses import dataclass

from byline.analytics.definitions import Unit
from byline.analytics.experiments.estimate import Interval
from byline.analytics.experiments.models import Experiment, State
from byline.analytics.experiments.results import FEWEST_DAYS, Outcome, Result, Verdict
from byline.analytics.sites.models import Site
from byline.statistics import chart, figures
from byline.statistics.chart import Chart, Moment, Size

STATES = {State.DRAFT: "Draft", State.RUNNING: "Running", State.ENDED: "Ended"}
LONG_DAYS = 365


@dataclass(frozen=True, slots=True)
class Line:
    """One variant in the chart, and the path of its rate; empty before there are two days."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Rates over days: the frame of a chart with the line of each variant."""

    frame: Chart
    lines: tuple[Line, ...]


def percent(share: float, *, signed: bool = False) -> str:
    """A share of one in percent, as precise as a small one needs."""
    return f"{_points(share, _digits(share), signed)}{figures.THIN_SPACE}%"


def between(interval: Interval, *, signed: bool = False) -> str:
    """An interval in percent without its sign, both ends equally precise."""
    digits = _digits(max(map(abs, interval)))
    return f"{_points(interval.low, digits, signed)} to {_points(interval.high, digits, signed)}"


def _digits(share: float) -> int:
    return 2 if 0 < abs(share) < 0.01 else 1


def _points(share: float, digits: int, signed: bool) -> str:
    text = f"{abs(share) * 100:.{digits}f}"
    sign = "" if not float(text) else figures.MINUS if share < 0 else "+" if signed else ""
    return f"{sign}{text}"


def chance(share: float) -> str:
    """A probability in whole percent, which is never said to be certain."""
    if share > 0.995:
        return f"more than 99{figures.THIN_SPACE}%"
    return f"less than 1{figures.THIN_SPACE}%" if share < 0.005 else f"{share * 100:.0f}{figures.THIN_SPACE}%"


def verdict(result: Result) -> tuple[str, str]:
    """What may be said so far: a short sentence, and the one that explains it."""
    control, leader = result.outcomes[0], result.leader
    if result.verdict is Verdict.SAME:
        return "There is no difference worth mentioning.", (
            "Whichever variant is better, it is so by less than a tenth of the control's rate. "
            "Take the one that you like, or that is less work."
        )
    if result.verdict is Verdict.EARLY:
        return "It is too early to say.", _early(result)
    if leader is control:
        others = "the other variant" if len(result.outcomes) == 2 else "all other variants"
        return f"“{leader.name}”, the control, is better than {others}.", _sure(leader)
    return f"“{leader.name}” is better.", _sure(leader)


def caution(site: Site, experiment: Experiment, result: Result) -> str:
    """What else must be known of the numbers; empty for nothing."""
    days = site.retention_days
    if experiment.state == State.RUNNING and days is not None and len(result.days) > days:
        return f"Single events of this site are kept for {days} days, so the experiment's first days are left out."
    return ""


def picture(result: Result, size: Size) -> Picture | None:
    """Rates over days, all days before each included; None before the second day."""
    if len(result.days) < 2 or not result.exposed:
        return None
    rates = [result.rates_of(place) for place in range(len(result.outcomes))]
    tallest = [
        Moment(f"{day:%-d %b}", f"{day:%-d %B %Y}", max((row[at] or 0.0) * 100 for row in rates))
        for at, day in enumerate(result.days)
    ]
    frame = chart.drawn(tallest, Unit.RATIO, size)
    highest = max(tick for tick in chart.lines_for(max(each.value or 0 for each in tallest), size.lines, Unit.RATIO))
    lines = (
        _line(outcome.name, row, frame, highest or 1.0) for outcome, row in zip(result.outcomes, rates, strict=True)
    )
    return Picture(frame, tuple(lines))


def _line(name: str, rates: list[float | None], frame: Chart, highest: float) -> Line:
    height = frame.floor - chart.TOP
    known = [
        f"{spot.x:g} {frame.floor - height * rate * 100 / highest:.1f}"
        for spot, rate in zip(frame.spots, rates, strict=True)
        if rate is not None
    ]
    return Line(name, "M" + "L".join(known) if len(known) > 1 else "")


def _early(result: Result) -> str:
    if not result.exposed:
        return "Nobody has seen a variant yet. Visitors appear here seconds after a page has asked for their variant."
    if not result.more_visitors:
        if len(result.days) < FEWEST_DAYS:
            return f"Let it run for {_days(result.more_days)} more: people behave differently on each day of the week."
        return "The numbers are close to saying something. Look again tomorrow."
    visitors = f"about {figures.short(result.more_visitors)} more visitors"
    if result.more_days > LONG_DAYS:
        return (
            f"If all goes on like this it takes {visitors}, which is more than a year. A bolder variant tells sooner."
        )
    return f"If all goes on like this it takes {visitors}, or {_days(result.more_days)}."


def _days(number: int) -> str:
    return f"{number} day{'s' if number != 1 else ''}"


def _sure(leader: Outcome) -> str:
    said = f"The probability that no other variant does better is {chance(leader.best)}."
    if leader.difference is None:
        return said
    apart = between(leader.difference, signed=True)
    return f"{said} Its rate differs from the control's by {apart} percentage points."
