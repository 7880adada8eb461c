"""A request that did not come from a form of this site changes nothing."""

from __future__ import annotations

import pytest

from tests.contracts.access import WITHOUT_TOKEN
from tests.contracts.routes import every_route
from tests.contracts.world import NOTED, Snapshot, World

pytestmark = pytest.mark.once


def test_every_unsafe_request_needs_its_token(guarded_world: World) -> None:
    wrong = []
    before = Snapshot(guarded_world.database)
    for route in every_route(guarded_world):
        if route.endpoint in WITHOUT_TOKEN:
            continue
        for viewer in route.welcome_viewers():
            for method in route.unsafe:
                browser = guarded_world.browser(viewer)
                answer = browser.open(route.address, method=method, data={"csrf_token": "forged"})
                changed = before.changes(apart_from=NOTED)
                if answer.status_code != 400 or changed:
                    wrong.append(f"{method} {route.address} by {viewer}: {answer.status}, changed {changed}")
                    before.restore()
    assert wrong == []


def test_a_token_of_somebody_else_is_refused(guarded_world: World) -> None:
    stranger = guarded_world.app.test_client()
    with stranger.session_transaction() as kept:
        kept["csrf_token"] = "of another session"
    with guarded_world.app.test_request_context():
        from flask_wtf.csrf import generate_csrf

        foreign = generate_csrf()
    unsafe = [route for route in every_route(guarded_world) if route.unsafe and route.endpoint not in WITHOUT_TOKEN]
    wrong = [
        route.address
        for route in unsafe
        if stranger.open(route.address, method=route.unsafe[0], data={"csrf_token": foreign}).status_code != 400
    ]
    assert wrong == []
