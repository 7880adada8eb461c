"""Headers that no answer may lack, whoever asks and whatever goes wrong."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.contracts.routes import every_route, open_page, readable
from tests.contracts.world import World

pytestmark = pytest.mark.once
REQUIRED = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin",
    "Permissions-Policy": "camera=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Request-Id": "",
}


@pytest.mark.parametrize("viewer", ["stranger", "ada"])
def test_every_answer_carries_the_security_headers(world: World, viewer: str) -> None:
    @world.app.get("/probe/broken")
    def broken() -> str:
        raise RuntimeError

    browser = world.browser(viewer)
    addresses = [route.address for route in readable(world)] + ["/no/such", "/static/no.css", "/probe/broken", "/%ff"]
    wrong = [
        f"{address} ({answer.status_code}): {name}"
        for address in addresses
        for answer in (open_page(browser, address), open_page(browser, address))
        for name, part in REQUIRED.items()
        if part not in answer.headers.get(name, "missing")
    ]
    assert wrong == []


def test_every_refused_method_is_a_page_that_names_the_right_ones(world: World) -> None:
    browser = world.browser("ada")
    wrong = []
    for route in every_route(world):
        answer = browser.open(route.address, method="PATCH", headers={"Accept": "text/html"})
        if answer.status_code >= 500 or (answer.status_code == 405 and not answer.headers.get("Allow")):
            wrong.append(f"{route.address}: {answer.status}, Allow {answer.headers.get('Allow')}")
    assert wrong == []


def test_nothing_for_a_member_may_be_kept_by_a_proxy(world: World) -> None:
    browser = world.browser("ada")
    wrong = [
        route.address
        for route in readable(world)
        if (answer := open_page(browser, route.address)).mimetype == "text/html"
        and "public" in answer.headers.get("Cache-Control", "")
    ]
    assert wrong == []


def test_cookies_are_for_this_site_alone(app: Flask) -> None:
    assert app.config["SESSION_COOKIE_HTTPONLY"] is True
    assert app.config["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert app.config.get("REMEMBER_COOKIE_HTTPONLY", True) is True
