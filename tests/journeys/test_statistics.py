"""A dashboard in a browser: narrowed by a click and in place where scripts run, by links where they do not."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect

from byline.accounts.models import User
from byline.analytics import store
from byline.analytics.hits import Hit, Kind
from byline.analytics.sites import service
from byline.analytics.sites.content import General
from byline.analytics.sites.models import Site
from byline.kernel import clock
from byline.kernel.db import Database
from tests.factories import MakeUser
from tests.journeys.conftest import OpenBrowser
from tests.journeys.test_every_page import RULES

numbers = itertools.count(1)


@pytest.fixture
def owner(site_database: Database) -> User:
    return MakeUser(site_database)(f"counter{next(numbers)}")


@pytest.fixture
def lamps(twin: Flask, site_database: Database, owner: User) -> Site:
    """A site that had readers yesterday and a minute ago."""
    with site_database.unit_of_work():
        made = service.add(owner.actor, General("Lamps", "https://lamps.example", "UTC"))
    store.of(twin).turns(lambda _: "UTC").take(_hits(made.id), {})
    return made


def _hits(site_id: int) -> list[Hit]:
    now = clock.now()
    yesterday = now.replace(hour=12, minute=0) - timedelta(days=1)
    told = [("/", "Google", "DE"), ("/lamps", "Google", "NO"), ("/\u05e9\u05dc\u05d5\u05dd", "Bing", "FR")]
    told += [("/long/" + "word" * 90, "", "JP")]
    hits = [
        Hit(site_id, _ms(yesterday) + at, at + 1, path=path, source=source, country=country, view=at + 1)
        for at, (path, source, country) in enumerate(told)
    ]
    hits.append(Hit(site_id, _ms(yesterday) + 9, 1, kind=Kind.EVENT, name="Sign-up", path="/", view=90))
    hits.append(Hit(site_id, _ms(now) - 60_000, 77, path="/now", view=91))
    return hits


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def visitors(page: Page) -> str:
    return page.locator('[data-metric="visitors"]').get_attribute("data-value") or ""


def test_a_click_narrows_in_place_and_back_widens_again(open_browser: OpenBrowser, owner: User, lamps: Site) -> None:
    page = open_browser(owner)
    page.goto(f"/sites/{lamps.id}?period=7d")
    page.evaluate("window.stayed = true")
    row = page.locator('[data-dimension="source"][data-key="Google"] a')
    row.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".filter-chip")).to_contain_text("Source is Google")
    assert visitors(page) == "2"
    assert page.url.endswith("?period=7d&f=is%2Csource%2CGoogle")
    expect(page.locator('[data-dimension="source"][data-key="Google"] a')).to_be_focused()
    page.go_back()
    expect(page.locator(".filter-chip")).to_have_count(0)
    assert visitors(page) == "5"
    page.keyboard.press("w")
    page.keyboard.press("x")
    expect(page.locator(".legend-former")).to_be_visible()
    assert page.evaluate("window.stayed")


def test_the_chart_says_what_is_under_the_pointer(open_browser: OpenBrowser, owner: User, lamps: Site) -> None:
    page = open_browser(owner)
    page.goto(f"/sites/{lamps.id}?period=7d")
    page.locator(".is-wide .chart-spot").nth(5).hover()
    expect(page.locator(".chart-tip")).to_contain_text("4 visitors")
    page.mouse.move(2, 2)
    expect(page.locator(".chart-tip")).to_have_count(0)


def test_the_last_minutes_are_asked_again_by_themselves(
    open_browser: OpenBrowser, twin: Flask, owner: User, lamps: Site
) -> None:
    page = open_browser(owner)
    page.clock.install()
    page.goto(f"/sites/{lamps.id}")
    page.locator(".board-now").click()
    expect(page.locator('[data-metric="visitors"]')).to_have_attribute("data-value", "1")
    hit = Hit(lamps.id, _ms(clock.now()) - 30_000, 78, path="/new", view=92)
    store.of(twin).turns(lambda _: "UTC").take([hit], {})
    page.clock.run_for(31_000)
    expect(page.locator('[data-metric="visitors"]')).to_have_attribute("data-value", "2")


def test_everything_works_by_links_alone(open_browser: OpenBrowser, owner: User, lamps: Site) -> None:
    page = open_browser(owner, width=390, java_script_enabled=False)
    page.goto(f"/sites/{lamps.id}?period=7d")
    page.locator('[data-dimension="page"][data-key="/lamps"] a').first.click()
    assert visitors(page) == "1"
    page.get_by_role("link", name="Without this filter").click()
    assert visitors(page) == "5"
    page.locator("summary", has_text="Last 7 days").click()
    page.get_by_role("link", name="Yesterday").click()
    assert visitors(page) == "4"
    page.get_by_role("link", name="Funnels").click()
    page.get_by_label("Name").fill("Way")
    page.locator("#steps-0").fill("/")
    page.locator("#steps-7").fill("Sign-up")
    page.get_by_role("button", name="Add this funnel").click()
    expect(page.locator(".funnel-step")).to_have_count(2)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_on_dashboards_with_numbers(
    open_browser: OpenBrowser, owner: User, lamps: Site, scheme: str, width: int
) -> None:
    page = open_browser(owner, width=width, color_scheme=scheme)
    page.goto(f"/sites/{lamps.id}?period=7d&compare=previous&f=contains,page,/")
    found = Axe().run(page, options=RULES).response["violations"]
    assert [f"{each['id']} {each['nodes'][0]['target']}" for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
