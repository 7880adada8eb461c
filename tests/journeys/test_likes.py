"""Likes and bookmarks in a real browser: in place with script, by form and back without."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from byline.accounts.models import User
from byline.kernel.db import Database
from byline.posts.models import Post
from byline.reactions.models import PostLike
from tests.factories import MakePost, MakeUser
from tests.journeys.conftest import OpenBrowser
from tests.journeys.watch import Watch

numbers = itertools.count()


@pytest.fixture
def people(site_database: Database) -> tuple[User, User]:
    """A writer and a reader of this test's own."""
    make_user, number = MakeUser(site_database), next(numbers)
    return make_user(f"liked{number}"), make_user(f"liker{number}")


@pytest.fixture
def post(site_database: Database, people: tuple[User, User]) -> Post:
    return MakePost(site_database, MakeUser(site_database))(people[0], title="To be liked")


def address(people: tuple[User, User]) -> str:
    return f"/@{people[0].username}/to-be-liked"


def likers(database: Database, post: Post) -> list[int]:
    with database.unit_of_work(write=False) as session:
        return list(session.scalars(select(PostLike.member_id).where(PostLike.post_id == post.id)))


@pytest.mark.parametrize("scripts", [True, False], ids=["with script", "without script"])
def test_a_reader_likes_keeps_and_takes_back(
    open_browser: OpenBrowser, site_database: Database, people: tuple[User, User], post: Post, scripts: bool
) -> None:
    page: Page = open_browser(people[1], width=390, java_script_enabled=scripts)
    page.goto(address(people))
    for name in ("Like", "Bookmark"):
        button = page.locator("#deeds").get_by_role("button", name=name)
        expect(button).to_have_attribute("aria-pressed", "false")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(page.locator("form[data-busy]")).to_have_count(0)
    assert page.url.endswith(address(people) + ("" if scripts else "#deeds"))
    expect(page.locator("[data-count]").first).to_have_text("1")
    page.goto(address(people))
    expect(page.locator("[data-count]").first).to_have_text("1")
    assert likers(site_database, post) == [people[1].id]
    page.locator("#deeds").get_by_role("button", name="Like").click()
    expect(page.locator("[data-count]").first).to_have_text("")
    expect(page.locator("form[data-busy]")).to_have_count(0)
    page.goto("/bookmarks")
    expect(page.get_by_role("link", name="To be liked")).to_be_visible()


def test_many_quick_presses_end_where_the_button_says(
    open_browser: OpenBrowser, site_database: Database, people: tuple[User, User], post: Post
) -> None:
    page: Page = open_browser(people[1])
    page.goto(address(people))
    button = page.locator("#deeds").get_by_role("button", name="Like")
    for _ in range(7):
        button.click(delay=0)
    expect(page.locator("form[data-busy]")).to_have_count(0)
    pressed = button.get_attribute("aria-pressed") == "true"
    page.reload()
    expect(button).to_have_attribute("aria-pressed", str(pressed).lower())
    assert likers(site_database, post) == ([people[1].id] if pressed else [])


def test_a_refusal_is_said_beside_the_button(
    open_browser: OpenBrowser, site_database: Database, watch: Watch, people: tuple[User, User], post: Post
) -> None:
    page: Page = open_browser(people[1])
    page.goto(address(people))
    watch.allow(404)
    with site_database.unit_of_work() as session:
        session.get_one(Post, post.id).state = "withdrawn"
    button = page.locator("#deeds").get_by_role("button", name="Like")
    button.click()
    expect(page.locator("#deeds [data-said]")).to_have_text("There is no such post.")
    expect(button).to_have_attribute("aria-pressed", "false")


def test_the_address_is_copied(open_browser: OpenBrowser, people: tuple[User, User], post: Post) -> None:
    page: Page = open_browser(permissions=["clipboard-read", "clipboard-write"])
    page.goto(address(people))
    page.locator("#deeds summary").click()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").endswith(address(people))
