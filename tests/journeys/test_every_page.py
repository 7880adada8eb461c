"""Every page: fits its screen, is readable by everybody in light and dark, and talks to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

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
SETTLE = "() => document.getAnimations().filter(one => one instanceof CSSTransition).forEach(one => one.finish())"
RULES: dict[Literal["light", "dark"], dict[str, object]] = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]},
}


def pages(world: World, viewer: str) -> list[str]:
    """The addresses of the pages that are meant for this kind of viewer, and some that look different to each."""
    browser = world.browser(viewer)
    whole = (route for route in readable(world) if route.endpoint not in FRAGMENTS)
    addresses = [route.address for route in whole if route.row.who in MEANT_FOR[viewer]]
    return [one for one in addresses if _is_page(open_page(browser, one))] + list(ALSO[viewer])


def _is_page(answer: TestResponse) -> bool:
    return answer.mimetype == "text/html" and not 300 <= answer.status_code < 400


@pytest.mark.parametrize("viewer", MEANT_FOR)
def test_every_page_fits_its_screen_and_axe_finds_nothing(
    world: World, open_browser: OpenBrowser, watch: Watch, viewer: str
) -> None:
    watch.allow(*PROVOKED)
    page = open_browser(world.cookies.get(viewer))
    wrong = []
    for address in pages(world, viewer):
        page.emulate_media(color_scheme="light")
        page.goto(address)
        wrong += [f"{address}: {fault}" for fault in (*_found_by_axe(page), *_too_wide(page))]
    assert wrong == []


def _found_by_axe(page: Page) -> Iterator[str]:
    """What axe finds; in the dark it looks at colours, because nothing else is different there."""
    for scheme, options in RULES.items():
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SETTLE)
        for one in Axe().run(page, options=options).response["violations"]:
            yield f"{scheme}: {one['id']}: {[node['html'][:120] for node in one['nodes'][:2]]}"


def _too_wide(page: Page) -> Iterator[str]:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if wide := page.evaluate(TOO_WIDE):
            yield f"at {width}: {wide}"
