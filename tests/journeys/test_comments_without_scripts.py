"""An author decides about comments under their own post, and a commenter changes theirs, without scripts."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import Locator, Page, expect

from byline.accounts.models import User
from byline.kernel.db import Database
from byline.posts.models import Post
from tests.factories import MakePost, MakeUser
from tests.journeys.conftest import OpenBrowser
from tests.journeys.test_community import comment
from tests.journeys.watch import Watch

numbers = itertools.count(1)


@pytest.fixture
def author(site_database: Database) -> User:
    """Somebody whose post is read."""
    return MakeUser(site_database)(f"plainhost{next(numbers)}")


@pytest.fixture
def guest(site_database: Database) -> User:
    """A member of whom nothing was approved yet."""
    return MakeUser(site_database)(f"plainguest{next(numbers)}")


@pytest.fixture
def post(site_database: Database, author: User) -> Post:
    """A post that invites an answer."""
    return MakePost(site_database, MakeUser(site_database))(author, title=f"Plainly by {author.username}")


def remark(page: Page, words: str) -> Locator:
    """The comment that says so."""
    return page.locator(".remark").filter(has_text=words).first


def test_an_author_approves_and_hides_and_a_commenter_edits(
    open_browser: OpenBrowser, author: User, guest: User, post: Post, watch: Watch
) -> None:
    address = f"/@{author.username}/{post.slug}"
    theirs = open_browser(guest, java_script_enabled=False)
    theirs.goto(address)
    comment(theirs, "The lamp gose out.")
    expect(theirs.locator("#comments")).to_contain_text("Waits for approval")

    host = open_browser(author, java_script_enabled=False)
    host.goto(address)
    remark(host, "gose out").get_by_role("button", name="Approve").first.click()
    stranger = open_browser(java_script_enabled=False)
    stranger.goto(address)
    expect(stranger.locator("#comments")).to_contain_text("gose out")

    theirs.goto(address)
    edit(theirs, "gose out", "The lamp goes out at night.")
    stranger.reload()
    expect(stranger.locator("#comments")).to_contain_text("goes out at night")
    expect(stranger.locator("#comments")).not_to_contain_text("gose")

    host.goto(address)
    hide(host, "goes out at night", "Said before")
    stranger.reload()
    expect(stranger.locator("#comments")).not_to_contain_text("goes out at night")
    theirs.goto("/notifications")
    expect(theirs.get_by_role("main")).to_contain_text("Said before")


def edit(page: Page, words: str, new: str) -> None:
    """Change what one's comment says."""
    choose(page, words, "Edit")
    page.locator("main textarea[name=body]").fill(new)
    page.locator("main form:has(textarea[name=body]) button[type=submit]").first.click()
    expect(page.get_by_role("main")).to_contain_text(new)


def hide(page: Page, words: str, why: str) -> None:
    """Take a comment off the page, and say why."""
    choose(page, words, "Hide")
    page.locator("main input[name=reason], main textarea[name=reason]").fill(why)
    page.get_by_role("main").get_by_role("button", name="Hide").click()
    expect(page.locator("#comments")).not_to_contain_text(words)


def choose(page: Page, words: str, what: str) -> None:
    """Open what can be done with a comment, and choose from it."""
    place = remark(page, words)
    link = place.get_by_role("link", name=what, exact=True).first
    if not link.is_visible():
        place.locator("summary").first.click()
    link.click()
