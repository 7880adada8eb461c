"""Readers of the demo: believable days, each drawn the same way again, counted once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from flask import Flask

from byline.accounts.models import User
from byline.analytics import store
from byline.analytics.experiments import queries as experiments
from byline.analytics.experiments import results
from byline.analytics.experiments.results import Verdict
from byline.analytics.hits import Hit, Kind, decode, encode
from byline.analytics.report import sql_glance
from byline.analytics.sites.models import THIS_BYLINE
from byline.demo import measuring, visiting
from byline.demo.visiting import Piece, Place
from byline.kernel.db import Database
from tests.factories import MakeUser

NOW = datetime(2026, 3, 14, 15, 30, tzinfo=UTC)
PIECES = (Piece("/", 5), Piece("/lamps/harbour", 5), Piece("/later", 9, since=date(2026, 3, 10)))
SHOP = Place(THIS_BYLINE, "https://shop.example", "Europe/Oslo", 60, PIECES, sells=True)


def hits(day: date) -> list[Hit]:
    return [entry for entry in visiting.day_of(SHOP, day, NOW) if isinstance(entry, Hit)]


def test_a_day_is_drawn_the_same_way_again() -> None:
    day = date(2026, 3, 1)
    assert visiting.day_of(SHOP, day, NOW) == visiting.day_of(SHOP, day, NOW)
    assert hits(day) != hits(day - timedelta(days=7))


def test_a_day_stays_within_itself_on_the_sites_clock() -> None:
    zone = ZoneInfo("Europe/Oslo")
    days = {datetime.fromtimestamp(hit.at_ms / 1000, zone).date() for hit in hits(date(2026, 3, 1))}
    assert days == {date(2026, 3, 1)}


def test_today_ends_now() -> None:
    found = hits(date(2026, 3, 14))
    assert found
    assert max(hit.at_ms for hit in found) < NOW.timestamp() * 1000


def test_nobody_reads_a_page_before_it_is_there() -> None:
    assert "/later" not in {hit.path for hit in hits(date(2026, 3, 9))}
    assert "/later" in {hit.path for hit in hits(date(2026, 3, 11))}


def test_a_day_has_everything_that_a_dashboard_shows() -> None:
    found = [hit for ago in range(1, 20) for hit in hits(NOW.date() - timedelta(days=ago))]
    kinds = Counter(hit.kind for hit in found)
    assert set(kinds) == {Kind.PAGEVIEW, Kind.ENGAGEMENT, Kind.EVENT, Kind.OUTBOUND}
    channels = {hit.channel for hit in found}
    assert {"Direct", "Organic Search", "Organic Social", "Email", "Referral", "AI Assistants"} <= channels
    assert len({hit.country for hit in found}) > 10
    assert all(decode(encode(hit)) == hit for hit in found[:200])


def test_every_day_is_counted_once(app: Flask, database: Database, make_user: MakeUser) -> None:
    people: dict[str, User] = {
        "mira": make_user("mira", role="Administrator"),
        "tomas": make_user("tomas"),
    }
    numbers = store.of(app)
    with database.unit_of_work():
        _, shop = measuring.settle(NOW, people)
    with database.unit_of_work():
        assert measuring.settle(NOW, people)[1] == shop
    told: list[tuple[int, int]] = []
    for _ in range(2):
        measuring.tell((shop,), numbers, database, now=NOW, step=lambda *done: told.append(done))
    assert told[-1] == (visiting.DAYS, visiting.DAYS)
    last = (NOW.date() - date(1970, 1, 1)).days
    by_day = sql_glance.visitors_by_day([shop.site_id], last - 100, last, numbers)[shop.site_id]
    assert len(by_day) == visiting.DAYS
    day = NOW.date() - timedelta(days=20)
    expected = {hit.visitor for hit in visiting.day_of(shop, day, NOW) if isinstance(hit, Hit)}
    assert by_day[last - 20] == len(expected)
    with database.unit_of_work(write=False), app.app_context():
        tried = experiments.listed(shop.site_id)
        verdicts = {each.key: results.of(each, shop.time_zone, NOW).verdict for each in tried}
    assert verdicts == {"basket-button": Verdict.BETTER, "letter-invitation": Verdict.EARLY}


def test_some_come_back_on_the_same_day_later_than_one_visit_lasts() -> None:
    at: dict[int, list[int]] = {}
    for hit in hits(date(2026, 3, 1)):
        at.setdefault(hit.visitor, []).append(hit.at_ms)
    gaps = {
        visitor: max((later - one for one, later in pairwise(sorted(moments))), default=0)
        for visitor, moments in at.items()
    }
    came_back = [visitor for visitor, gap in gaps.items() if gap > 30 * 60_000]
    assert 0.03 < len(came_back) / len(gaps) < 0.25
