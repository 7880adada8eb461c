"""The list, the bell and the choices, as a browser meets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from byline.accounts.models import User
from byline.comments import service as comments
from byline.kernel import clock
from byline.kernel.access import SYSTEM
from byline.kernel.db import Database
from byline.notifications import packing
from byline.notifications.models import MailChoice, Notification
from byline.notifications.queries import MOST_COUNTED
from byline.posts.models import Post
from byline.reactions import service as reactions
from byline.social import service as social
from tests.contracts.world import Snapshot
from tests.factories import LogIn, MakePost, MakeUser
from tests.notifications.conftest import Act, Say

Queries = Callable[[int], AbstractContextManager[list[str]]]
pytestmark = pytest.mark.usefixtures("unlimited")


def bell_of(page: str) -> str:
    """The number on the bell, empty where it is hidden."""
    found = re.search(r"data-bell-count( hidden)?>(\d+\+?)<", page)
    assert found is not None
    return "" if found[1] else found[2]


def count(browser: FlaskClient) -> int:
    answer: int = browser.get("/notifications/count").get_json()["unread"]
    return answer


def test_strangers_are_sent_to_the_log_in_page(client: FlaskClient) -> None:
    assert client.get("/notifications").headers["Location"].startswith("/auth/login")
    assert client.get("/notifications/count", headers={"Accept": "application/json"}).status_code == 401
    assert client.post("/settings/notifications", data={"like": "never"}).status_code in (302, 303, 401)


def test_a_member_without_any_sees_what_will_be_there(ada: User, log_in: LogIn) -> None:
    page = log_in(ada).get("/notifications").text
    assert "Nothing yet" in page
    assert bell_of(page) == ""
    assert "Mark all as read" not in page


def test_the_bell_rings_on_every_page_until_the_list_was_read(
    ada: User, grace: User, post: Post, act: Act, say: Say, log_in: LogIn
) -> None:
    browser = log_in(ada)
    assert bell_of(browser.get("/").text) == ""
    say(grace, post, "Well <b>said</b>.")
    act(social.follow, grace.actor, ada.id)
    assert bell_of(browser.get("/").text) == "2"
    page = browser.get("/notifications").text
    assert bell_of(page) == "2", "looking changes nothing"
    assert page.count("is-unread") == 2
    assert "<strong>Grace Hopper</strong> commented on <cite>Lamps at night</cite>" in page
    assert "Well &lt;b&gt;said&lt;/b&gt;." in page
    (until,) = re.findall(r'name="until" value="([^"]+)"', page)
    answer = browser.post("/notifications/read", data={"until": until}, follow_redirects=True)
    assert "Everything is marked as read." in answer.text
    assert bell_of(answer.text) == ""
    assert "is-unread" not in answer.text
    assert "Grace Hopper" in answer.text


def test_what_came_after_the_page_was_shown_stays_new(
    ada: User, grace: User, post: Post, act: Act, say: Say, log_in: LogIn
) -> None:
    browser = log_in(ada)
    say(grace, post, "First.")
    (until,) = re.findall(r'name="until" value="([^"]+)"', browser.get("/notifications").text)
    say(grace, post, "Second.")
    answer = browser.post("/notifications/read", data={"until": until}, headers={"Accept": "application/json"})
    assert answer.get_json()["unread"] == 1
    assert "Second." in browser.get("/notifications").text


@pytest.mark.parametrize("until", ["", "nonsense", "\0", "A" * 100_000, "💡"])
def test_nonsense_marks_nothing_as_read(ada: User, grace: User, act: Act, log_in: LogIn, until: str) -> None:
    act(social.follow, grace.actor, ada.id)
    browser = log_in(ada)
    assert browser.post("/notifications/read", data={"until": until}).status_code == 400
    assert count(browser) == 1


def test_nobody_marks_for_somebody_else(ada: User, grace: User, barbara: User, act: Act, log_in: LogIn) -> None:
    act(social.follow, grace.actor, ada.id)
    act(social.follow, grace.actor, barbara.id)
    (until,) = re.findall(r'name="until" value="([^"]+)"', log_in(ada).get("/notifications").text)
    log_in(barbara).post("/notifications/read", data={"until": until})
    assert count(log_in(ada)) == 1


def test_an_open_page_asks_without_any_write_and_is_told_that_nothing_changed(
    ada: User, grace: User, act: Act, log_in: LogIn, database: Database, stopped_clock: object
) -> None:
    browser = log_in(ada)
    first = browser.get("/notifications/count")
    assert first.get_json() == {"unread": 0, "most": 99}
    before = Snapshot(database)
    for _ in range(10):
        clock.advance(600)
        again = browser.get("/notifications/count", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    assert before.changes() == [], "not even that the member was seen"
    act(social.follow, grace.actor, ada.id)
    news = browser.get("/notifications/count", headers={"If-None-Match": first.headers["ETag"]})
    assert news.get_json()["unread"] == 1


def test_asking_again_costs_no_statement_while_nobody_commits(
    ada: User, log_in: LogIn, queries: Queries, database: Database
) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL does not tell whether anybody committed")
    browser = log_in(ada)
    browser.get("/notifications/count")
    with queries(0):
        browser.get("/notifications/count")


def test_the_bell_counts_to_ninety_nine(ada: User, log_in: LogIn, database: Database) -> None:
    with database.unit_of_work() as session:
        session.add_all(
            Notification(user_id=ada.id, topic=f"report:{number}", kind="decision", act="looked-at", at=clock.now())
            for number in range(MOST_COUNTED + 20)
        )
    assert bell_of(log_in(ada).get("/").text) == "99+"


def test_pages_of_the_list_follow_one_another_without_gaps(
    ada: User, log_in: LogIn, make_user: MakeUser, act: Act, queries: Queries
) -> None:
    people = [make_user(f"reader{number}") for number in range(45)]
    for person in people:
        act(social.follow, person.actor, ada.id)
    browser, address, seen = log_in(ada), "/notifications", []
    while address:
        page = browser.get(address).text
        seen += re.findall(r"<strong>(reader\d+)</strong>", page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"/notifications{older[1]}" if older else ""
    assert seen == [person.username for person in reversed(people)]


def test_the_list_costs_the_same_for_one_line_and_for_many(
    ada: User,
    grace: User,
    post: Post,
    make_user: MakeUser,
    make_post: MakePost,
    act: Act,
    say: Say,
    log_in: LogIn,
    queries: Queries,
) -> None:
    say(grace, post)
    act(reactions.like_post, grace.actor, post.id)
    browser = log_in(ada)
    browser.get("/")
    with queries(8) as few:
        browser.get("/notifications")
    for number in range(12):
        person, other = make_user(f"reader{number}"), make_post(ada, title=f"Post {number}")
        say(person, other)
        act(reactions.like_post, person.actor, other.id)
        act(social.follow, person.actor, ada.id)
    browser.get("/")
    with queries(8) as many:
        browser.get("/notifications")
    assert len(many) <= len(few)


def test_a_line_about_a_hidden_comment_is_not_on_the_page(
    ada: User, grace: User, post: Post, act: Act, say: Say, log_in: LogIn
) -> None:
    comment = say(grace, post, "Rude words.")
    browser = log_in(ada)
    assert "Rude words." in browser.get("/notifications").text
    act(comments.hide, SYSTEM, comment.id, reason="Rude.")
    assert "Rude words." not in browser.get("/notifications").text


# What comes by mail.


def test_a_member_chooses_how_often_mail_comes(ada: User, log_in: LogIn, database: Database) -> None:
    browser = log_in(ada)
    page = browser.get("/settings/notifications").text
    assert re.search(r'<select[^>]*name="reply"[^>]*>\s*<option selected value="at-once">', page)
    chosen = {"reply": "daily", "posts": "never"}
    answer = browser.post("/settings/notifications", data=chosen, follow_redirects=True)
    assert "Saved." in answer.text
    assert '<option selected value="daily">' in answer.text
    browser.post("/settings/notifications", data={"reply": "weekly"})
    with database.unit_of_work(write=False) as session:
        rows = session.execute(select(MailChoice.kind, MailChoice.pace)).all()
    assert {tuple(row) for row in rows} == {("reply", "weekly"), ("posts", "never")}


@pytest.mark.parametrize(("kind", "pace"), [("reply", "hourly"), ("posts", "at-once"), ("like", ""), ("like", "\0")])
def test_a_pace_that_does_not_exist_is_refused_beside_its_field(
    ada: User, log_in: LogIn, database: Database, kind: str, pace: str
) -> None:
    answer = log_in(ada).post("/settings/notifications", data={kind: pace, "mention": "daily"})
    assert answer.status_code == 400
    assert "Choose one of these." in answer.text
    assert re.search(r'name="mention".*?<option selected value="daily">', answer.text, re.DOTALL), "nothing is lost"
    with database.unit_of_work(write=False) as session:
        assert session.scalars(select(MailChoice.kind)).all() == []


def test_members_take_along_what_they_were_told(
    ada: User, grace: User, post: Post, say: Say, act: Act, database: Database
) -> None:
    say(grace, post)
    act(social.follow, grace.actor, ada.id)
    with database.unit_of_work(write=False):
        name, packed = packing.portion(ada.id)
    assert name == "notifications.json"
    assert isinstance(packed, dict)
    assert [(row["kind"], row["by"], row["post"]) for row in packed["told"]] == [
        ("comment", "grace", "Lamps at night"),
        ("follow", "grace", None),
    ]
    assert packed["mail"]["reply"] == "at-once"
