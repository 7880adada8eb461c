"""The bell on a page that stays open, and the list that counts as read once somebody has looked at it."""

from __future__ import annotations

import itertools

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from byline.accounts.models import LoginSession, User
from byline.kernel.db import Database
from byline.notifications.models import Notification
from byline.social import service as social
from tests.factories import MakeUser
from tests.journeys.conftest import OpenBrowser

numbers = itertools.count(1)


@pytest.fixture
def reader(site_database: Database) -> User:
    return MakeUser(site_database)(f"listener{next(numbers)}")


def follow(twin: Flask, database: Database, reader: User) -> User:
    """Somebody new follows the reader."""
    fan = MakeUser(database)(f"fan{next(numbers)}", name="A quiet fan")
    with twin.app_context(), database.unit_of_work():
        social.follow(fan.actor, reader.id)
    return fan


def number_on(page: Page) -> str:
    count = page.locator("[data-bell-count]")
    return count.inner_text() if count.is_visible() else ""


def written(database: Database, reader: User) -> list[object]:
    """What a page that is open could have written."""
    with database.unit_of_work(write=False) as session:
        seen = select(User.last_seen).where(User.id == reader.id)
        browsers = select(LoginSession.seen_at).where(LoginSession.user_id == reader.id)
        lines = select(Notification.read_at, Notification.at).where(Notification.user_id == reader.id)
        return [tuple(row) for query in (seen, browsers, lines) for row in session.execute(query)]


def test_a_page_that_stays_open_hears_of_news_and_writes_nothing(
    open_browser: OpenBrowser, twin: Flask, site_database: Database, reader: User
) -> None:
    page = open_browser(reader)
    page.clock.install()
    page.goto("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/count") else None)
    assert number_on(page) == ""
    before = written(site_database, reader)
    for _ in range(6):
        page.clock.fast_forward("10:00")
        page.wait_for_timeout(200)
    assert 1 <= len(asked) <= 6, "ever more seldom"
    assert written(site_database, reader) == before
    follow(twin, site_database, reader)
    page.clock.fast_forward("30:00")
    expect(page.locator("[data-bell-count]")).to_have_text("1")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_list_is_read_by_looking_at_it_or_by_a_button(
    open_browser: OpenBrowser, twin: Flask, site_database: Database, reader: User, scripts: bool
) -> None:
    fan = follow(twin, site_database, reader)
    page = open_browser(reader, width=390, java_script_enabled=scripts)
    page.goto("/")
    assert number_on(page) == "1"
    page.get_by_role("link", name="Notifications").click()
    expect(page.get_by_role("link", name="A quiet fan follows you")).to_be_visible()
    if scripts:
        expect(page.locator("[data-bell-count]")).to_be_hidden()
        expect(page.get_by_role("button", name="Mark all as read")).to_be_hidden()
        page.reload()
    else:
        page.get_by_role("button", name="Mark all as read").click()
        expect(page.get_by_text("Everything is marked as read.")).to_be_visible()
    assert number_on(page) == ""
    expect(page.locator(".is-unread")).to_have_count(0)
    page.get_by_role("link", name="A quiet fan follows you").click()
    expect(page).to_have_url(f"{page.url.split('/@')[0]}/@{fan.username}")


def test_two_open_pages_tell_each_other(
    open_browser: OpenBrowser, twin: Flask, site_database: Database, reader: User
) -> None:
    follow(twin, site_database, reader)
    page = open_browser(reader)
    page.goto("/")
    other = page.context.new_page()
    other.goto("/notifications")
    expect(other.locator("[data-bell-count]")).to_be_hidden()
    expect(page.locator("[data-bell-count]")).to_be_hidden()
