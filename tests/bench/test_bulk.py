"""A store that is filled in bulk, its later days copied, holds what the ingester would have stored."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bench import bulk, traffic
from bench.described import described
from byline.analytics import store
from byline.analytics.hits import Hit
from byline.kernel.settings import Settings

SHAPE = traffic.Shape(900, sites=3, days=6, different_days=2, seed=7)
DAY_MS = 86_400_000


def test_bulk_leaves_the_tables_that_the_ingester_leaves(settings: Settings, tmp_path: Path) -> None:
    ingested = Settings.load({"BYLINE_DATA": str(tmp_path / "ingested")})
    traffic.fill_store(ingested, SHAPE)
    bulk.fill_store(settings, SHAPE)
    assert _tables(settings) == _tables(ingested)


def test_a_visit_goes_on_over_the_midnight_after_which_days_repeat() -> None:
    second = list(traffic.Traffic(SHAPE).first_block())[-1]
    midnight = (SHAPE.first_day + SHAPE.block) * DAY_MS
    assert max(hit.at_ms for hit in itertools.chain.from_iterable(second)) > midnight


def test_a_later_day_repeats_an_earlier_one_with_other_people() -> None:
    _, earlier, _, later, *_ = traffic.Traffic(SHAPE).days()
    assert [hit._replace(visitor=0, view=0) for hit in later] == [
        hit._replace(visitor=0, view=0, at_ms=hit.at_ms + 2 * DAY_MS) for hit in earlier
    ]
    assert not _people(earlier) & _people(later)
    assert 0 not in _people(earlier) | _people(later)


def test_days_that_are_no_whole_number_of_repetitions_are_refused() -> None:
    with pytest.raises(ValueError, match="7 days"):
        traffic.Shape(900, days=7, different_days=2, seed=7)


def _people(hits: Sequence[Hit]) -> set[int]:
    return {hit.visitor for hit in hits}


def _tables(settings: Settings) -> dict[str, Counter[Sequence[Any]]]:
    kept = store.create(settings)
    found = described(kept.database)
    kept.dispose()
    return found
