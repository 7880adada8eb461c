"""Every page: fits its screen, is readable by everybody in light and dark, and talks to nobody else."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from werkzeug.test import TestResponse

from byline.kernel.access import Permission
from tests.contracts.access import Who
from tests.contracts.routes import open_page, readable
from tests.contracts.test_pages import FRAGMENTS
from tests.contracts.world import World
from tests.journeys.conftest import OpenBrowser
from tests.journeys.watch import Watch

WIDTHS = (320, 390, 1280)
MEANT_FOR: dict[str, tuple[Who | Permission, ...]] = {
    "stranger": (Who.ANYONE, Who.STRANGER),
    "ada": (Who.MEMBER, Who.OWNER, Permission.WRITE),
    "administrator": (Permission.ADMINISTER, Permission.MODERATE),
    "unconfirmed": (),
}
ALSO = {
    "stranger": ("/no/such/page",),
    "ada": ("/", "/@ada", "/@ada/hello"),
    "administrator": ("/", "/@ada/hello"),
    "unconfirmed": ("/auth/unconfirmed",),
}
PROVOKED = (400, 403, 404, 410)
TOO_WIDE = """() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    return [...document.querySelectorAll('body *')]
        .filter(one => one.getBoundingClientRect().right > room + 1)
        .slice(0, 3).map(one => one.outerHTML.slice(0, 100));
}"""
RULES = {"resultTypes": ["violations"]}


def pages(world: World, viewer: str) -> list[str]:
    """The addresses of the pages that are meant for this kind of viewer, and some that look different to each."""
    browser = world.browser(viewer)
    whole = (route for route in readable(world) if route.endpoint not in FRAGMENTS)
    addresses = [route.address for route in whole if route.row.who in MEANT_FOR[viewer]]
    return [one for one in addresses if _is_page(open_page(browser, one))] + list(ALSO[viewer])


def _is_page(answer: TestResponse) -> bool:
    return answer.mimetype == "text/html" and not 300 <= answer.status_code < 400


def browser_for(world: World, viewer: str, open_browser: OpenBrowser, watch: Watch, scheme: str = "light") -> Page:
    """A browser of a viewer that may meet refusals."""
    watch.allow(*PROVOKED)
    return open_browser(world.cookies.get(viewer), color_scheme=scheme)


@pytest.mark.parametrize("viewer", MEANT_FOR)
def test_no_page_is_wider_than_the_screen(world: World, open_browser: OpenBrowser, watch: Watch, viewer: str) -> None:
    page = browser_for(world, viewer, open_browser, watch)
    wrong = []
    for address in pages(world, viewer):
        page.goto(address)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if wide := page.evaluate(TOO_WIDE):
                wrong.append(f"{address} at {width}: {wide}")
    assert wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewer", MEANT_FOR)
def test_axe_finds_nothing(world: World, open_browser: OpenBrowser, watch: Watch, viewer: str, scheme: str) -> None:
    page = browser_for(world, viewer, open_browser, watch, scheme)
    axe = Axe()
    wrong = []
    for address in pages(world, viewer):
        page.goto(address)
        found = axe.run(page, options=RULES).response["violations"]
        wrong += [f"{address}: {one['id']}: {[node['html'][:120] for node in one['nodes'][:2]]}" for one in found]
    assert wrong == []
