"""Every route says who may use it, and keeps everybody else out."""

from __future__ import annotations

from flask import Flask

from tests.contracts.access import CHANGES_BY_GET, ROWS, SETS_A_COOKIE, WITHOUT_TOKEN
from tests.contracts.routes import every_route, open_page, readable, was_let_in, was_refused, without_sample
from tests.contracts.world import NOTED, Snapshot, World


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert sorted(endpoints - ROWS.keys()) == [], "Give each a row in tests/contracts/access.py."


def test_every_route_has_samples_for_its_address(app: Flask) -> None:
    missing = [
        f"{rule.rule} ({rule.endpoint}): {', '.join(names)}"
        for rule in app.url_map.iter_rules()
        if (names := without_sample(rule))
    ]
    assert missing == [], "Add them to SAMPLES in tests/contracts/world.py, or to the route's row in access.py."


def test_every_row_belongs_to_a_route(app: Flask) -> None:
    named = {*ROWS, *SETS_A_COOKIE, *WITHOUT_TOKEN, *CHANGES_BY_GET}
    assert sorted(named - {rule.endpoint for rule in app.url_map.iter_rules()}) == []


def test_a_page_opens_for_whom_it_is_meant(world: World) -> None:
    wrong = [
        f"{viewer} at {route.address}: {answer.status}"
        for route in readable(world)
        for viewer in route.welcome_viewers()
        if not was_let_in(answer := open_page(world.browser(viewer), route.address)) or answer.status_code >= 500
    ]
    assert wrong == []


def test_a_page_stays_shut_for_everybody_else(world: World) -> None:
    wrong = [
        f"{viewer} at {route.address}: {answer.status}"
        for route in readable(world)
        for viewer in route.refused_viewers(world)
        if not _kept_out(route.row.who.name, answer := open_page(world.browser(viewer), route.address))
    ]
    assert wrong == []


def test_an_act_is_refused_to_everybody_else_and_changes_nothing(world: World) -> None:
    wrong = []
    before = Snapshot(world.database)
    for route in every_route(world):
        for viewer in route.refused_viewers(world):
            for method in route.unsafe:
                answer = world.browser(viewer).open(route.address, method=method)
                changed = before.changes(apart_from=NOTED)
                if changed or not _kept_out(route.row.who.name, answer):
                    wrong.append(f"{method} {route.address} by {viewer}: {answer.status}, changed {changed}")
                    before.restore()
    assert wrong == []


def _kept_out(who: str | None, answer: object) -> bool:
    from werkzeug.test import TestResponse

    assert isinstance(answer, TestResponse)
    if who == "STRANGER":
        return 300 <= answer.status_code < 400
    return was_refused(answer)
