"""The sign in the bar: how many lines wait, for those alone who decide about them, and for no statement more."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from byline.accounts.models import User
from byline.comments.models import Comment
from byline.kernel import clock
from byline.kernel.db import Database
from byline.moderation import bulk, deciding, sign
from byline.moderation.deciding import Wish
from byline.moderation.models import Act, Kind
from tests import budget
from tests.factories import LogIn, MakeUser
from tests.moderation.conftest import Act as Run
from tests.moderation.conftest import Say

Hold = Callable[[int], list[Comment]]


@pytest.fixture
def hold(make_user: MakeUser, say: Say) -> Hold:
    """Have so many members say something that waits; each is a line."""

    def each(number: int) -> list[Comment]:
        since = clock.now() - timedelta(days=40)
        people = [make_user(f"new{one}", member_since=since) for one in range(number)]
        return [say(who, f"A thought of {who.username}.") for who in people]

    return each


def shown(browser: FlaskClient) -> str:
    """What the sign says to those who hear a page."""
    found = re.search(r"Moderation: ([^<]+)<", browser.get("/").text)
    return found[1] if found else ""


def test_moderators_see_how_many_lines_wait_and_nobody_else_does(
    hold: Hold, log_in: LogIn, mo: User, ada: User, make_user: MakeUser
) -> None:
    assert shown(log_in(mo)) == ""
    hold(3)
    root = make_user("root", role="Administrator")
    assert [shown(log_in(who)) for who in (mo, root, ada)] == ["3 lines wait", "3 lines wait", ""]


def test_it_follows_what_is_decided(hold: Hold, log_in: LogIn, mo: User, act: Run) -> None:
    said, browser = hold(2), log_in(mo)
    assert shown(browser) == "2 lines wait"
    act(deciding.decide, mo.actor, Kind.COMMENT, said[0].id, Wish(Act.APPROVE))
    assert shown(browser) == "1 line waits"
    act(bulk.decide_all, mo.actor, f"m:{said[1].author_id}", Wish(Act.SPAM))
    assert shown(browser) == ""


def test_who_is_leaving_is_not_counted(hold: Hold, log_in: LogIn, mo: User, database: Database) -> None:
    said = hold(2)
    with database.unit_of_work() as session:
        session.get_one(User, said[0].author_id).deletion_asked_at = clock.now()
    assert shown(log_in(mo)) == "1 line waits"


def test_a_suspended_moderator_sees_no_number(hold: Hold, mo: User, database: Database) -> None:
    hold(1)
    with database.unit_of_work() as session:
        assert session.scalar(sign.waiting_counted(mo.id)) == 1
        session.get_one(User, mo.id).suspended_at = clock.now()
        session.flush()
        assert session.scalar(sign.waiting_counted(mo.id)) == 0


def test_it_counts_no_further_than_it_shows(
    hold: Hold, log_in: LogIn, mo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign, "MOST_COUNTED", 2)
    hold(4)
    assert shown(log_in(mo)) == "2 lines or more wait"


def test_it_costs_no_statement_of_its_own(
    hold: Hold, log_in: LogIn, mo: User, make_user: MakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(2)
    moderator, member = log_in(mo), log_in(make_user("jo"))
    for browser in (moderator, member):
        browser.get("/archive")
    with budget.counted() as of_member:
        member.get("/")
    with budget.counted() as of_moderator:
        moderator.get("/")
    assert len(of_moderator) <= len(of_member)
