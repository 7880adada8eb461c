"""Sums worked out anew from single events are those that the ingester added up, also by another time zone."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import func, select, update

from byline.analytics.store.embedded import Embedded
from byline.analytics.store.tables import SUMS, daily, visits
from tests.analytics.store import counting, traffic
from tests.analytics.store.reading import stored, without_empty
from tests.analytics.store.test_taking import differences, take_all

FIRST, LAST = 20515, 20552


@pytest.mark.parametrize("seed", range(6))
def test_rebuilt_sums_are_those_that_were_added_up(kept: Embedded, seed: int) -> None:
    hits = traffic.made(seed)
    take_all(kept, hits, random.Random(seed))
    before = stored(kept.database)
    with kept.database.writer.begin() as connection:
        connection.execute(update(daily).values(visitors=daily.c.visitors + 1))
    for site in traffic.ZONES:
        kept.rebuild(site, FIRST, LAST)
    assert stored(kept.database) == before


def test_what_comes_after_a_rebuild_is_counted_on(kept: Embedded) -> None:
    hits = traffic.made(3)
    turns = kept.turns(traffic.ZONES.get)
    for begin in range(0, len(hits), 25):
        turns.take(hits[begin : begin + 25], {})
        kept.rebuild(1 + begin // 25 % 4, FIRST, LAST)
        turns = kept.turns(traffic.ZONES.get)
    assert differences(kept, hits) == []


@pytest.mark.parametrize("seed", range(3))
def test_another_time_zone_sorts_everything_anew(kept: Embedded, seed: int) -> None:
    hits = traffic.made(seed)
    take_all(kept, hits, random.Random(seed))
    for site in traffic.ZONES:
        kept.rezone(site, "Pacific/Chatham")
    days, hours, _ = counting.count(hits, dict.fromkeys(traffic.ZONES, "Pacific/Chatham"))
    assert stored(kept.database) == (without_empty(days), without_empty(hours))
    turns = kept.turns(traffic.ZONES.get)
    later = hits[-1]._replace(at_ms=hits[-1].at_ms + 10_000, view=0)
    turns.take([later], {})
    days, hours, _ = counting.count([*hits, later], dict.fromkeys(traffic.ZONES, "Pacific/Chatham"))
    assert stored(kept.database) == (without_empty(days), without_empty(hours))


def test_sums_that_an_import_brought_as_sums_survive(kept: Embedded) -> None:
    hits = [hit for hit in traffic.made(1) if hit.site_id == 1]
    take_all(kept, hits, random.Random(1))
    day = hits[0].at_ms // 86_400_000
    row = {"site_id": 1, "dimension": 0, "day": day, "word_id": 0, "origin": 99} | dict.fromkeys(SUMS, 5)
    with kept.database.writer.begin() as connection:
        connection.execute(daily.insert().values(row))
    before = stored(kept.database)
    kept.rebuild(1, FIRST, LAST)
    assert stored(kept.database) == before


def test_pruning_keeps_the_sums_and_a_rebuild_leaves_them_alone(kept: Embedded) -> None:
    hits = traffic.made(5, 200)
    take_all(kept, hits, random.Random(5))
    before = stored(kept.database)
    middle = sorted({hit.at_ms // 86_400_000 for hit in hits if hit.site_id == 2})[1] + 1
    assert kept.prune(2, middle) > 0
    with kept.database.reader.connect() as connection:
        old = (visits.c.site_id == 2, visits.c.day < middle)
        assert connection.scalar(select(func.count()).where(*old)) == 0
        assert connection.scalar(select(func.count()).where(visits.c.site_id == 1))
    kept.rebuild(2, FIRST, LAST)
    assert stored(kept.database) == before


def test_a_deleted_site_leaves_nothing_and_the_others_everything(kept: Embedded) -> None:
    hits = traffic.made(6)
    take_all(kept, hits, random.Random(6))
    kept.delete_site(3)
    days, hours = stored(kept.database)
    assert not any(key[0] == 3 for key in (*days, *hours))
    others = [hit for hit in hits if hit.site_id != 3]
    assert differences(kept, others) == []
    zones = {site: zone for site, zone in traffic.ZONES.items() if site != 3}
    dropped = kept.turns(zones.get).take(hits[:40], {}).dropped
    assert dropped >= sum(hit.site_id == 3 for hit in hits[:40])


def test_a_deleted_import_leaves_everything_else(kept: Embedded) -> None:
    hits = traffic.made(7)
    take_all(kept, hits, random.Random(7))
    for site in traffic.ZONES:
        kept.delete_import(site, 7)
    days, hours, _ = counting.count([hit for hit in hits if hit.origin != 7], traffic.ZONES)
    assert stored(kept.database) == (without_empty(days), without_empty(hours))
