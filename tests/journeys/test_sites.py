"""Adding a site in a real browser, up to the first hit that the page notices by itself."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import Page, expect

from byline.accounts.models import User
from byline.kernel.db import Database
from tests.factories import MakeUser
from tests.journeys.conftest import OpenBrowser

numbers = itertools.count()


@pytest.fixture
def owner(site_database: Database) -> User:
    """A member of this test's own."""
    return MakeUser(site_database)(f"measurer{next(numbers)}")


@pytest.mark.parametrize("scripts", [True, False], ids=["with script", "without script"])
def test_a_site_is_added_and_its_first_hit_noticed(open_browser: OpenBrowser, owner: User, scripts: bool) -> None:
    page: Page = open_browser(owner, width=390, java_script_enabled=scripts, timezone_id="Asia/Tokyo")
    page.goto("/sites")
    page.get_by_role("link", name="Add a site").click()
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo" if scripts else "UTC")
    page.get_by_label("Address").fill("lamps.example")
    page.get_by_role("button", name="Add this site").click()
    expect(page.get_by_text("Waiting for the first hit.")).to_be_visible()
    number = page.url.split("/")[-2]
    expect(page.locator("#snippet")).to_contain_text(f'/beacon.js" data-site="{number}"></script>')
    answer = page.request.post(
        f"/sites/{number}/visit",
        data={"event": "pageview", "url": "https://lamps.example/"},
        headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
    )
    assert answer.status == 204
    working = page.get_by_text("It works: lamps.example is being counted.")
    if scripts:
        expect(working).to_be_visible()
        return
    for _ in range(20):
        page.get_by_role("link", name="look again").click()
        if working.is_visible():
            return
        page.wait_for_timeout(250)
    expect(working).to_be_visible()
