"""The order of a reading list by mouse and by keyboard; without scripts there are buttons."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import Page, expect

from byline.accounts.models import User
from byline.kernel.db import Database
from byline.lists import service
from byline.lists.rules import Outline
from tests.factories import MakePost, MakeUser
from tests.journeys.conftest import OpenBrowser
from tests.journeys.watch import Watch

numbers = itertools.count(1)
TITLES = ["Wicks", "Oils", "Lamps"]


@pytest.fixture
def owner(site_database: Database) -> User:
    """Somebody who keeps a list."""
    return MakeUser(site_database)(f"keeper{next(numbers)}")


@pytest.fixture
def address(site_database: Database, owner: User) -> str:
    """Where the order of a list of three posts is changed."""
    make_post = MakePost(site_database, MakeUser(site_database))
    posts = [make_post(owner, title=title) for title in TITLES]
    with site_database.unit_of_work():
        made = service.create(owner.actor, Outline("Light", ""))
        for post in posts:
            service.add(owner.actor, made.id, post.id)
    return f"/lists/{made.id}/edit"


def order(page: Page) -> list[str]:
    """The titles from the top down."""
    return page.locator(".list-line-title a").all_inner_texts()


def test_a_line_is_dragged_to_its_place_and_stays_there(
    open_browser: OpenBrowser, owner: User, address: str, watch: Watch
) -> None:
    page = open_browser(owner)
    page.goto(address)
    before = order(page)
    handles = page.locator("[data-handle]")
    page.locator("[data-order]").evaluate("(list) => list.scrollIntoView({ block: 'center', behavior: 'instant' })")
    start, end = handles.nth(2).bounding_box(), handles.nth(0).bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(end["x"] + 10, end["y"] + 20, steps=5)
    page.mouse.move(end["x"] + 10, end["y"] - 10, steps=5)
    with page.expect_response("**/move"):
        page.mouse.up()
    wanted = [before[2], before[0], before[1]]
    assert order(page) == wanted
    page.reload()
    assert order(page) == wanted


def test_the_arrow_keys_move_a_line_and_say_where_it_is(
    open_browser: OpenBrowser, owner: User, address: str, watch: Watch
) -> None:
    page = open_browser(owner)
    page.goto(address)
    before = order(page)
    page.locator("[data-handle]").nth(0).focus()
    with page.expect_response("**/move"):
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(page.locator("[data-order-said]")).to_have_text(f"{before[0]}: number 3 of 3")
        expect(page.locator(":focus")).to_have_attribute("data-handle", before[0])
    page.reload()
    assert order(page) == [before[1], before[2], before[0]]


def test_without_scripts_there_are_buttons_and_no_handles(
    open_browser: OpenBrowser, owner: User, address: str, watch: Watch
) -> None:
    page = open_browser(owner, java_script_enabled=False)
    page.goto(address)
    before = order(page)
    expect(page.locator("[data-handle]").first).to_be_hidden()
    page.get_by_role("button", name=f"Move {before[2]} up").click()
    assert order(page) == [before[0], before[2], before[1]]
