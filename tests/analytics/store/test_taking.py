"""What the store counts is what the definitions say, however the hits arrive."""

from __future__ import annotations

import random

import pytest

from byline.analytics.hits import Hit, Kind
from byline.analytics.store.embedded import Embedded
from tests.analytics.store import counting, traffic
from tests.analytics.store.reading import refused, stored, without_empty


def take_all(kept: Embedded, hits: list[Hit], chance: random.Random, *, restarts: bool = True) -> None:
    turns = kept.turns(traffic.ZONES.get)
    while hits:
        size = chance.choice([1, 2, 5, 40])
        batch, hits = hits[:size], hits[size:]
        turns.take(batch, {})
        if restarts and chance.random() < 0.2:
            turns = kept.turns(traffic.ZONES.get)


def differences(kept: Embedded, hits: list[Hit]) -> list[object]:
    expected_days, expected_hours, replays = counting.count(hits, traffic.ZONES)
    days, hours = stored(kept.database)
    wrong: list[object] = []
    for expected, found in ((without_empty(expected_days), days), (without_empty(expected_hours), hours)):
        wrong += [
            (key, expected.get(key), found.get(key))
            for key in expected.keys() | found.keys()
            if expected.get(key) != found.get(key)
        ]
    counted = refused(kept.database)
    if replays != sum(number for (_, reason), number in counted.items() if reason == "replay"):
        wrong.append(("replays", replays, counted))
    return wrong


@pytest.mark.parametrize("seed", range(12))
def test_sums_are_what_the_definitions_say(kept: Embedded, seed: int) -> None:
    hits = traffic.made(seed)
    take_all(kept, hits, random.Random(seed))
    assert differences(kept, hits) == []


@pytest.mark.parametrize("seed", range(12))
def test_hits_may_come_in_any_order(kept: Embedded, seed: int) -> None:
    chance = random.Random(seed)
    hits = in_different_seconds(traffic.made(seed + 100))
    pages = [hit for hit in hits if hit.kind is not Kind.ENGAGEMENT]
    chance.shuffle(pages)
    take_all(kept, pages, chance)
    assert differences(kept, pages) == []


def in_different_seconds(hits: list[Hit]) -> list[Hit]:
    """No two of one visitor in one second, and no replays: where order is all there is, it cannot be told apart."""
    seen: set[object] = set()
    kept = []
    for hit in hits:
        marks = {(hit.site_id, hit.origin, hit.visitor, hit.at_ms // 1000), (hit.kind, hit.view or id(hit))}
        if hit.kind is Kind.ENGAGEMENT or not marks & seen:
            kept.append(hit)
            seen |= marks
    return kept
