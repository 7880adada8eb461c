"""Two members and what is between them: following, keeping away, writing, with scripts and without."""

from __future__ import annotations

import contextlib
import itertools
import time

import pytest
from flask import Flask
from itsdangerous import TimestampSigner
from playwright.sync_api import expect

from byline.accounts.models import User
from byline.conversations import queries as conversations
from byline.conversations.models import MessageSettings, Welcome
from byline.kernel.db import Database
from byline.social import queries as social
from tests.cookies import with_token
from tests.factories import MakePost, MakeUser, cookie_of
from tests.journeys.conftest import OpenBrowser
from tests.journeys.watch import Watch

numbers = itertools.count(1)


@pytest.fixture
def two(site_database: Database) -> tuple[User, User]:
    """Somebody who looks around, and somebody to whom everyone may write."""
    make_user, number = MakeUser(site_database), next(numbers)
    one, other = make_user(f"looker{number}"), make_user(f"baker{number}", name=f"Baker {number}")
    with site_database.unit_of_work() as session:
        session.add(MessageSettings(user_id=other.id, welcomes=Welcome.EVERYONE))
    return one, other


def test_a_follow_changes_in_place_and_keeps_the_focus(
    open_browser: OpenBrowser, site_database: Database, two: tuple[User, User]
) -> None:
    one, other = two
    page = open_browser(one)
    page.goto(f"/@{other.username}")
    page.evaluate("window.stayed = true")
    page.get_by_role("button", name=f"Follow {other.name}").click()
    pressed = page.get_by_role("button", name=f"Stop following {other.name}")
    expect(pressed).to_be_focused()
    expect(page.locator(".said")).to_have_text(f"You follow {other.name} now.")
    expect(page.locator("[data-followers]")).to_have_text("1 follower")
    assert page.evaluate("window.stayed") is True
    pressed.click()
    expect(page.locator("[data-followers]")).to_have_text("0 followers")
    with site_database.unit_of_work(write=False):
        assert not social.is_following(one.id, other.id)


def test_a_page_that_was_open_for_too_long_still_follows(
    open_browser: OpenBrowser,
    site_database: Database,
    twin: Flask,
    watch: Watch,
    monkeypatch: pytest.MonkeyPatch,
    two: tuple[User, User],
) -> None:
    one, other = two
    yesterday = int(time.time()) - 24 * 3600
    with monkeypatch.context() as patch:
        patch.setattr(TimestampSigner, "get_timestamp", lambda _signer: yesterday)
        cookie, expired = with_token(twin, cookie_of(twin, one))
    page = open_browser(cookie)
    page.goto(f"/@{other.username}")
    page.evaluate(
        """expired => {
            document.querySelector("meta[name=csrf-token]").content = expired;
            for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = expired;
        }""",
        expired,
    )
    watch.allow(400)
    with page.expect_response(lambda answer: answer.status == 400):
        page.get_by_role("button", name=f"Follow {other.name}").click()
    expect(page.locator(".said")).to_have_text(f"You follow {other.name} now.")
    with site_database.unit_of_work(write=False):
        assert social.is_following(one.id, other.id)
    page.get_by_role("button", name=f"Stop following {other.name}").click()
    expect(page.locator("[data-followers]")).to_have_text("0 followers")


def test_whoever_is_blocked_is_offered_no_follow(open_browser: OpenBrowser, two: tuple[User, User]) -> None:
    one, other = two
    away = open_browser(other)
    away.goto(f"/@{one.username}")
    away.locator("main .menu > summary").click()
    away.get_by_role("button", name="Block").click()
    expect(away.locator(".flashes")).to_contain_text("You blocked")
    page = open_browser(one)
    page.goto(f"/@{other.username}")
    expect(page.locator("h1")).to_have_text(other.name)
    expect(page.get_by_role("button", name="Follow")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False])
def test_two_members_write_to_each_other(
    open_browser: OpenBrowser, site_database: Database, two: tuple[User, User], scripts: bool
) -> None:
    one, other = two
    page = open_browser(one, width=390, java_script_enabled=scripts)
    page.goto(f"/@{other.username}")
    page.locator("main .menu > summary").click()
    page.get_by_role("link", name="Write a message").click()
    page.get_by_label("Message").fill("Is there bread tomorrow?")
    page.get_by_role("button", name="Send message").click()
    expect(page.locator(".talk-words")).to_have_text("Is there bread tomorrow?")

    reader = open_browser(other, java_script_enabled=scripts)
    reader.goto("/")
    reader.get_by_role("link", name="1 unread conversation").click()
    with reader.expect_response("**/read") if scripts else contextlib.nullcontext():
        reader.locator(".talk-name").click()
    if not scripts:
        reader.get_by_role("button", name="Mark as read").click()
    with site_database.unit_of_work(write=False) as session:
        assert session.scalar(conversations.unread_counted(other.id)) == 0
    reader.goto("/messages")
    reader.locator(".talk-name").click()
    reader.get_by_label("Your message").fill("At five.")
    reader.get_by_role("button", name="Send message").click()
    expect(reader.locator(".talk-words").last).to_have_text("At five.")
    page.reload()
    expect(page.locator(".talk-words").last).to_have_text("At five.")


def test_a_name_shows_who_that_is_to_mouse_and_keyboard(
    open_browser: OpenBrowser, site_database: Database, two: tuple[User, User]
) -> None:
    one, other = two
    MakePost(site_database, MakeUser(site_database))(other, title="On crumbs")
    page = open_browser(one)
    page.goto("/")
    name, card = (
        page.locator(f"main .card-post a.author[href='/@{other.username}']").first,
        page.locator(".person-card"),
    )
    name.hover()
    expect(card).to_contain_text("0 followers")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    page.mouse.move(5, 5)
    name.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(card).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(card).to_contain_text("1 follower")
    with site_database.unit_of_work(write=False):
        assert social.is_following(one.id, other.id)
