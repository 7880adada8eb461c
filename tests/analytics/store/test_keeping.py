"""What the store is kept in order with: retention, the command that rebuilds, what doctor says."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select, update

from byline.analytics.sites.models import Site
from byline.analytics.store import cli, jobs, watching
from byline.analytics.store.embedded import Embedded
from byline.analytics.store.messages import PruneEvents
from byline.analytics.store.tables import daily, events, visits
from byline.kernel import clock
from byline.kernel.checks import State
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from tests.analytics.store import traffic
from tests.analytics.store.reading import stored
from tests.analytics.store.test_taking import take_all


def test_events_go_after_the_time_that_a_site_sets(
    app: Flask, kept: Embedded, database: Database, settings: Settings
) -> None:
    hits = [hit for hit in traffic.made(2, 200) if hit.site_id < 3]
    take_all(kept, hits, random.Random(2), restarts=False)
    before = stored(kept.database)
    last = max(hit.at_ms for hit in hits) // 1000
    with database.unit_of_work() as session:
        session.execute(update(Site).where(Site.id == 1).values(retention_days=1))
    with clock.frozen(datetime.fromtimestamp(last, UTC)), app.app_context(), database.unit_of_work():
        jobs.prune_events(PruneEvents(), settings)
    with kept.reading() as connection:
        oldest = select(visits.c.site_id, func.min(visits.c.day)).group_by(visits.c.site_id)
        days = dict(connection.execute(oldest).all())
        orphans = (
            select(func.count())
            .select_from(events)
            .join(visits, (visits.c.site_id == events.c.site_id) & (visits.c.id == events.c.visit_id), isouter=True)
        )
        assert connection.scalar(orphans.where(visits.c.id.is_(None))) == 0
    assert days[1] >= last // 86_400 - 1 > days[2]
    assert stored(kept.database) == before


def test_the_command_rebuilds_what_is_asked_for(
    kept: Embedded, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_all(kept, traffic.made(8), random.Random(8), restarts=False)
    before = stored(kept.database)
    with kept.database.writer.begin() as connection:
        connection.execute(update(daily).where(daily.c.site_id == 2).values(pageviews=0, visits=0))
    for name in ("data", "database_url"):
        monkeypatch.setenv(f"BYLINE_{name.upper()}", str(getattr(settings, name)))
    done = CliRunner().invoke(cli.analytics, ["rebuild", "2"], catch_exceptions=False)
    assert done.exit_code == 0
    assert "Worked out anew: " in done.output
    assert stored(kept.database) == before
    refused = CliRunner().invoke(cli.analytics, ["rebuild", "9"])
    assert (refused.exit_code, "Nothing was counted for a site 9" in refused.output) == (1, True)
    wrong = CliRunner().invoke(cli.analytics, ["rebuild", "2", "--from", "2026-05-02", "--to", "2026-05-01"])
    assert (wrong.exit_code, "comes after" in wrong.output) == (1, True)


def test_doctor_says_where_hits_are_and_what_could_not_be_read(
    kept: Embedded, settings: Settings, database: Database
) -> None:
    assert watching.analytics(settings, database).state is State.WELL
    kept.turns(traffic.ZONES.get).take([], {}, corrupt=3)
    finding = watching.analytics(settings, database)
    assert finding.state is State.WARNING
    assert "not counted: 3." in finding.sentence


def test_doctor_says_that_the_store_is_not_there_yet(settings: Settings, database: Database, tmp_path: object) -> None:
    elsewhere = Settings.load(
        {"BYLINE_DATA": str(settings.data), "BYLINE_ANALYTICS_URL": f"sqlite:///{tmp_path}/none.db"}
    )
    assert watching.analytics(elsewhere, database).state is State.WARNING
