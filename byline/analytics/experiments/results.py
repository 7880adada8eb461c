"""What an experiment came to: its variants with their counts, what is known of their rates, and what to make of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from math import ceil
from zoneinfo import ZoneInfo

from byline.analytics import store
from byline.analytics.experiments import estimate, rules
from byline.analytics.experiments.estimate import Count, Interval, Rate
from byline.analytics.experiments.models import Experiment
from byline.analytics.report import sql_experiments
from byline.analytics.report.sql_experiments import Seen, Trial

FEWEST_EXPOSED, FEWEST_CONVERTED, FEWEST_DAYS = 100, 10, 7
"""Before each variant had so many visitors, all of them together so many conversions, and a week has passed, nothing
is said: weekdays differ, and the first numbers swing most."""
SURE = 0.95
WORTH = 0.1
"""A difference is worth mentioning from a tenth of the control's rate on."""
SUSPICIOUS = 0.001
"""Visitors divided so unevenly by chance once in a thousand experiments."""
_SURE_DEVIATIONS, _INTERVAL_DEVIATIONS = 1.645, 1.96


class Verdict(StrEnum):
    """What may be said."""

    EARLY = "early"
    SAME = "same"
    BETTER = "better"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One variant."""

    name: str
    weight: int
    count: Count
    interval: Interval
    """Of its rate, 0 to 1."""
    best: float
    """The probability that no other variant has a higher rate."""
    difference: Interval | None
    """By how much its rate is above the control's; None for the control."""
    lift: float | None
    """The same as a share of the control's rate; None for the control, and where that has no conversions."""


@dataclass(frozen=True, slots=True)
class Result:
    """All variants, the control first, and what they tell together."""

    outcomes: tuple[Outcome, ...]
    seen: Sequence[Seen]
    days: tuple[date, ...]
    mismatch: float
    verdict: Verdict
    leader: Outcome
    more_visitors: int
    """About how many more visitors it takes until something may be said, if all goes on like this; 0 for unknown."""
    more_days: int
    """About how many more days that is; 0 for unknown."""

    @property
    def exposed(self) -> int:
        """All visitors who saw a variant."""
        return sum(outcome.count.exposed for outcome in self.outcomes)

    @property
    def is_mismatched(self) -> bool:
        """Whether visitors were divided otherwise than by the weights, so that something is wrong."""
        return self.mismatch < SUSPICIOUS

    def rates_of(self, place: int) -> list[float | None]:
        """A variant's rate until the end of each day, all days before it included; None before its first visitor."""
        by_day = {row.day: row for row in self.seen if row.variant == place}
        rates: list[float | None] = []
        exposed = converted = 0
        for day in range(len(self.days)):
            row = by_day.get(day)
            exposed, converted = exposed + (row.exposed if row else 0), converted + (row.converted if row else 0)
            rates.append(converted / exposed if exposed else None)
        return rates


def of(experiment: Experiment, zone: str, now: datetime) -> Result:
    """What a running or ended experiment came to until now; two statements on the store, none once it has ended."""
    marks, days = _calendar(experiment, zone, now)
    seen = _kept(experiment) if experiment.counted is not None else look(experiment, marks)
    return judged(experiment, seen, days)


def counted(experiment: Experiment, zone: str, now: datetime) -> list[Seen]:
    """The rows to keep of an experiment that ends now."""
    return look(experiment, _calendar(experiment, zone, now)[0])


def look(experiment: Experiment, marks: Sequence[int]) -> list[Seen]:
    """The counts of an experiment between moments, from single events."""
    names = [variant.name for variant in rules.variants_of(experiment)]
    trial = Trial(experiment.site_id, experiment.key, names, rules.deed_of(experiment), marks)
    with store.here().reading() as connection:
        return sql_experiments.seen(connection, trial)


