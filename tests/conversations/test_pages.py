"""Conversations as browsers meet them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from byline.accounts.models import User
from byline.conversations import queries as conversations
from byline.conversations import service
from byline.conversations.models import Message, MessageSettings, Welcome
from byline.kernel import clock
from byline.kernel.db import Database
from byline.web.paging import PAGE_SIZE
from tests.factories import LogIn, MakeUser


@pytest.fixture
def grace(make_user: MakeUser, database: Database) -> User:
    """Somebody to whom everyone may write."""
    member = make_user("grace", name="Grace Hopper")
    welcome(database, member, Welcome.EVERYONE)
    return member


@pytest.fixture
def hers(log_in: LogIn, ada: User) -> FlaskClient:
    """Ada's browser."""
    return log_in(ada)


def test_strangers_are_sent_to_log_in(client: FlaskClient) -> None:
    for address in ("/messages", "/messages/new", "/messages/1", "/settings/messages"):
        assert client.get(address).location.startswith("/auth/login?next=")
    assert client.post("/messages/1", data={"body": "Hello."}).status_code == 401


def test_an_empty_list_offers_the_first_step(hers: FlaskClient) -> None:
    page = hers.get("/messages").text
    assert "No messages yet" in page
    assert 'href="/messages/new"' in page


def test_a_first_message_opens_the_conversation(hers: FlaskClient, database: Database, grace: User) -> None:
    assert 'value="grace"' in hers.get("/messages/new?to=grace").text
    answer = hers.post("/messages/new", data={"to": " @Grace ", "body": "Hello <b>Grace</b>,\nsee https://example.org"})
    assert (answer.status_code, answer.location) == (303, "/messages/1#end")
    page = hers.get("/messages/1").text
    assert "Hello &lt;b&gt;Grace&lt;/b&gt;,\nsee" in page
    assert '<a href="https://example.org" rel="nofollow noopener ugc">' in page
    assert hers.get("/messages/new?to=grace").location == "/messages/1"


@pytest.mark.parametrize(
    ("to", "body", "status", "sentence"),
    [
        ("", "Hello.", 400, "Say to whom this goes."),
        ("nobody-here", "Hello.", 400, "Nobody here has this name."),
        ("a\0b", "Hello.", 400, "Nobody here has this name."),
        ("ada", "Hello.", 400, "You cannot write to yourself."),
        ("barbara", "Hello.", 403, "does not take first messages from you"),
        ("grace", " \n ", 400, "Write something first."),
        ("grace", "x" * 300_000, 400, "300,000 characters"),
    ],
)
def test_a_refused_first_message_comes_back_filled_in(
    hers: FlaskClient, make_user: MakeUser, grace: User, to: str, body: str, status: int, sentence: str
) -> None:
    make_user("barbara")
    answer = hers.post("/messages/new", data={"to": to, "body": body, "form_key": "k"})
    assert answer.status_code == status
    assert sentence in answer.text
    assert body.strip() in answer.text


def test_who_would_be_refused_is_told_before_they_write(hers: FlaskClient, make_user: MakeUser) -> None:
    make_user("barbara")
    page = hers.get("/messages/new?to=barbara").text
    assert "does not take first messages from you" in page
    assert 'name="body"' not in page


def test_an_answer_under_a_block_is_refused_and_not_lost(
    hers: FlaskClient, log_in: LogIn, ada: User, grace: User
) -> None:
    hers.post("/messages/new", data={"to": "grace", "body": "Hello."})
    log_in(grace).post("/@ada/block")
    assert "You cannot write to this member." in hers.get("/messages/1").text
    answer = hers.post("/messages/1", data={"body": "A long and careful answer."})
    assert answer.status_code == 403
    assert "A long and careful answer.</textarea>" in answer.text


def test_nobody_else_opens_a_conversation_by_its_number(
    hers: FlaskClient, log_in: LogIn, make_user: MakeUser, grace: User
) -> None:
    hers.post("/messages/new", data={"to": "grace", "body": "Between us."})
    root = log_in(make_user("root", role="Administrator"))
    for address in ("/messages/1", "/messages/1/text"):
        answer = root.get(address)
        assert answer.status_code == 404
        assert "Between us." not in answer.text
    for address in ("/messages/1", "/messages/1/read", "/messages/1/remove", "/messages/1/bring-back"):
        assert root.post(address, data={"body": "Hello.", "to": "1"}).status_code == 404


def test_opening_a_conversation_changes_nothing_and_the_button_marks_it_read(
    hers: FlaskClient, log_in: LogIn, database: Database, grace: User
) -> None:
    hers.post("/messages/new", data={"to": "grace", "body": "Hello."})
    browser = log_in(grace)
    assert '<span class="visually-hidden">1 unread conversation</span>' in browser.get("/").text
    page = browser.get("/messages/1").text
    assert '<li class="talk-new">New' in page
    assert unread(database, grace) == 1
    answer = browser.post("/messages/1/read", data={"to": "1"})
    assert (answer.status_code, answer.location) == (303, "/messages")
    assert unread(database, grace) == 0
    page = browser.get("/messages/1").text
    assert ('<li class="talk-new">New' in page, "Mark as read" in page) == (False, False)
    assert "unread" not in browser.get("/").text


