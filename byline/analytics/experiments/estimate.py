"""What counts of visitors tell about variants: Bayes with a flat prior, worked out the same way each time.

A variant of which n visitors saw and c converted has a rate of the distribution Beta(1 + c, 1 + n - c). Whatever is
asked of several such rates is an integral over one of them, taken by Simpson's rule where the densities are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import erfc, exp, lgamma, log, log1p, prod, sqrt
from typing import NamedTuple

LEVEL = 0.95
_NEAR, _FAR = 10, 40
"""Standard deviations around the mean: closely looked at, and looked at; a rate near 0 has a long tail."""
_HALVINGS = 26
_CELLS = 120


class Count(NamedTuple):
    """Visitors who saw a variant, and those of them who converted afterwards."""

    exposed: int
    converted: int

    @property
    def rate(self) -> float:
        """The share that converted, 0 to 1."""
        return self.converted / self.exposed if self.exposed else 0.0


class Interval(NamedTuple):
    """Between what a value lies with a probability of `LEVEL`, as much of the rest below as above."""

    low: float
    high: float


@dataclass(frozen=True)
class Rate:
    """What is known of a variant's rate."""

    a: float
    b: float

    @classmethod
    def of(cls, count: Count) -> Rate:
        """What a count tells, with no rate more likely than another before."""
        return cls(1.0 + count.converted, 1.0 + max(count.exposed - count.converted, 0))

    @property
    def mean(self) -> float:
        """The expected rate."""
        return self.a / (self.a + self.b)

    @property
    def deviation(self) -> float:
        """The standard deviation of the rate."""
        return sqrt(self.mean * (1 - self.mean) / (self.a + self.b + 1))

    def density(self, x: float) -> float:
        """How likely a rate is, against others."""
        if x <= 0.0 or x >= 1.0:
            return (self.b if self.a == 1.0 else 0.0) if x <= 0.0 else (self.a if self.b == 1.0 else 0.0)
        return exp(self._constant + (self.a - 1) * log(x) + (self.b - 1) * log1p(-x))

    @cached_property
    def _constant(self) -> float:
        return lgamma(self.a + self.b) - lgamma(self.a) - lgamma(self.b)

    @cached_property
    def points(self) -> list[float]:
        """Rates at which to look, close to one another where the rate probably is."""
        near = [number / 8 for number in range(-_NEAR * 8, _NEAR * 8 + 1)]
        far = [number / 2 for number in range(_NEAR * 2 + 1, _FAR * 2 + 1)]
        steps = [-step for step in far] + near + far
        return [x for x in (self.mean + step * self.deviation for step in steps) if 0.0 < x < 1.0]

    @cached_property
    def _table(self) -> tuple[list[float], _Look]:
        places = sorted({0.0, 1.0, *self.points})
        return places, _looked(self, places)

    def below(self, x: float) -> float:
        """The probability that the rate is below x."""
        if x <= 0.0 or x >= 1.0:
            return 0.0 if x <= 0.0 else 1.0
        places, look = self._table
        at = bisect_right(places, x) - 1
        step = places[at + 1] - places[at]
        part = (x - places[at]) / step
        first, middle, last = look.densities[at], look.between[at], look.densities[at + 1]
        # The integral of the parabola through the three, from the first place to x.
        slope, bend = (4 * middle - 3 * first - last) / 2, (first - 2 * middle + last) * 2 / 3
        return min(1.0, look.below[at] + step * part * (first + part * (slope + part * bend)))

    @cached_property
    def interval(self) -> Interval:
        """Between which rates it lies."""
        tail = (1 - LEVEL) / 2
        return Interval(*(_crossing(self.below, share, 0.0, 1.0) for share in (tail, 1 - tail)))


