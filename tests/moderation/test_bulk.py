"""At one stroke: a flood is one line of the queue, is decided about together, and is taken back together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from byline.accounts import arrivals
from byline.accounts.models import User
from byline.comments.models import Comment, CommentState
from byline.kernel import clock
from byline.kernel.errors import Conflict, Invalid, NotAllowed
from byline.moderation import bulk, deciding, queue
from byline.moderation.deciding import DecidedMeanwhile, Wish
from byline.moderation.models import Act, Kind, Matter, Rank
from byline.posts.models import Post
from tests.factories import MakeUser, Outbox
from tests.moderation.conftest import Act as Run
from tests.moderation.conftest import Say

Waiting = Callable[[], list[Matter]]
SCRIPTS = 8


@pytest.fixture
def flood(make_user: MakeUser, say: Say, monkeypatch: pytest.MonkeyPatch, stopped_clock: Any) -> list[User]:
    """More members than usually join within an hour, each with a comment that waits."""
    monkeypatch.setattr(arrivals, "MANY_AN_HOUR", 3)
    monkeypatch.setattr(bulk, "AT_ONCE", 3)
    members = [make_user(f"script{number}", vouched_at=None, member_since=clock.now()) for number in range(SCRIPTS)]
    for number, member in enumerate(members):
        say(member, f"Harmless words of number {number}, seen nowhere else.")
    return members


def bundles(waiting: Waiting) -> set[tuple[str, int]]:
    """The lines of the queue with their ranks."""
    return {(row.bundle, row.rank) for row in waiting()}


def test_what_very_many_newcomers_say_is_one_line_at_the_end(flood: list[User], waiting: Waiting, act: Run) -> None:
    assert bundles(waiting) == {("j:2026031412", Rank.LAST)}
    shown = act(queue.waiting)
    assert [(row.number, row.members) for row in shown.rows] == [(SCRIPTS, SCRIPTS)]


def test_nothing_of_a_flood_reaches_readers(flood: list[User], post: Post, app: Flask) -> None:
    stranger, reached = app.test_client(), []
    address = f"/@ada/{post.slug}"
    for path in ("/", address, f"{address}/comments", "/feed.xml", "/archive", "/search?q=nowhere", "/@ada/followers"):
        page = stranger.get(path).text
        reached += [path] if "Harmless words" in page or "/@script" in page else []
    assert reached == []


def test_those_who_came_before_it_was_a_flood_are_gathered(
    make_user: MakeUser, eve: User, say: Say, waiting: Waiting, monkeypatch: pytest.MonkeyPatch, stopped_clock: Any
) -> None:
    monkeypatch.setattr(arrivals, "MANY_AN_HOUR", 3)
    say(eve, "What a genuine newcomer writes.")
    for number in range(3):
        say(
            make_user(f"script{number}", vouched_at=None, member_since=clock.now()),
            f"Harmless words of number {number}.",
        )
    assert len(bundles(waiting)) == 4
    say(make_user("script3", vouched_at=None, member_since=clock.now()), "Harmless words of the last one.")
    assert bundles(waiting) == {(f"m:{eve.id}", Rank.ORDINARY), ("j:2026031412", Rank.LAST)}


def test_a_member_of_some_standing_is_not_taken_for_the_flood(
    flood: list[User], eve: User, say: Say, waiting: Waiting, act: Run
) -> None:
    say(eve, "What a genuine newcomer writes.")
    assert (f"m:{eve.id}", Rank.ORDINARY) in bundles(waiting)
    assert act(queue.waiting).rows[0].member.id == eve.id


def test_the_same_words_from_many_are_one_line(
    make_user: MakeUser, say: Say, waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("byline.kernel.spam.SUSPECT", 0)
    since = clock.now() - timedelta(days=50)
    for number in range(2):
        say(make_user(f"twin{number}", member_since=since), "The very same words as the other one.")
    kinds = {row.bundle[:2] for row in waiting()}
    assert kinds == {"w:"}
    assert len({row.bundle for row in waiting()}) == 1


def test_only_moderators_decide_at_one_stroke(act: Run, ada: User, flood: list[User]) -> None:
    with pytest.raises(NotAllowed):
        act(bulk.decide_all, ada.actor, "j:2026031412", Wish(Act.SPAM))
    with pytest.raises(NotAllowed):
        act(bulk.undo_all, ada.actor, "none")


@pytest.mark.parametrize(("wish", "reason"), [(Act.SUSPEND, "Why"), (Act.RESTORE, ""), (Act.HIDE, "")])
def test_what_cannot_be_done_with_many_is_refused(
    act: Run, mo: User, flood: list[User], wish: Act, reason: str, waiting: Waiting
) -> None:
    with pytest.raises(Invalid):
        act(bulk.decide_all, mo.actor, "j:2026031412", Wish(wish, reason))
    assert len(waiting()) == SCRIPTS


def test_a_flood_leaves_the_queue_at_once_and_the_worker_carries_on(
    act: Run, mo: User, flood: list[User], waiting: Waiting, outbox: Outbox, read: Run
) -> None:
    outcome = act(bulk.decide_all, mo.actor, "j:2026031412", Wish(Act.SPAM))
    assert (outcome.number, outcome.goes_on) == (SCRIPTS, True)
    assert {rank for _, rank in bundles(waiting)} == {Rank.CLEARING}
    outbox.deliver()
    assert waiting() == []
    assert all(read(User, member.id).expelled_at for member in flood)

    back = act(bulk.undo_all, mo.actor, outcome.batch)
    assert back.number == SCRIPTS
    outbox.deliver()
    assert not any(read(User, member.id).expelled_at for member in flood)
    assert len(waiting()) == SCRIPTS
    with pytest.raises(Conflict):
        act(bulk.undo_all, mo.actor, outcome.batch)


def test_letting_all_through_approves_what_was_held(
    act: Run, mo: User, eve: User, say: Say, read: Run, waiting: Waiting
) -> None:
    said = [say(eve, f"Words number {number} of a newcomer.") for number in range(3)]
    act(bulk.decide_all, mo.actor, f"m:{eve.id}", Wish(Act.KEEP))
    assert {read(Comment, comment.id).state for comment in said} == {CommentState.VISIBLE}
    assert waiting() == []


def test_one_whom_this_moderator_may_not_touch_is_left_for_somebody_else(
    act: Run, mo: User, make_user: MakeUser, post: Post, waiting: Waiting
) -> None:
    from byline.moderation import reporting

    boss = make_user("boss", role="Administrator")
    act(reporting.report, make_user("rita").actor, Kind.MEMBER, boss.id, "spam")
    act(bulk.decide_all, mo.actor, f"m:{boss.id}", Wish(Act.SPAM))
    assert bundles(waiting) == {(f"m:{boss.id}", Rank.ORDINARY)}


def test_the_second_moderator_is_told_who_was_faster(
    act: Run, mo: User, eve: User, make_user: MakeUser, say: Say
) -> None:
    say(eve)
    act(bulk.decide_all, mo.actor, f"m:{eve.id}", Wish(Act.HIDE, "Rude"))
    with pytest.raises(DecidedMeanwhile) as refusal:
        act(bulk.decide_all, make_user("max", role="Moderator").actor, f"m:{eve.id}", Wish(Act.KEEP, seen=0))
    assert "@mo was faster" in refusal.value.message


def test_a_moderator_who_is_none_any_more_stops_the_worker(
    act: Run, mo: User, flood: list[User], waiting: Waiting, outbox: Outbox, app: Flask, make_user: MakeUser
) -> None:
    from byline.accounts import discipline

    act(bulk.decide_all, mo.actor, "j:2026031412", Wish(Act.SPAM))
    act(discipline.suspend, make_user("rooter", role="Administrator").actor, mo.id, "Too hasty")
    outbox.deliver()
    left = waiting()
    assert len(left) == SCRIPTS - 3
    assert {row.rank for row in left} == {Rank.LAST}


def test_an_approval_in_a_flood_is_taken_out_of_it(act: Run, mo: User, flood: list[User], waiting: Waiting) -> None:
    first = waiting()[0]
    act(deciding.decide, mo.actor, Kind.COMMENT, first.subject_id, Wish(Act.APPROVE))
    assert len(waiting()) == SCRIPTS - 1