def test_a_script_that_marks_as_read_gets_no_page(hers: FlaskClient, log_in: LogIn, grace: User) -> None:
    hers.post("/messages/new", data={"to": "grace", "body": "Hello."})
    answer = log_in(grace).post("/messages/1/read", data={"to": "1"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.data) == (204, b"")


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 40])
def test_a_wrong_number_marks_nothing_read(
    hers: FlaskClient, log_in: LogIn, database: Database, grace: User, number: str
) -> None:
    hers.post("/messages/new", data={"to": "grace", "body": "Hello."})
    assert log_in(grace).post("/messages/1/read", data={"to": number}).status_code == 303
    assert unread(database, grace) == 1


def test_a_removed_conversation_can_be_brought_back_from_the_next_page(hers: FlaskClient, grace: User) -> None:
    hers.post("/messages/new", data={"to": "grace", "body": "Hello."})
    hers.post("/messages/1/remove")
    page = hers.get("/messages").text
    assert "No messages yet" in page
    assert 'action="/messages/1/bring-back"' in page
    hers.post("/messages/1/bring-back", data={"to": "0"})
    assert 'href="/messages/1#end"' in hers.get("/messages").text


def test_after_removal_a_new_message_begins_an_empty_page(hers: FlaskClient, grace: User) -> None:
    hers.post("/messages/new", data={"to": "grace", "body": "The old one."})
    hers.post("/messages/1/remove")
    assert hers.get("/messages/new?to=grace").status_code == 200
    hers.post("/messages/new", data={"to": "grace", "body": "The new one."})
    page = hers.get("/messages/1").text
    assert ("The old one." in page, "The new one." in page) == (False, True)


def test_long_conversations_are_read_in_pages(hers: FlaskClient, database: Database, ada: User, grace: User) -> None:
    with database.unit_of_work():
        for number in range(conversations.MESSAGES_A_PAGE + 3):
            service.send(ada.actor, grace.id, f"Word {number:03}.")
    newest = hers.get("/messages/1").text
    assert ("Word 052." in newest, "Word 003." in newest, "Word 002." in newest) == (True, True, False)
    assert newest.index("Word 003.") < newest.index("Word 052.")
    older = hers.get("/messages/1" + newest.split('rel="next" href="', 1)[1].split('"', 1)[0]).text
    assert ("Word 002." in older, "Word 003." in older) == (True, False)
    assert "Later messages" in older


def test_pages_cost_the_same_whatever_their_length(
    hers: FlaskClient,
    log_in: LogIn,
    make_user: MakeUser,
    database: Database,
    queries: Callable[[int], AbstractContextManager[list[str]]],
    ada: User,
    grace: User,
) -> None:
    def cost(address: str) -> int:
        hers.get(address)
        with queries(8) as statements:
            assert hers.get(address).status_code == 200
        return len(statements)

    with database.unit_of_work():
        service.send(ada.actor, grace.id, "First.")
    hers.get("/")
    few = cost("/messages"), cost("/messages/1")
    others = [make_user(f"other{number}") for number in range(PAGE_SIZE)]
    with database.unit_of_work() as session:
        session.add(MessageSettings(user_id=ada.id, welcomes=Welcome.EVERYONE))
        session.flush()
        for other in others:
            service.send(other.actor, ada.id, "Hello.")
            service.send(ada.actor, grace.id, "More.")
    assert (cost("/messages"), cost("/messages/1")) == few


def test_a_conversation_is_saved_as_plain_text(hers: FlaskClient, grace: User) -> None:
    hers.post("/messages/new", data={"to": "grace", "body": "Hello <b>."})
    answer = hers.get("/messages/1/text")
    assert answer.mimetype == "text/plain"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="grace-1.txt"'
    assert "UTC\nHello <b>.\n" in answer.text
    assert "no-store" in answer.headers["Cache-Control"]


def test_who_left_is_named_so_and_cannot_be_answered(hers: FlaskClient, database: Database, grace: User) -> None:
    hers.post("/messages/new", data={"to": "grace", "body": "Hello."})
    with database.unit_of_work() as session:
        session.get_one(User, grace.id).deletion_asked_at = clock.now()
    page = hers.get("/messages/1").text
    assert "Somebody who left" in page
    assert "Grace Hopper" not in page
    assert hers.post("/messages/1", data={"body": "Are you there?"}).status_code == 404


def test_one_chooses_who_may_begin(hers: FlaskClient, database: Database, ada: User) -> None:
    assert 'checked class="check" id="welcomes-1"' in hers.get("/settings/messages").text
    assert hers.post("/settings/messages", data={"welcomes": "nobody"}).location == "/settings/messages"
    assert hers.post("/settings/messages", data={"welcomes": "everyone"}).status_code == 303
    with database.unit_of_work(write=False):
        assert conversations.welcome_of(ada.id) == Welcome.EVERYONE
    answer = hers.post("/settings/messages", data={"welcomes": "friends"})
    assert answer.status_code == 400
    assert "Choose one of the three." in answer.text


def test_a_profile_leads_to_a_message_and_to_a_report(hers: FlaskClient, log_in: LogIn, grace: User) -> None:
    page = hers.get("/@grace").text
    assert 'href="/messages/new?to=grace"' in page
    assert f'href="/report/member/{grace.id}"' in page
    log_in(grace).post("/@ada/block")
    assert 'href="/messages/new?to=grace"' not in hers.get("/@grace").text


def welcome(database: Database, member: User, chosen: Welcome) -> None:
    with database.unit_of_work() as session:
        session.add(MessageSettings(user_id=member.id, welcomes=chosen))


def unread(database: Database, member: User) -> int:
    with database.unit_of_work(write=False) as session:
        assert session.scalar(select(func.count()).select_from(Message))
        return session.scalar(conversations.unread_counted(member.id)) or 0