def judged(experiment: Experiment, seen: Sequence[Seen], days: tuple[date, ...]) -> Result:
    """What counts tell."""
    variants = rules.variants_of(experiment)
    counts = [_count(seen, place) for place in range(len(variants))]
    rates = [Rate.of(count) for count in counts]
    outcomes = tuple(
        _outcome(variant, (counts[place], counts[0]), (rates[place], rates[0]), best)
        for place, (variant, best) in enumerate(zip(variants, estimate.best(rates), strict=True))
    )
    leader = max(outcomes, key=lambda outcome: outcome.best)
    verdict = _verdict(outcomes, leader, len(days))
    visitors = _visitors_wanting(outcomes, leader) if verdict is Verdict.EARLY else 0
    exposed = sum(count.exposed for count in counts)
    lacking_days = max(0, FEWEST_DAYS - len(days)) if verdict is Verdict.EARLY else 0
    more_days = max(ceil(visitors * len(days) / exposed), lacking_days) if exposed else 0
    mismatch = estimate.mismatch([count.exposed for count in counts], [variant.weight for variant in variants])
    return Result(outcomes, seen, days, mismatch, verdict, leader, visitors, more_days)


def _calendar(experiment: Experiment, zone: str, now: datetime) -> tuple[list[int], tuple[date, ...]]:
    """The seconds at which the experiment's days begin on the site's clock, with its end; and the days."""
    begin, end = experiment.started_at or now, experiment.ended_at or now
    clock = ZoneInfo(zone)
    first, last = begin.astimezone(clock).date(), max(begin, end).astimezone(clock).date()
    days = tuple(first + timedelta(days=number) for number in range((last - first).days + 1))
    midnights = [datetime(day.year, day.month, day.day, tzinfo=clock).astimezone(UTC) for day in days[1:]]
    # What happens in the second of the end still counts.
    moments = [int(begin.timestamp()), *(int(each.timestamp()) for each in midnights), int(end.timestamp()) + 1]
    return moments, days


def _kept(experiment: Experiment) -> list[Seen]:
    return [Seen(*row) for row in experiment.counted or ()]


def _count(seen: Sequence[Seen], place: int) -> Count:
    mine = [row for row in seen if row.variant == place]
    return Count(sum(row.exposed for row in mine), sum(row.converted for row in mine))


def _outcome(variant: rules.Variant, counts: tuple[Count, Count], rates: tuple[Rate, Rate], best: float) -> Outcome:
    (count, control), (rate, control_rate) = counts, rates
    is_control = rate is control_rate
    difference = None if is_control else estimate.difference(control_rate, rate)
    lift = None if is_control or not control.rate else count.rate / control.rate - 1
    return Outcome(variant.name, variant.weight, count, rate.interval, best, difference, lift)


def _verdict(outcomes: Sequence[Outcome], leader: Outcome, days: int) -> Verdict:
    if _lacking(outcomes) or days < FEWEST_DAYS:
        return Verdict.EARLY
    worth = WORTH * outcomes[0].count.rate
    if all(-worth < each.difference.low and each.difference.high < worth for each in outcomes[1:] if each.difference):
        return Verdict.SAME
    return Verdict.BETTER if leader.best >= SURE else Verdict.EARLY


def _lacking(outcomes: Sequence[Outcome]) -> bool:
    converted = sum(outcome.count.converted for outcome in outcomes)
    return min(outcome.count.exposed for outcome in outcomes) < FEWEST_EXPOSED or converted < FEWEST_CONVERTED


def _visitors_wanting(outcomes: Sequence[Outcome], leader: Outcome) -> int:
    """About how many more visitors, if rates stay as they are: until the leader is clear, or the difference is small.

    The width of what is known shrinks with the root of the visitors.
    """
    exposed = sum(outcome.count.exposed for outcome in outcomes)
    least = FEWEST_EXPOSED * len(outcomes)
    if not exposed or not sum(outcome.count.converted for outcome in outcomes):
        return max(least - exposed, 0)
    rival = outcomes[0] if leader is not outcomes[0] else max(outcomes[1:], key=lambda outcome: outcome.best)
    gap = abs(leader.count.rate - rival.count.rate)
    other = leader if rival is outcomes[0] else rival
    width = (other.difference.high - other.difference.low) / 2 if other.difference else 0.0
    deviation, worth = width / _INTERVAL_DEVIATIONS, WORTH * outcomes[0].count.rate
    # However it turns out: a gap as wide as what is worth mentioning is told from none with so many visitors.
    factors = [(_SURE_DEVIATIONS * deviation / gap) ** 2] if gap else []
    factors += [(width / (worth - gap)) ** 2] if gap < worth else []
    return max(ceil(exposed * (min(factors) - 1)), least - exposed, 0)
