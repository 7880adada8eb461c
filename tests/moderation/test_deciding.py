"""Deciding and taking back: who may, what it does, that it is written down, that the second moderator is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from byline.accounts.models import LoginSession, User
from byline.comments.models import Comment, CommentState
from byline.kernel import clock
from byline.kernel.access import ANONYMOUS
from byline.kernel.db import Database
from byline.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from byline.moderation import deciding, reporting, undoing
from byline.moderation.deciding import DecidedMeanwhile, Wish
from byline.moderation.models import Act, Decision, Kind, Matter
from byline.posts import queries as posts
from byline.posts.models import Post
from tests.factories import LogIn, MakePost, MakeUser, Outbox
from tests.moderation.conftest import Act as Run
from tests.moderation.conftest import Say

Waiting = Callable[[], list[Matter]]


@pytest.fixture
def decisions(database: Database) -> Callable[[], list[Decision]]:
    """The whole log, oldest first."""

    def rows() -> list[Decision]:
        with database.unit_of_work(write=False) as session:
            return list(session.scalars(select(Decision).order_by(Decision.id)))

    return rows


@pytest.mark.parametrize("wish", list(Act))
def test_nobody_but_moderators_decides(act: Run, ada: User, eve: User, post: Post, wish: Act) -> None:
    for actor in (ada.actor, eve.actor, ANONYMOUS):
        with pytest.raises(NotAllowed):
            act(deciding.decide, actor, Kind.POST, post.id, Wish(wish, "Why"))


def test_what_does_not_exist_is_not_found(act: Run, mo: User) -> None:
    for kind in Kind:
        with pytest.raises(NotFound):
            act(deciding.decide, mo.actor, kind, 4711, Wish(Act.KEEP))


@pytest.mark.parametrize(("kind", "wish"), [(Kind.MEMBER, Act.APPROVE), (Kind.MEMBER, Act.HIDE)])
def test_an_act_that_does_not_fit_is_refused(act: Run, mo: User, post: Post, kind: Kind, wish: Act) -> None:
    with pytest.raises(Invalid):
        act(deciding.decide, mo.actor, kind, post.author_id, Wish(wish, "Why"))


@pytest.mark.parametrize("reason", ["", "  \t ", "x" * 301])
def test_hiding_and_suspending_need_a_reason_that_fits_a_line(act: Run, mo: User, post: Post, reason: str) -> None:
    for wish in (Act.HIDE, Act.SUSPEND):
        with pytest.raises(Invalid) as refusal:
            act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(wish, reason, "1"))
        assert "reason" in refusal.value.fields


def test_a_length_that_is_none_is_refused(act: Run, mo: User, eve: User) -> None:
    with pytest.raises(Invalid) as refusal:
        act(deciding.decide, mo.actor, Kind.MEMBER, eve.id, Wish(Act.SUSPEND, "Why", "forever"))
    assert "days" in refusal.value.fields


def test_moderators_do_not_act_on_one_another_nor_on_themselves(act: Run, mo: User, make_user: MakeUser) -> None:
    other, root = make_user("max", role="Moderator"), make_user("rooter", role="Administrator")
    for wish in (Act.SUSPEND, Act.SPAM):
        for member in (other, root):
            with pytest.raises(NotAllowed):
                act(deciding.decide, mo.actor, Kind.MEMBER, member.id, Wish(wish, "Why", "1"))
        with pytest.raises(Conflict):
            act(deciding.decide, mo.actor, Kind.MEMBER, mo.id, Wish(wish, "Why", "1"))
    act(deciding.decide, root.actor, Kind.MEMBER, other.id, Wish(Act.SUSPEND, "Why", "1"))


def test_a_hidden_post_is_read_by_its_author_and_moderators_alone(
    act: Run, mo: User, ada: User, eve: User, post: Post, log_in: LogIn, client: object
) -> None:
    act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.HIDE, "It gives away an address"))
    address = f"/@ada/{post.slug}"
    assert log_in(eve).get(address).status_code == 404
    assert "It gives away an address" in log_in(ada).get(address).text
    assert log_in(mo).get(address).status_code == 200
    assert "A lamp" not in log_in(eve).get("/").text
    assert "A lamp" not in log_in(eve).get("/tag/light").text


def test_the_author_of_a_hidden_post_cannot_show_it_again(act: Run, mo: User, ada: User, post: Post) -> None:
    from byline.posts import service

    act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.HIDE, "Why"))
    act(service.withdraw, ada.actor, post.id)
    act(service.publish, ada.actor, post.id)
    assert act(posts.by_id, ANONYMOUS, post.id) is None
    assert act(service.unhide, mo.actor, post.id).listed_at is not None


def test_restoring_gives_a_post_back_to_its_lists(act: Run, mo: User, post: Post, read: Run) -> None:
    act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.HIDE, "Why"))
    assert read(Post, post.id).listed_at is None
    act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.RESTORE))
    assert read(Post, post.id).listed_at == post.listed_at
    with pytest.raises(Conflict):
        act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.RESTORE))


def test_a_held_comment_waits_and_is_read_when_it_is_approved(
    act: Run, mo: User, eve: User, say: Say, waiting: Waiting, read: Run
) -> None:
    comment = say(eve)
    assert [(row.kind, row.subject_id, row.cause) for row in waiting()] == [("comment", comment.id, "held")]
    decision = act(deciding.decide, mo.actor, Kind.COMMENT, comment.id, Wish(Act.APPROVE))
    assert read(Comment, comment.id).state == CommentState.VISIBLE
    assert waiting() == []
    assert (decision.act, decision.actor_id, decision.member_id) == ("approve", mo.id, eve.id)


def test_letting_a_held_comment_be_is_approving_it(act: Run, mo: User, eve: User, say: Say, read: Run) -> None:
    comment = say(eve)
    assert act(deciding.decide, mo.actor, Kind.COMMENT, comment.id, Wish(Act.KEEP)).act == Act.APPROVE
    assert read(Comment, comment.id).state == CommentState.VISIBLE


def test_what_the_author_of_a_post_decides_under_it_is_written_down_too(
    act: Run, ada: User, eve: User, say: Say, decisions: Callable[[], list[Decision]], waiting: Waiting
) -> None:
    from byline.comments import service

    comment = say(eve)
    act(service.hide, ada.actor, comment.id, reason="Off the subject")
    assert [(row.act, row.actor_id, row.reason) for row in decisions()] == [("hide", ada.id, "Off the subject")]
    assert waiting() == []


def test_a_comment_that_its_author_took_back_leaves_the_queue(act: Run, eve: User, say: Say, waiting: Waiting) -> None:
    from byline.comments import service

    comment = say(eve)
    act(service.delete, eve.actor, comment.id)
    assert waiting() == []


def test_every_decision_is_one_entry_with_its_reason(
    act: Run, mo: User, eve: User, say: Say, post: Post, decisions: Callable[[], list[Decision]]
) -> None:
    comment = say(eve)
    act(deciding.decide, mo.actor, Kind.COMMENT, comment.id, Wish(Act.APPROVE))
    act(deciding.decide, mo.actor, Kind.COMMENT, comment.id, Wish(Act.HIDE, "Rude"))
    act(deciding.decide, mo.actor, Kind.COMMENT, comment.id, Wish(Act.RESTORE))
    act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.HIDE, "Stolen"))
    act(deciding.decide, mo.actor, Kind.MEMBER, eve.id, Wish(Act.SUSPEND, "Again", "3"))
    act(deciding.decide, mo.actor, Kind.MEMBER, eve.id, Wish(Act.LIFT))
    act(deciding.decide, mo.actor, Kind.MEMBER, eve.id, Wish(Act.SPAM))
    said = [(row.act, row.reason) for row in decisions()]
    assert said == [
        ("approve", ""),
        ("hide", "Rude"),
        ("restore", ""),
        ("hide", "Stolen"),
        ("suspend", "Again"),
        ("lift", ""),
        ("spam", "Spam"),
    ]


def test_the_second_of_two_moderators_is_told(
    act: Run, mo: User, ada: User, eve: User, make_user: MakeUser, say: Say, read: Run
) -> None:
    max_, comment = make_user("max", role="Moderator"), say(eve)
    act(deciding.decide, mo.actor, Kind.COMMENT, comment.id, Wish(Act.HIDE, "Rude", seen=0))
    with pytest.raises(DecidedMeanwhile) as refusal:
        act(deciding.decide, max_.actor, Kind.COMMENT, comment.id, Wish(Act.APPROVE, seen=0))
    assert "@mo was faster" in refusal.value.message
    assert "Rude" in refusal.value.message
    assert read(Comment, comment.id).state == CommentState.HIDDEN


def test_a_decision_about_the_member_counts_for_what_is_theirs(
    act: Run, mo: User, eve: User, make_user: MakeUser, say: Say
) -> None:
    max_, comment = make_user("max", role="Moderator"), say(eve)
    act(deciding.decide, mo.actor, Kind.COMMENT, comment.id, Wish(Act.SPAM, seen=0))
    with pytest.raises(DecidedMeanwhile):
        act(deciding.decide, max_.actor, Kind.COMMENT, comment.id, Wish(Act.APPROVE, seen=0))


def test_a_double_click_is_one_decision(
    act: Run, mo: User, post: Post, decisions: Callable[[], list[Decision]]
) -> None:
    once = act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.HIDE, "Why", seen=0))
    twice = act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.HIDE, "Why", seen=0))
    assert (once.id, len(decisions())) == (twice.id, 1)


def test_a_suspension_shuts_out_and_ends_by_itself(
    act: Run, mo: User, eve: User, log_in: LogIn, read: Run, outbox: Outbox, database: Database, stopped_clock: object
) -> None:
    browser = log_in(eve)
    act(deciding.decide, mo.actor, Kind.MEMBER, eve.id, Wish(Act.SUSPEND, "Rude again and again", "3"))
    assert browser.get("/settings/profile").status_code in (302, 401)
    with database.unit_of_work(write=False) as session:
        assert session.scalar(select(LoginSession.id).where(LoginSession.user_id == eve.id)) is None
    assert read(User, eve.id).suspended_until == clock.now() + timedelta(days=3)
    letter = outbox.deliver()[-1]
    assert letter["To"] == eve.email
    assert "Rude again and again" in letter.as_string()
    clock.advance(3 * 86400 + 1)
    outbox.deliver()
    assert read(User, eve.id).suspended_at is None


def test_somebody_whose_time_is_over_may_log_in_before_the_worker_looks(
    act: Run, mo: User, eve: User, stopped_clock: object, app: Flask
) -> None:
    from tests.factories import PASSWORD

    act(deciding.decide, mo.actor, Kind.MEMBER, eve.id, Wish(Act.SUSPEND, "Why", "1"))
    browser = app.test_client()
    given = {"email": "eve", "password": PASSWORD}
    refused = browser.post("/auth/login", data=given)
    assert refused.status_code == 403
    assert "until 15 March 2026" in refused.text
    assert "/auth/appeal/" in refused.text
    clock.advance(86400 + 1)
    assert browser.post("/auth/login", data=given).status_code == 302


def test_a_longer_suspension_takes_the_place_of_the_first(
    act: Run, mo: User, eve: User, read: Run, outbox: Outbox, stopped_clock: object
) -> None:
    act(deciding.decide, mo.actor, Kind.MEMBER, eve.id, Wish(Act.SUSPEND, "Why", "1"))
    act(deciding.decide, mo.actor, Kind.MEMBER, eve.id, Wish(Act.SUSPEND, "More", "7"))
    clock.advance(2 * 86400)
    outbox.deliver()
    assert read(User, eve.id).suspension_reason == "More"


@pytest.mark.parametrize("kind", [Kind.POST, Kind.COMMENT])
def test_hiding_is_taken_back_and_what_was_reported_waits_again(
    act: Run, mo: User, eve: User, ada: User, make_user: MakeUser, say: Say, post: Post, waiting: Waiting, kind: Kind
) -> None:
    comment = say(eve)
    act(deciding.decide, mo.actor, Kind.COMMENT, comment.id, Wish(Act.APPROVE))
    number = post.id if kind is Kind.POST else comment.id
    act(reporting.report, make_user("rita").actor, kind, number, "spam")
    decision = act(deciding.decide, mo.actor, kind, number, Wish(Act.HIDE, "Why"))
    assert waiting() == []
    act(undoing.undo, mo.actor, decision.id)
    assert [(row.kind, row.reports) for row in waiting()] == [(kind, 1)]


def test_an_approval_taken_back_holds_the_comment_again(
    act: Run, mo: User, eve: User, say: Say, read: Run, waiting: Waiting
) -> None:
    comment = say(eve)
    decision = act(deciding.decide, mo.actor, Kind.COMMENT, comment.id, Wish(Act.APPROVE))
    act(undoing.undo, mo.actor, decision.id)
    assert read(Comment, comment.id).state == CommentState.HELD
    assert len(waiting()) == 1


def test_a_decision_is_taken_back_once_and_the_second_is_told(
    act: Run, mo: User, post: Post, make_user: MakeUser
) -> None:
    max_ = make_user("max", role="Moderator")
    decision = act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.HIDE, "Why"))
    act(undoing.undo, mo.actor, decision.id)
    assert act(undoing.undo, mo.actor, decision.id).id == decision.id
    with pytest.raises(Conflict):
        act(undoing.undo, max_.actor, decision.id)


def test_what_was_decided_since_is_taken_back_first(act: Run, mo: User, post: Post) -> None:
    first = act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.HIDE, "Why"))
    second = act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.RESTORE))
    with pytest.raises(Conflict):
        act(undoing.undo, mo.actor, first.id)
    act(undoing.undo, mo.actor, second.id)
    act(undoing.undo, mo.actor, first.id)


def test_a_suspension_taken_back_gives_back_the_one_before(
    act: Run, mo: User, eve: User, read: Run, stopped_clock: object
) -> None:
    act(deciding.decide, mo.actor, Kind.MEMBER, eve.id, Wish(Act.SUSPEND, "Short", "7"))
    second = act(deciding.decide, mo.actor, Kind.MEMBER, eve.id, Wish(Act.SUSPEND, "For good", ""))
    act(undoing.undo, mo.actor, second.id)
    member = read(User, eve.id)
    assert (member.suspension_reason, member.suspended_until) == ("Short", clock.now() + timedelta(days=7))


def test_a_moderator_who_is_none_any_more_takes_nothing_back(act: Run, mo: User, eve: User, post: Post) -> None:
    decision = act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.HIDE, "Why"))
    with pytest.raises(NotAllowed):
        act(undoing.undo, eve.actor, decision.id)


def test_a_post_hidden_while_it_waits_in_the_bin_is_not_found(act: Run, mo: User, make_post: MakePost) -> None:
    binned = make_post(deleted_at=clock.now(), listed_at=None)
    with pytest.raises(NotFound):
        act(deciding.decide, mo.actor, Kind.POST, binned.id, Wish(Act.HIDE, "Why"))
