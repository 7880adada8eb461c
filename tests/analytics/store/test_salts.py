"""Salts are the same for everybody, and gone for good after two days."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from byline.analytics import store
from byline.analytics.collect import jobs
from byline.analytics.collect.ids import DAY_MS
from byline.analytics.collect.messages import RenewSalts
from byline.analytics.store.embedded import Embedded
from byline.analytics.store.salts import KeptSalts
from byline.kernel import clock
from byline.kernel.db import Database
from byline.kernel.settings import Settings

TODAY = 20_526


def test_a_salt_is_made_on_first_use_and_stays(kept: Embedded) -> None:
    salts = KeptSalts(kept.database)
    assert salts.known(TODAY) is None
    made = salts.for_day(TODAY)
    assert len(made) == 32
    assert salts.for_day(TODAY) == salts.known(TODAY) == KeptSalts(kept.database).for_day(TODAY) == made
    assert salts.for_day(TODAY + 1) != made


def test_whoever_is_first_at_the_same_moment_wins_for_all(kept: Embedded) -> None:
    found: list[bytes] = []
    together = threading.Barrier(6)

    def ask() -> None:
        together.wait()
        found.append(KeptSalts(kept.database).for_day(TODAY))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1


def test_a_store_that_is_away_says_so(tmp_path: Path) -> None:
    nowhere = Database(f"sqlite:///{tmp_path}/missing/analytics.db")
    with pytest.raises(SQLAlchemyError):
        KeptSalts(nowhere).for_day(TODAY)
    nowhere.dispose()


def test_the_hourly_job_leaves_yesterday_today_and_tomorrow(app: Flask, database: Database, settings: Settings) -> None:
    salts = KeptSalts(store.of(app).database)
    with (
        clock.frozen(datetime.fromtimestamp(TODAY * DAY_MS / 1000 + 60, UTC)),
        app.app_context(),
        database.unit_of_work(),
    ):
        before = {day: salts.for_day(day) for day in range(TODAY - 4, TODAY + 1)}
        jobs.renew_salts(RenewSalts(), settings)
        jobs.renew_salts(RenewSalts(), settings)
    assert [day for day in range(TODAY - 5, TODAY + 3) if salts.known(day)] == [TODAY - 1, TODAY, TODAY + 1]
    assert salts.known(TODAY) == before[TODAY]


def test_a_salt_that_is_gone_is_in_no_file_any_more(kept: Embedded) -> None:
    if not kept.database.is_sqlite:
        pytest.skip("PostgreSQL keeps its files to itself.")
    salts = KeptSalts(kept.database)
    gone, stays = salts.for_day(TODAY - 2), salts.for_day(TODAY)
    salts.forget_before(TODAY - 1)
    kept.dispose()
    folder = Path(kept.database.url.database or "").parent
    held = b"".join(path.read_bytes() for path in folder.glob("analytics.db*"))
    assert stays in held
    assert gone not in held
