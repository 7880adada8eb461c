"""Sharing a site's numbers in real browsers: a link with a password, a frame on another website, and undoing it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

from byline.accounts.models import User
from byline.analytics.sites import service
from byline.analytics.sites.content import General
from byline.analytics.sites.models import Site
from byline.kernel.db import Database
from tests.factories import MakeUser
from tests.journeys.conftest import PATIENCE_MILLISECONDS, OpenBrowser
from tests.journeys.watch import Watch

PASSWORD = "seven small lamps"
numbers = itertools.count()


@pytest.fixture
def owner(site_database: Database) -> User:
    """A member of this test's own."""
    return MakeUser(site_database)(f"sharer{next(numbers)}")


@pytest.fixture
def lamps(site_database: Database, owner: User) -> Site:
    """A site of theirs."""
    with site_database.unit_of_work():
        return service.add(owner.actor, General("Lamps", "https://lamps.example", "UTC"))


@pytest.fixture
def elsewhere(browser: Browser) -> Iterator[Page]:
    """A browser on other websites, which nobody watches: what it is refused stands on its console."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    yield context.new_page()
    context.close()


class Website(HTTPServer):
    """Another website, whose only page shows an address in a frame. It has two names and so two origins."""

    framed = ""


class Frame(BaseHTTPRequestHandler):
    """That page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        framed = self.server.framed  # type: ignore[attr-defined]
        self.wfile.write(f'<title>News</title><iframe src="{framed}" width="800" height="600"></iframe>'.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def website() -> Iterator[Website]:
    """Another website, running."""
    server = Website(("127.0.0.1", 0), Frame)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def share(page: Page, site: Site, name: str, **typed: str) -> str:
    """Make a link in its form; answer its address."""
    page.goto(f"/sites/{site.id}/settings/sharing")
    page.get_by_label("Whom it is for").fill(name)
    for label, value in typed.items():
        page.locator(f"#{label}").fill(value)
    page.get_by_role("button", name="Make a link").click()
    return page.get_by_label(f"Link for {name}").input_value()


@pytest.mark.parametrize("scripts", [True, False], ids=["with script", "without script"])
def test_a_password_opens_a_link_until_it_is_revoked(
    open_browser: OpenBrowser, owner: User, lamps: Site, watch: Watch, scripts: bool
) -> None:
    page = open_browser(owner, width=390, java_script_enabled=scripts)
    address = share(page, lamps, "Investors", password=PASSWORD)
    stranger = open_browser(width=390, java_script_enabled=scripts)
    watch.allow(400, 410)
    stranger.goto(address)
    expect(stranger.get_by_role("heading", name="Lamps")).to_have_count(0)
    stranger.get_by_role("textbox", name="Password").fill("wrong password")
    stranger.get_by_role("button", name="Show the numbers").click()
    expect(stranger.get_by_text("This is not the password of this link.")).to_be_visible()
    stranger.get_by_role("textbox", name="Password").fill(PASSWORD)
    stranger.get_by_role("button", name="Show the numbers").click()
    expect(stranger.get_by_role("heading", name="Lamps")).to_be_visible()
    page.get_by_role("button", name="Revoke").click()
    stranger.reload()
    expect(stranger.get_by_text("This link shows nothing any more.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("works again")).to_be_visible()
    stranger.goto(address)
    expect(stranger.get_by_role("heading", name="Lamps")).to_be_visible()


def test_a_frame_shows_numbers_on_the_named_website_alone(
    open_browser: OpenBrowser, owner: User, lamps: Site, elsewhere: Page, website: Website
) -> None:
    page, port = open_browser(owner), website.server_port
    website.framed = share(page, lamps, "Press", origins=f"http://127.0.0.1:{port}") + "/embed?theme=dark"
    elsewhere.goto(f"http://127.0.0.1:{port}/")
    framed = elsewhere.frame_locator("iframe")
    expect(framed.get_by_role("heading", name="Lamps")).to_be_visible()
    assert elsewhere.context.cookies() == []
    with elsewhere.expect_console_message(lambda message: "frame-ancestors" in message.text):
        elsewhere.goto(f"http://localhost:{port}/")
    expect(elsewhere.frame_locator("iframe").get_by_role("heading", name="Lamps")).to_have_count(0)


def test_no_other_page_can_be_framed(
    open_browser: OpenBrowser, owner: User, lamps: Site, elsewhere: Page, website: Website
) -> None:
    page, port = open_browser(owner), website.server_port
    website.framed = share(page, lamps, "Press", origins=f"http://127.0.0.1:{port}")
    with elsewhere.expect_console_message(lambda message: "frame-ancestors" in message.text):
        elsewhere.goto(f"http://127.0.0.1:{port}/")
    expect(elsewhere.frame_locator("iframe").get_by_role("heading", name="Lamps")).to_have_count(0)
