"""What scripts add to pages that work without them: colours, menus, local time, copied code, a look at a password."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from byline.accounts.models import User
from byline.kernel.db import Database
from tests.factories import MakePost, MakeUser
from tests.journeys.conftest import OpenBrowser
from tests.journeys.watch import Watch

numbers = itertools.count(1)
LATE = datetime(2026, 2, 27, 20, 30, tzinfo=UTC)
CODE = 'print("a lamp")'
GROUND = "getComputedStyle(document.body).backgroundColor"
FIRST_GROUND = """
    addEventListener('DOMContentLoaded', () => { window.firstGround = getComputedStyle(document.body).backgroundColor })
"""


@pytest.fixture
def member(site_database: Database) -> User:
    """Somebody with a post that holds code."""
    return MakeUser(site_database)(f"lampist{next(numbers)}")


@pytest.fixture
def post_path(site_database: Database, member: User) -> str:
    """The address of a post with code, published late in the evening of UTC."""
    make_post = MakePost(site_database, MakeUser(site_database))
    post = make_post(member, title="On lamps", body=f"Look:\n\n```python\n{CODE}\n```", published_at=LATE)
    return f"/@{member.username}/{post.slug}"


def ground(page: Page) -> str:
    """The colour that the page stands on."""
    return str(page.evaluate(GROUND))


def test_chosen_colours_stay_and_never_flash(open_browser: OpenBrowser) -> None:
    page = open_browser(color_scheme="light")
    page.add_init_script(FIRST_GROUND)
    page.goto("/archive")
    by_day = ground(page)
    page.get_by_role("button", name="Dark").click()
    by_night = ground(page)
    assert by_night != by_day
    page.goto("/")
    assert page.evaluate("window.firstGround") == by_night
    assert page.context.cookies() == []
    page.get_by_role("button", name="As on this device").click()
    assert ground(page) == by_day


def test_a_menu_closes_as_menus_do(open_browser: OpenBrowser, member: User) -> None:
    page = open_browser(member)
    page.goto("/archive")
    menu, opener = page.locator(".menu-sheet"), page.locator(".menu > summary")
    opener.click()
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    page.locator("h1").click()
    expect(menu).to_be_hidden()


def test_a_menu_opens_without_scripts(open_browser: OpenBrowser, member: User) -> None:
    page = open_browser(member, java_script_enabled=False)
    page.goto("/archive")
    page.locator(".menu > summary").click()
    page.get_by_role("link", name="Settings").click()
    expect(page.locator("h1")).to_have_text("Profile")


def test_moments_are_shown_in_the_time_of_the_reader(open_browser: OpenBrowser, post_path: str) -> None:
    page = open_browser(timezone_id="Asia/Tokyo")
    page.goto(post_path)
    moment = page.locator(".post-head time")
    expect(moment).to_have_text("28 February 2026")
    expect(moment).to_have_attribute("title", "27 February 2026, 20:30 UTC")


def test_code_is_copied_by_a_button(open_browser: OpenBrowser, post_path: str) -> None:
    page = open_browser(permissions=["clipboard-read", "clipboard-write"])
    page.goto(post_path)
    page.locator(".prose pre").hover()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").strip() == CODE


def test_a_password_may_be_looked_at(open_browser: OpenBrowser) -> None:
    page = open_browser()
    page.goto("/auth/login")
    page.locator("[name=password]").fill("seen by nobody")
    page.get_by_role("button", name="Show password").click()
    expect(page.locator("[name=password]")).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide password").click()
    expect(page.locator("[name=password]")).to_have_attribute("type", "password")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_what_was_wrong_with_a_form_has_the_focus(open_browser: OpenBrowser, watch: Watch, scripts: bool) -> None:
    watch.allow(400)
    page = open_browser(java_script_enabled=scripts)
    page.goto("/auth/login")
    page.locator("[name=email]").fill("nobody@example.org")
    page.locator("[name=password]").fill("not the password")
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("alert").first).to_be_focused()


def test_paper_gets_the_text_alone(open_browser: OpenBrowser, post_path: str) -> None:
    page = open_browser(color_scheme="dark")
    page.goto(post_path)
    page.emulate_media(media="print")
    expect(page.locator(".prose")).to_be_visible()
    expect(page.locator("header.bar")).to_be_hidden()
    expect(page.locator("footer.foot")).to_be_hidden()
    assert ground(page) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("width", [320, 360])
def test_the_narrowest_phone_shows_the_name_of_the_site_beside_three_numbers(
    open_browser: OpenBrowser, member: User, width: int
) -> None:
    page = open_browser(member, width=width)
    page.goto("/")
    page.evaluate(
        """() => {
            const bell = document.querySelector("[data-bell]");
            bell.before(bell.cloneNode(true), bell.cloneNode(true));
            bell.previousElementSibling.previousElementSibling.classList.add("bar-waiting");
            for (const number of document.querySelectorAll(".bell-count")) {
                number.hidden = false;
                number.textContent = "99+";
            }
        }"""
    )
    name = page.locator(".bar-name span")
    expect(name).to_have_text("Byline")
    assert name.evaluate("name => name.scrollWidth <= name.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
