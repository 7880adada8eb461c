"""Variants are drawn by their weights, and the same visitor draws the same one."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.analytics.experiments import assignment, estimate

VISITORS = st.integers(-(2**63), 2**63 - 1)
WEIGHTS = st.lists(st.integers(1, 1_000), min_size=2, max_size=5)


@given(st.integers(1, 2**31 - 1), VISITORS, WEIGHTS)
def test_a_visitor_always_draws_the_same(experiment: int, visitor: int, weights: list[int]) -> None:
    drawn = assignment.place(experiment, visitor, weights)
    assert drawn == assignment.place(experiment, visitor, list(weights))
    assert 0 <= drawn < len(weights)


@pytest.mark.parametrize("weights", [[1, 1], [1, 2, 1], [900, 100], [1, 1, 1, 1, 1]])
def test_visitors_are_divided_by_weight(weights: list[int]) -> None:
    visitors = random.Random(7)  # noqa: S311  (not for secrets)
    numbers = [0] * len(weights)
    for _ in range(20_000):
        numbers[assignment.place(12, visitors.getrandbits(64) - 2**63, weights)] += 1
    assert estimate.mismatch(numbers, weights) > 0.001


def test_visitors_who_follow_one_another_are_divided_as_well() -> None:
    numbers = [0, 0]
    for visitor in range(20_000):
        numbers[assignment.place(12, visitor, [1, 1])] += 1
    assert estimate.mismatch(numbers, [1, 1]) > 0.001


def test_two_experiments_divide_the_same_visitors_independently() -> None:
    numbers = [0] * 4
    for visitor in range(20_000):
        numbers[assignment.place(1, visitor, [1, 1]) * 2 + assignment.place(2, visitor, [1, 1])] += 1
    assert estimate.mismatch(numbers, [1, 1, 1, 1]) > 0.001
