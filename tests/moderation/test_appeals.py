"""Answers to decisions: only by those whom they are about, also while they are shut out, and answered in turn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from byline.accounts import links
from byline.accounts.links import Purpose
from byline.accounts.models import User
from byline.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from byline.moderation import appeals, deciding
from byline.moderation.deciding import DecidedMeanwhile, Wish
from byline.moderation.models import Act, Cause, Decision, Kind, Matter, Rank
from byline.posts.models import Post
from tests.factories import LogIn, MakeUser, Outbox
from tests.moderation.conftest import Act as Run

Waiting = Callable[[], list[Matter]]


@pytest.fixture
def hidden(act: Run, mo: User, post: Post) -> Decision:
    """A decision about a post of ada's."""
    decision: Decision = act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.HIDE, "Stolen"))
    return decision


def test_only_whom_it_is_about_answers(act: Run, mo: User, eve: User, hidden: Decision) -> None:
    for actor in (mo.actor, eve.actor):
        with pytest.raises(NotFound):
            act(appeals.reply, actor, hidden.id, "It is mine")


@pytest.mark.parametrize("text", ["", " \n ", "x" * 2001])
def test_an_answer_says_something_and_not_too_much(act: Run, ada: User, hidden: Decision, text: str) -> None:
    with pytest.raises(Invalid):
        act(appeals.reply, ada.actor, hidden.id, text)


def test_what_stands_no_more_or_took_nothing_away_is_not_answered(
    act: Run, mo: User, ada: User, post: Post, hidden: Decision
) -> None:
    back = act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.RESTORE))
    with pytest.raises(Conflict):
        act(appeals.reply, ada.actor, back.id, "Thank you")


def test_an_answer_comes_before_everything_else(act: Run, ada: User, hidden: Decision, waiting: Waiting) -> None:
    act(appeals.reply, ada.actor, hidden.id, "It is mine")
    assert [(row.cause, row.rank, row.appealed_id) for row in waiting()] == [(Cause.APPEALED, Rank.APPEAL, hidden.id)]


def test_the_same_words_twice_are_one_answer_and_three_are_enough(
    act: Run, ada: User, hidden: Decision, waiting: Waiting
) -> None:
    for _ in range(2):
        act(appeals.reply, ada.actor, hidden.id, "It is mine")
    for number in range(2):
        act(appeals.reply, ada.actor, hidden.id, f"Once more {number}")
    assert len(waiting()) == 1
    with pytest.raises(Conflict):
        act(appeals.reply, ada.actor, hidden.id, "And again")


@pytest.mark.parametrize("gives_back", [True, False])
def test_a_moderator_gives_it_back_or_lets_it_stand(
    act: Run, mo: User, ada: User, post: Post, hidden: Decision, waiting: Waiting, read: Run, *, gives_back: bool
) -> None:
    act(appeals.reply, ada.actor, hidden.id, "It is mine")
    done = act(appeals.settle, mo.actor, hidden.id, gives_back=gives_back, words="We looked again.", seen=hidden.id)
    assert done.act == (Act.RESTORE if gives_back else Act.UPHOLD)
    assert (read(Post, post.id).hidden_at is None) is gives_back
    assert waiting() == []
    assert [(one.of_moderators, one.text) for one in act(appeals.of_decision, hidden.id)] == [
        (False, "It is mine"),
        (True, "We looked again."),
    ]


def test_the_second_who_settles_it_is_told(
    act: Run, mo: User, ada: User, make_user: MakeUser, hidden: Decision
) -> None:
    act(appeals.reply, ada.actor, hidden.id, "It is mine")
    act(appeals.settle, mo.actor, hidden.id, gives_back=True, seen=hidden.id)
    with pytest.raises(DecidedMeanwhile):
        act(appeals.settle, make_user("max", role="Moderator").actor, hidden.id, gives_back=False, seen=hidden.id)


def test_nobody_else_settles_it(act: Run, ada: User, hidden: Decision) -> None:
    act(appeals.reply, ada.actor, hidden.id, "It is mine")
    with pytest.raises(NotAllowed):
        act(appeals.settle, ada.actor, hidden.id, gives_back=True)


@pytest.mark.parametrize("wish", [Act.SUSPEND, Act.SPAM])
def test_somebody_shut_out_answers_by_a_link_and_is_let_in(
    act: Run, app: Flask, mo: User, eve: User, read: Run, outbox: Outbox, wish: Act, waiting: Waiting
) -> None:
    decision = act(deciding.decide, mo.actor, Kind.MEMBER, eve.id, Wish(wish, "Rude", "7"))
    path = act(links.make, Purpose.APPEAL, eve.fs_uniquifier).removeprefix("http://localhost")
    browser = app.test_client()
    assert "Rude" in browser.get(path).text
    refused = browser.post(path, data={"text": ""})
    assert refused.status_code == 400
    assert browser.post(path, data={"text": "It was my brother"}).status_code == 303
    assert "It was my brother" in browser.get(path).text
    assert [row.appealed_id for row in waiting()] == [decision.id]
    act(appeals.settle, mo.actor, decision.id, gives_back=True, words="Welcome back", seen=decision.id)
    assert read(User, eve.id).may_act
    assert waiting() == []
    assert browser.get(path).status_code == 410


def test_a_link_that_was_not_made_here_opens_nothing(app: Flask) -> None:
    assert app.test_client().get("/auth/appeal/nonsense").status_code == 410


def test_the_page_of_a_decision_names_no_moderator(
    mo: User, ada: User, eve: User, hidden: Decision, log_in: LogIn
) -> None:
    page = log_in(ada).get(f"/decisions/{hidden.id}")
    assert "Stolen" in page.text
    assert "@mo" not in page.text
    assert log_in(eve).get(f"/decisions/{hidden.id}").status_code == 404
    sent = log_in(ada).post(f"/decisions/{hidden.id}", data={"text": "It is mine"})
    assert (sent.status_code, sent.location) == (303, f"/decisions/{hidden.id}")