def difference(control: Rate, other: Rate) -> Interval:
    """By how much the other rate is above the control's, in parts of one: its interval."""
    tail = (1 - LEVEL) / 2
    middle, width = other.mean - control.mean, 12 * sqrt(control.deviation**2 + other.deviation**2)
    low, high = max(-1.0, middle - width), min(1.0, middle + width)
    cells = _cells(control)

    def below(by: float) -> float:
        return sum(weight * other.below(x + by) for x, weight in cells)

    return Interval(*(_crossing(below, share, low, high) for share in (tail, 1 - tail)))


def better(control: Rate, other: Rate) -> float:
    """The probability that the other rate is higher than the control's."""
    return best((control, other))[1]


def best(rates: Sequence[Rate]) -> list[float]:
    """For each rate the probability that it is the highest of them."""
    places = sorted({0.0, 1.0, *(x for rate in rates for x in rate.points)})
    looks = [_looked(rate, places) for rate in rates]
    found = [max(0.0, _highest(number, looks, places)) for number in range(len(rates))]
    whole = sum(found)
    return [share / whole for share in found]


def mismatch(exposed: Sequence[int], weights: Sequence[int]) -> float:
    """The probability of visitors divided at least as far from their weights by chance alone (chi-square)."""
    total, whole = sum(exposed), sum(weights)
    if not total:
        return 1.0
    expected = [total * weight / whole for weight in weights]
    square = sum((found - wanted) ** 2 / wanted for found, wanted in zip(exposed, expected, strict=True))
    return _chi_square_above(square, len(weights) - 1)


def _chi_square_above(x: float, freedom: int) -> float:
    """The upper tail of the chi-square distribution, by its recurrence from two degrees below."""
    if freedom == 1:
        return erfc(sqrt(x / 2))
    if freedom == 2:
        return exp(-x / 2)
    half = freedom / 2 - 1
    more = exp(half * log(x / 2) - x / 2 - lgamma(half + 1)) if x > 0 else 0.0
    return _chi_square_above(x, freedom - 2) + more


class _Look(NamedTuple):
    """A rate at places and in the middle between each two: how likely it is, and the probability of less."""

    densities: list[float]
    between: list[float]
    below: list[float]
    below_between: list[float]


def _looked(rate: Rate, places: list[float]) -> _Look:
    densities = [rate.density(x) for x in places]
    between = [rate.density((low + high) / 2) for low, high in pairwise(places)]
    below, below_between = [0.0], []
    for at, (low, high) in enumerate(pairwise(places)):
        first, middle, last = densities[at], between[at], densities[at + 1]
        # The first half of the parabola through the three, and all of it.
        below_between.append(below[-1] + (high - low) / 24 * (5 * first + 8 * middle - last))
        below.append(below[-1] + (high - low) / 6 * (first + 4 * middle + last))
    return _Look(densities, between, [each / below[-1] for each in below], [each / below[-1] for each in below_between])


def _highest(mine: int, looks: Sequence[_Look], places: list[float]) -> float:
    """The integral over one rate of the probability that all others are lower."""
    others = [look for number, look in enumerate(looks) if number != mine]
    ends = [float(prod(each)) for each in zip(looks[mine].densities, *(other.below for other in others), strict=True)]
    middles = zip(looks[mine].between, *(other.below_between for other in others), strict=True)
    inside = [float(prod(each)) for each in middles]
    steps = enumerate(pairwise(places))
    return sum((high - low) / 6 * (ends[at] + 4 * inside[at] + ends[at + 1]) for at, (low, high) in steps)


def _cells(rate: Rate) -> list[tuple[float, float]]:
    """Rates with their probabilities: the middles of cells that are equally probable."""
    places, look = rate._table
    sums = look.below
    found = []
    for number in range(_CELLS):
        share = (number + 0.5) / _CELLS
        at = min(max(bisect_right(sums, share) - 1, 0), len(places) - 2)
        step = sums[at + 1] - sums[at]
        inside = (share - sums[at]) / step if step > 0 else 0.5
        found.append((places[at] + inside * (places[at + 1] - places[at]), 1 / _CELLS))
    return found


def _crossing(rising: Callable[[float], float], share: float, low: float, high: float) -> float:
    """Where a rising function reaches a share."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if rising(middle) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2
