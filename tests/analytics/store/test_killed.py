"""Processes that collect and the one that stores are killed at any moment: what was acknowledged counts once."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from sqlalchemy import select

from byline.analytics.collect.spool import Spool
from byline.analytics.hits import Hit, encode
from byline.analytics.store.embedded import Embedded, database_of
from byline.analytics.store.ingesting import Ingester
from byline.analytics.store.tables import events, words
from byline.kernel.settings import Settings
from tests.analytics.store import traffic
from tests.analytics.store.test_taking import differences
from tests.running import until

KILLS, WRITERS, STORING = 50, 2, 0
LONGEST_LIFE_SECONDS = 0.16
NOON_MS = 1_790_000_000_000
fork = multiprocessing.get_context("fork")


def collect(settings: Settings, told: Path, begin: int) -> None:
    """Keep hits, and tell of each that it was kept, as a web process does."""
    spool = Spool(settings.spool_folder, 1 << 30)
    with told.open("ab", buffering=0) as acknowledged:
        for number in range(begin, begin + 100_000):
            spool.append(encode(made(number)))
            acknowledged.write(b"%d\n" % number)
            time.sleep(0.0005)


def store(settings: Settings) -> None:
    """Store what waits, as the worker does."""
    ingester = Ingester(database_of(settings), settings.spool_folder, traffic.ZONES.get)
    while True:
        ingester.run_once()


def made(number: int) -> Hit:
    """A hit that can be told from all others by its path; some follow one another in a visit."""
    return Hit(1 + number % 4, NOON_MS + number * 10, number // 4 % 50 + 1, path=f"/{number}", browser="Firefox")


@pytest.mark.slow
def test_what_was_acknowledged_counts_once_whoever_is_killed_and_when(
    kept: Embedded, settings: Settings, tmp_path: Path
) -> None:
    chance = random.Random(4)
    told = tmp_path / "told"
    lives = iter(range(10**6))
    running: dict[int, BaseProcess] = {}
    try:
        for role in range(WRITERS + 1):
            running[role] = begin(settings, told, role, next(lives))
        until(lambda: numbers_of(kept), 20)
        for _ in range(KILLS):
            role = chance.choice([STORING, *range(WRITERS + 1)])
            time.sleep(chance.random() * LONGEST_LIFE_SECONDS)
            end(running.pop(role))
            running[role] = begin(settings, told, role, next(lives))
    finally:
        for process in running.values():
            end(process)
    drain(kept, settings)
    numbers = numbers_of(kept)
    acknowledged = [int(line) for line in told.read_bytes().splitlines()]
    assert len(acknowledged) > KILLS
    assert set(acknowledged) <= set(numbers)
    assert len(numbers) == len(set(numbers))
    assert not list(settings.spool_folder.glob("*.log"))
    assert differences(kept, [made(number) for number in numbers]) == []


def begin(settings: Settings, told: Path, role: int, life: int) -> BaseProcess:
    """A process of one of the roles: 0 stores, the others collect."""
    target = (store, (settings,)) if role == STORING else (collect, (settings, told, life * 100_000))
    process = fork.Process(target=target[0], args=target[1], daemon=True)
    process.start()
    return process


def end(process: BaseProcess) -> None:
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join(10)


def drain(kept: Embedded, settings: Settings) -> None:
    ingester = Ingester(kept.database, settings.spool_folder, traffic.ZONES.get)
    while ingester.run_once().lines:
        pass
    ingester.run_once()


def numbers_of(kept: Embedded) -> list[int]:
    """The numbers of all hits that are stored, as often as they are; an event whose path is no word raises."""
    its_path = (words.c.site_id == events.c.site_id) & (words.c.id == events.c.path_id)
    with kept.reading() as connection:
        texts = connection.scalars(select(words.c.text).join_from(events, words, its_path, isouter=True)).all()
    assert None not in texts
    return [int(text[1:]) for text in texts]
