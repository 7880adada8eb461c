"""Members who are left out of lists of people, and addresses that may not come back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from byline.accounts import addresses, barring, links, vouching
from byline.accounts.links import LinkOver, Purpose
from byline.accounts.models import BarredAddress, User
from byline.comments import service as comments
from byline.comments.models import Comment, CommentState
from byline.kernel import clock
from byline.kernel.db import Database
from byline.moderation import deciding, undoing
from byline.moderation.deciding import Wish
from byline.moderation.models import Act, Decision, Kind
from byline.posts import service as posts
from byline.posts.content import Content
from byline.social import queries as social
from byline.social import service as following
from tests.factories import PASSWORD, LogIn, MakeUser, Outbox
from tests.moderation.conftest import Act as Run

SPAM = "CHEAP CHEAP https://a.example https://b.example https://c.example https://d.example"
Say = Callable[..., Comment]


@pytest.fixture
def script(make_user: MakeUser) -> User:
    """A member of today whom nobody knows."""
    return make_user("script", vouched_at=None)


@pytest.fixture
def taken_for_spam(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("byline.kernel.spam.CERTAIN", 50)


def fans(act: Run, member: User) -> tuple[int, list[str]]:
    def read() -> tuple[int, list[str]]:
        return social.counts(member.id).followers, [one.person.username for one in social.followers(member.id).items]

    found: tuple[int, list[str]] = act(read)
    return found


@pytest.mark.usefixtures("taken_for_spam")
def test_a_script_is_in_no_list_of_people(act: Run, say: Say, script: User, ada: User, app: Flask, read: Run) -> None:
    act(following.follow, script.actor, ada.id)
    assert fans(act, ada) == (1, ["script"])
    assert say(script, SPAM).state == CommentState.SPAM
    assert read(User, script.id).apart_at is not None
    assert fans(act, ada) == (0, [])
    stranger = app.test_client()
    assert "@script" not in stranger.get("/search?q=script").text
    assert "@script" not in stranger.get("/@ada/followers").text
    assert 'content="noindex' in stranger.get("/@script").text


@pytest.mark.usefixtures("taken_for_spam")
def test_whom_a_script_follows_from_now_on_is_not_told(act: Run, say: Say, script: User, ada: User) -> None:
    say(script, SPAM)
    act(following.follow, script.actor, ada.id)
    assert fans(act, ada) == (0, [])
    act(following.unfollow, script.actor, ada.id)
    assert fans(act, ada) == (0, [])


@pytest.mark.usefixtures("taken_for_spam")
def test_the_first_thing_that_readers_see_brings_them_back(
    act: Run, say: Say, script: User, ada: User, mo: User, read: Run
) -> None:
    spam = say(script, SPAM)
    act(following.follow, script.actor, ada.id)
    act(comments.approve, mo.actor, spam.id)
    assert read(User, script.id).apart_at is None
    assert fans(act, ada) == (1, ["script"])


@pytest.mark.usefixtures("taken_for_spam")
def test_an_approved_post_brings_them_back(act: Run, say: Say, script: User, mo: User, read: Run) -> None:
    say(script, SPAM)
    post = act(posts.create, script.actor, Content(title="On lamps", body="Words."))
    act(posts.publish, script.actor, post.id)
    assert read(User, script.id).apart_at is not None
    act(posts.approve, mo.actor, post.id)
    assert read(User, script.id).apart_at is None


@pytest.mark.usefixtures("taken_for_spam")
def test_a_moderator_lists_them_by_one_button(log_in: LogIn, say: Say, script: User, mo: User, read: Run) -> None:
    say(script, SPAM)
    browser = log_in(mo)
    assert "No script: list them" in browser.get(f"/moderation/member/{script.id}").text
    assert browser.post(f"/moderation/member/{script.id}/act", data={"act": "keep"}).status_code == 303
    assert read(User, script.id).apart_at is None


@pytest.mark.usefixtures("taken_for_spam")
@pytest.mark.parametrize("who", ["known", "of long standing", "read"])
def test_others_stay_in_lists_whatever_they_send(
    who: str, act: Run, say: Say, make_user: MakeUser, mo: User, read: Run
) -> None:
    given: dict[str, dict[str, Any]] = {
        "known": {},
        "of long standing": {"vouched_at": None, "member_since": clock.now() - vouching.NEW_FOR - timedelta(hours=1)},
        "read": {"vouched_at": None},
    }
    member = make_user("grace", **given[who])
    if who == "read":
        act(comments.approve, mo.actor, say(member, "A thought.").id)
    say(member, SPAM)
    assert read(User, member.id).apart_at is None


# Addresses


@pytest.fixture
def expelled(stopped_clock: datetime, act: Run, make_user: MakeUser, mo: User) -> tuple[User, Decision]:
    spammer = make_user("spammer", email="cheap@lamps.example", vouched_at=None)
    decision: Decision = act(deciding.decide, mo.actor, Kind.MEMBER, spammer.id, Wish(Act.SPAM))
    return spammer, decision


def register(browser: FlaskClient, username: str, email: str) -> tuple[int, str]:
    given = {"email": email, "username": username, "password": PASSWORD, "password_confirm": PASSWORD}
    answer = browser.post("/auth/register", data=given)
    return answer.status_code, browser.get(answer.headers["Location"]).text


def plain(page: str, username: str, email: str) -> str:
    """The words of a page without what differs from visit to visit."""
    main = page.split("<main", maxsplit=1)[1].split("</main>", maxsplit=1)[0]
    words = main.replace(username, "NAME").replace(email, "ADDRESS")
    return "\n".join(line for line in words.splitlines() if "csrf_token" not in line)


@pytest.mark.usefixtures("expelled")
@pytest.mark.parametrize("address", ["cheap@lamps.example", "Cheap+again@lamps.example"])
def test_the_address_of_a_spammer_makes_no_account_and_hears_the_same_words(
    address: str, app: Flask, outbox: Outbox
) -> None:
    outbox.deliver()
    before = len(outbox.messages())
    refused = register(app.test_client(), "marlowe", address)
    assert len(outbox.deliver()) == before
    taken = register(app.test_client(), "gabriel", "other@lamps.example")
    assert len(outbox.deliver()) == before + 1
    assert refused[0] == taken[0] == 302
    assert plain(refused[1], "marlowe", address.casefold()) == plain(taken[1], "gabriel", "other@lamps.example")


def test_a_link_from_before_confirms_nothing(
    act: Run, expelled: tuple[User, Decision], make_user: MakeUser, read: Run
) -> None:
    again = make_user("again", email=None, pending_email="cheap@lamps.example", confirmed=False)

    def confirm() -> None:
        token = links.make(Purpose.CONFIRM, again.fs_uniquifier, "cheap@lamps.example").rsplit("/", 1)[1]
        addresses.confirm(token)

    with pytest.raises(LinkOver):
        act(confirm)
    assert read(User, again.id).confirmed_at is None


def test_a_new_password_is_no_way_around(
    act: Run, expelled: tuple[User, Decision], make_user: MakeUser, outbox: Outbox, app: Flask
) -> None:
    clock.advance(8 * 24 * 3600)
    outbox.deliver()
    make_user("marlowe", email="cheap@lamps.example", confirmed=False)
    before = len(outbox.messages())
    app.test_client().post("/auth/reset", data={"email": "cheap@lamps.example"})
    assert len(outbox.deliver()) == before


def test_only_a_keyed_digest_is_kept_and_forgotten_with_the_expulsion(
    act: Run, expelled: tuple[User, Decision], mo: User, database: Database
) -> None:
    with database.unit_of_work(write=False) as session:
        kept = session.scalars(select(BarredAddress)).all()
    assert [len(one.digest) for one in kept] == [64]
    assert act(barring.is_barred, "cheap@lamps.example")
    act(undoing.undo, mo.actor, expelled[1].id)
    assert not act(barring.is_barred, "cheap@lamps.example")


def test_an_address_stays_barred_when_its_member_is_gone(
    act: Run, expelled: tuple[User, Decision], outbox: Outbox, database: Database
) -> None:
    clock.advance(8 * 24 * 3600)
    outbox.deliver()
    with database.unit_of_work(write=False) as session:
        assert session.get(User, expelled[0].id) is None
        assert session.scalars(select(BarredAddress.user_id)).all() == [None]
    assert act(barring.is_barred, "cheap@lamps.example")
