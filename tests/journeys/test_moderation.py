"""A moderator's day: the queue by keyboard and without script, a spammer removed and brought back, an answer."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from byline.accounts.models import User
from byline.comments import service as comments
from byline.comments.content import Sent
from byline.kernel import clock
from byline.kernel.db import Database
from byline.posts.models import Post
from byline.web import context
from tests.factories import PASSWORD, MakePost, MakeUser
from tests.journeys.conftest import OpenBrowser
from tests.journeys.watch import Watch

numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class People:
    """A moderator, an author with a post, and a newcomer whose first comment waits."""

    moderator: User
    author: User
    newcomer: User
    post: Post
    words: str

    @property
    def path(self) -> str:
        """The address of the post."""
        return f"/@{self.author.username}/{self.post.slug}"

    @property
    def line(self) -> str:
        """The address of the newcomer's line in the queue."""
        return f"/moderation?at=m:{self.newcomer.id}"


@pytest.fixture
def people(twin: Flask, site_database: Database) -> People:
    """People of this journey's own."""
    return met(twin, site_database)


@pytest.fixture
def more_people(twin: Flask, site_database: Database) -> People:
    """And others."""
    return met(twin, site_database)


def met(twin: Flask, site_database: Database) -> People:
    """Make them, and let the newcomer comment, who joined in an hour when few did: many are looked at together."""
    number, make_user = next(numbers), MakeUser(site_database)
    moderator = make_user(f"warden{number}", role="Moderator")
    author = make_user(f"host{number}")
    joined = clock.now() - timedelta(hours=number)
    newcomer = make_user(f"guest{number}", member_since=joined)
    post = MakePost(site_database, make_user)(author, title=f"A lamp of {number} flames")
    words = f"I have {number + 40} lamps like it."
    with twin.test_request_context():
        context.begin(twin)
        with site_database.unit_of_work():
            comments.write(newcomer.actor, post.id, Sent(words, seconds=60))
    return People(moderator, author, newcomer, post, words)


def test_the_queue_is_worked_by_keyboard(open_browser: OpenBrowser, people: People) -> None:
    page, reader = open_browser(people.moderator), open_browser()
    page.goto(people.line)
    expect(page.locator("[data-item]")).to_contain_text(people.words)
    page.keyboard.press("a")
    expect(page.locator(".flashes")).to_contain_text("it was approved")
    reader.goto(people.path)
    expect(reader.get_by_text(people.words)).to_be_visible()

    page.keyboard.press("u")
    expect(page.locator(".flashes")).to_contain_text("Taken back")
    reader.goto(people.path)
    expect(reader.get_by_text(people.words)).to_have_count(0)

    page.goto(people.line)
    page.keyboard.press("h")
    page.keyboard.type("Off the subject")
    page.keyboard.press("Enter")
    expect(page.locator(".flashes")).to_contain_text("it was hidden")
    expect(page.locator(".just-done")).to_contain_text(f"@{people.newcomer.username}")


def test_the_queue_is_worked_without_script_on_a_phone(open_browser: OpenBrowser, people: People) -> None:
    page = open_browser(people.moderator, java_script_enabled=False, width=360)
    page.goto("/moderation")
    page.get_by_role("link", name=people.newcomer.shown_name).first.click()
    page.get_by_placeholder("Why, in one line; the author reads it").fill("Off the subject")
    page.get_by_role("button", name="Hide").click()
    expect(page.locator(".flashes")).to_contain_text("it was hidden")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".flashes")).to_contain_text("Taken back")


def test_lines_are_walked_with_j_and_k(open_browser: OpenBrowser, people: People, more_people: People) -> None:
    assert people.line != more_people.line
    page = open_browser(people.moderator)
    page.goto("/moderation")
    lines = page.locator("[data-line]")
    first = lines.first.get_attribute("data-line")
    page.keyboard.press("j")
    expect(lines.nth(1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("k")
    expect(page.locator("[aria-current=true][data-line]")).to_have_attribute("data-line", first or "")


@pytest.mark.parametrize("script", [True, False])
def test_a_spammer_vanishes_with_everything_and_comes_back(
    open_browser: OpenBrowser, people: People, watch: Watch, *, script: bool
) -> None:
    watch.allow(404)
    reporter = open_browser(people.author, java_script_enabled=script)
    reporter.goto(f"/report/member/{people.newcomer.id}")
    reporter.get_by_label("Spam or advertising").check()
    reporter.get_by_role("button", name="Send the report").click()
    expect(reporter.locator(".flashes")).to_contain_text("Nobody is told who reported it")

    page = open_browser(people.moderator, java_script_enabled=script)
    page.goto(people.line)
    expect(page.locator(".desk-pane")).to_contain_text("Spam")
    expect(page.locator("body")).not_to_contain_text(people.author.username)
    page.get_by_text("Spammer…").click()
    page.get_by_role("button", name="Mark as a spammer").click()
    expect(page.locator(".flashes")).to_contain_text("marked as a spammer")

    reader = open_browser()
    assert profile_status(reader, people) == 404
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".flashes")).to_contain_text("Taken back")
    assert profile_status(reader, people) == 200


def profile_status(reader: Page, people: People) -> int:
    """What the newcomer's profile answers a stranger."""
    answer = reader.goto(f"/@{people.newcomer.username}")
    return answer.status if answer else 0


def test_somebody_who_is_suspended_answers_and_is_let_in(
    open_browser: OpenBrowser, people: People, watch: Watch
) -> None:
    watch.allow(403)
    page = open_browser(people.moderator)
    page.goto(people.line)
    page.locator("summary").filter(has_text="Suspend").click()
    page.locator("#suspend-reason").fill("Rude to everybody")
    page.get_by_role("button", name=f"Suspend @{people.newcomer.username}").click()
    expect(page.locator(".flashes")).to_contain_text("suspended")

    guest = open_browser()
    guest.goto("/auth/login")
    guest.get_by_label("E-mail").fill(people.newcomer.username)
    guest.get_by_label("Password", exact=True).fill(PASSWORD)
    guest.get_by_role("button", name="Log in", exact=True).click()
    guest.get_by_role("link", name="answer the moderators").click()
    expect(guest.locator("main")).to_contain_text("Rude to everybody")
    guest.get_by_label("Your answer").fill("That was my brother at my computer.")
    guest.get_by_role("button", name="Send the answer").click()
    expect(guest.locator("main")).to_contain_text("my brother")

    page.goto("/moderation")
    page.get_by_role("link", name=people.newcomer.shown_name).first.click()
    expect(page.locator(".desk-pane")).to_contain_text("my brother")
    page.keyboard.press("a")
    expect(page.locator(".flashes")).to_contain_text("Given back")
