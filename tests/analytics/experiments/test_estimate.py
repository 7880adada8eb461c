"""What counts tell, beside values from tables, closed forms and other programs."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byline.analytics.experiments import estimate
from byline.analytics.experiments.estimate import Count, Rate

COUNTS = st.tuples(st.integers(0, 3_000), st.integers(0, 100)).map(
    lambda pair: Count(pair[0], pair[0] * pair[1] // 100)
)


def rate(exposed: int, converted: int) -> Rate:
    return Rate.of(Count(exposed, converted))


@pytest.mark.parametrize(
    ("exposed", "converted", "low", "high"),
    [
        (0, 0, 0.025, 0.975),
        (10, 0, 1 - 0.975 ** (1 / 11), 1 - 0.025 ** (1 / 11)),  # Beta(1, n) has a closed form,
        (10, 10, 0.025 ** (1 / 11), 0.975 ** (1 / 11)),  # and so has Beta(n, 1).
        (1_000, 100, 0.0829362, 0.1201689),  # scipy.stats.beta.ppf
        (1_000_000, 50_000, 0.0495747, 0.0504290),
    ],
)
def test_a_rate_lies_where_the_beta_distribution_says(exposed: int, converted: int, low: float, high: float) -> None:
    assert rate(exposed, converted).interval == pytest.approx((low, high), abs=2e-6)


def binomial_tail(n: int, least: int, p: float) -> float:
    return sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(least, n + 1))


@given(COUNTS.filter(lambda count: count.exposed < 300), st.floats(0.001, 0.999))
def test_the_probability_below_is_that_of_the_binomial(count: Count, x: float) -> None:
    """Of n + 1 tosses at least c + 1: the incomplete beta function, summed up."""
    exact = binomial_tail(count.exposed + 1, count.converted + 1, x)
    assert Rate.of(count).below(x) == pytest.approx(exact, abs=1e-6)


def exactly_better(control: Count, other: Count) -> float:
    """The closed form for whole numbers: a sum over the conversions of the other one."""
    from math import exp, lgamma

    def log_beta(a: float, b: float) -> float:
        return lgamma(a) + lgamma(b) - lgamma(a + b)

    a, b = 1 + control.converted, 1 + control.exposed - control.converted
    c, d = 1 + other.converted, 1 + other.exposed - other.converted
    return sum(exp(log_beta(a + i, b + d) - log_beta(1 + i, d) - log_beta(a, b)) / (d + i) for i in range(c))


@given(COUNTS, COUNTS)
def test_being_better_is_as_probable_as_the_closed_form_says(control: Count, other: Count) -> None:
    found = estimate.better(Rate.of(control), Rate.of(other))
    assert found == pytest.approx(exactly_better(control, other), abs=1e-6)


def test_two_flat_rates_differ_by_a_triangle() -> None:
    edge = 1 - 0.05**0.5
    assert estimate.difference(rate(0, 0), rate(0, 0)) == pytest.approx((-edge, edge), abs=1e-3)


def test_many_visitors_differ_as_the_normal_distribution_says() -> None:
    control, other = Count(1_000_000, 100_000), Count(1_000_000, 101_000)
    spread = 1.959964 * (0.1 * 0.9 / 1e6 + 0.101 * 0.899 / 1e6) ** 0.5
    found = estimate.difference(Rate.of(control), Rate.of(other))
    assert found == pytest.approx((0.001 - spread, 0.001 + spread), abs=1.5e-5)


def test_the_difference_of_few_visitors_is_that_of_the_exact_integral() -> None:
    """scipy: the integral of beta(101, 901).pdf(x) * beta(131, 871).cdf(x + d), and its crossings."""
    assert estimate.difference(rate(1_000, 100), rate(1_000, 130)) == pytest.approx((0.0020085, 0.0579793), abs=1e-4)


@settings(max_examples=25)
@given(st.lists(COUNTS, min_size=2, max_size=5))
def test_one_of_them_is_best(counts: list[Count]) -> None:
    found = estimate.best([Rate.of(count) for count in counts])
    assert sum(found) == pytest.approx(1)
    assert min(found) >= 0


def test_equals_are_equally_probable_to_be_best() -> None:
    assert estimate.best([rate(500, 40)] * 4) == pytest.approx([0.25] * 4)


@pytest.mark.parametrize(
    ("exposed", "weights", "probability"),
    [  # scipy.stats.chisquare
        ([480, 520], [1, 1], 0.2059032),
        ([30, 20, 50], [1, 1, 1], 0.0009119),
        ([10, 20, 30, 40], [1, 1, 1, 1], 0.0001697),
        ([10, 20, 30, 40, 50], [1, 1, 1, 1, 1], 1.0207e-06),
        ([90, 10], [9, 1], 1.0),
        ([0, 0], [1, 1], 1.0),
    ],
)
def test_uneven_visitors_are_as_improbable_as_chi_square_says(
    exposed: list[int], weights: list[int], probability: float
) -> None:
    assert estimate.mismatch(exposed, weights) == pytest.approx(probability, rel=1e-3)
