"""People find each other: they follow, comment, wait for approval, are told, answer, mention, block."""

from __future__ import annotations

import itertools
import re

import pytest
from playwright.sync_api import Page, expect

from byline.accounts import roles
from byline.accounts.models import User
from byline.kernel.db import Database
from byline.posts.models import Post
from tests.factories import MakePost, MakeUser
from tests.journeys.conftest import OpenBrowser
from tests.journeys.test_newcomer import join, letter_link
from tests.running import RunningSite

numbers = itertools.count(1)
BOTH_WAYS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


@pytest.fixture
def author(site_database: Database) -> User:
    """Somebody whose post is read."""
    return MakeUser(site_database)(f"asker{next(numbers)}")


@pytest.fixture
def moderator(site_database: Database) -> User:
    """Somebody who decides."""
    return MakeUser(site_database)(f"arbiter{next(numbers)}", role=roles.MODERATOR)


@pytest.fixture
def post(site_database: Database, author: User) -> Post:
    """A post that invites an answer."""
    return MakePost(site_database, MakeUser(site_database))(author, title=f"A question by {author.username}")


def comment(page: Page, words: str) -> None:
    """Write under the post that is open."""
    page.locator("#comments textarea[name=body]").first.fill(words)
    page.locator("#comments").get_by_role("button", name="Comment", exact=True).click()


def news(page: Page) -> str:
    """What the notifications say, opened from the bar."""
    page.goto("/")
    page.locator("[data-bell]").click()
    return page.get_by_role("main").inner_text()


@BOTH_WAYS
def test_a_newcomer_is_heard(
    open_browser: OpenBrowser, site: RunningSite, author: User, moderator: User, post: Post, scripts: bool
) -> None:
    address = f"/@{author.username}/{post.slug}"
    name = f"caller{next(numbers)}"
    guest = open_browser(java_script_enabled=scripts)
    join(guest, name)
    guest.goto(letter_link(site, f"{name}@example.org", "/auth/confirm/"))

    guest.goto(f"/@{author.username}")
    guest.get_by_role("button", name=re.compile("^Follow")).first.click()
    expect(guest.get_by_role("button", name="Stop following").first).to_be_visible()

    guest.goto(address)
    comment(guest, "A *first* word.")
    expect(guest.locator("#comments")).to_contain_text("Waits for approval")
    stranger = open_browser(java_script_enabled=scripts)
    stranger.goto(address)
    expect(stranger.locator("#comments")).not_to_contain_text("first word")

    judge = open_browser(moderator, java_script_enabled=scripts)
    judge.goto("/moderation")
    judge.locator("[data-line]").filter(has_text=name).click()
    pane = judge.locator("#pane")
    expect(pane).to_contain_text("first word")
    pane.get_by_role("button", name="Approve").click()
    expect(judge.locator("[data-line]").filter(has_text=name)).to_have_count(0)
    stranger.reload()
    expect(stranger.locator("#comments")).to_contain_text("first word")

    host = open_browser(author, java_script_enabled=scripts)
    told = news(host)
    assert "follows you" in told
    assert post.title in told
    host.goto(address)
    host.locator(".remark").filter(has_text="first word").get_by_role("link", name=re.compile("^Reply")).click()
    host.locator("form:has(input[name=parent]:not([value=''])) textarea[name=body]").fill(f"Welcome, @{name}.")
    host.locator("form:has(input[name=parent]:not([value=''])) button[type=submit]").click()
    expect(host.locator("#comments, .comments").first).to_contain_text("Welcome")

    stranger.reload()
    expect(stranger.locator("#comments").get_by_role("link", name=f"@{name}")).to_have_attribute("href", f"/@{name}")
    assert "Welcome" in news(guest)


@BOTH_WAYS
def test_who_is_blocked_is_not_heard(
    open_browser: OpenBrowser, site_database: Database, author: User, post: Post, scripts: bool
) -> None:
    address = f"/@{author.username}/{post.slug}"
    pest = MakeUser(site_database)(f"heckler{next(numbers)}")
    theirs = open_browser(pest, java_script_enabled=scripts)
    theirs.goto(f"/@{author.username}")
    theirs.get_by_role("button", name=re.compile("^Follow")).first.click()
    expect(theirs.get_by_role("button", name="Stop following").first).to_be_visible()
    theirs.goto(address)
    comment(theirs, "Listen to me.")

    host = open_browser(author, java_script_enabled=scripts)
    host.goto(f"/@{pest.username}")
    host.locator("main details.menu > summary").first.click()
    host.get_by_role("button", name="Block").click()
    expect(host.get_by_role("button", name=re.compile("^Unblock")).first).to_be_visible()

    theirs.goto(address)
    expect(theirs.locator("#comments")).to_contain_text("parted ways")
    expect(theirs.locator("#comments textarea")).to_have_count(0)
    theirs.goto(f"/@{author.username}")
    expect(theirs.get_by_role("button", name="Stop following")).to_have_count(0)
    host.goto(address)
    expect(host.locator("#comments")).not_to_contain_text("Listen to me")
