"""Looking changes nothing, and strangers get no cookie."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.contracts.access import CHANGES_BY_GET, SETS_A_COOKIE
from tests.contracts.routes import open_page, readable
from tests.contracts.world import NOTED, Snapshot, World


@pytest.mark.parametrize("viewer", ["stranger", "ada", "outsider", "administrator", "unconfirmed"])
def test_a_get_changes_nothing(world: World, viewer: str) -> None:
    wrong = []
    browser = world.browser(viewer)
    before = Snapshot(world.database)
    for route in readable(world):
        if route.endpoint in CHANGES_BY_GET:
            continue
        answer = open_page(browser, route.address)
        changed = before.changes(apart_from=NOTED)
        if changed or answer.status_code >= 500:
            wrong.append(f"{route.address}: {answer.status}, changed {changed}")
            before.restore()
    assert wrong == []


def test_a_head_answers_as_a_get_without_a_body(world: World) -> None:
    browser = world.browser("ada")
    wrong = []
    for route in readable(world):
        full, bare = open_page(browser, route.address), bare_answer(browser, route.address)
        if bare.data or bare.status_code != full.status_code:
            wrong.append(f"{route.address}: GET {full.status}, HEAD {bare.status}, {len(bare.data)} bytes")
    assert wrong == []


def bare_answer(browser: FlaskClient, address: str) -> TestResponse:
    return browser.head(address, headers={"Accept": "text/html,*/*;q=0.8"}, buffered=True)


def test_a_page_for_strangers_sets_no_cookie(world: World) -> None:
    wrong = [
        route.address
        for route in readable(world)
        if route.endpoint not in SETS_A_COOKIE
        and "Set-Cookie" in open_page(world.browser("stranger"), route.address).headers
    ]
    assert wrong == []


def test_last_seen_is_written_at_most_once_a_minute(world: World) -> None:
    browser = world.browser("ada")
    before = Snapshot(world.database)
    open_page(browser, "/")
    open_page(browser, "/following")
    assert {"users", "timeline_visits"} <= set(before.changes())
    settled = Snapshot(world.database)
    for route in readable(world):
        open_page(browser, route.address)
    assert settled.changes(apart_from=frozenset({"login_sessions.seen_at"})) == []
