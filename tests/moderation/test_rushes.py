"""When a rush begins: what its first ones published waits too, what somebody looked at does not, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from byline.accounts import arrivals, registration, vouching
from byline.accounts.models import User
from byline.accounts.registration import Applicant
from byline.admin import site_acts
from byline.comments import service as comments
from byline.comments.models import Comment, CommentState
from byline.kernel import clock
from byline.kernel.settings import Settings
from byline.kernel.site import CommentPolicy, HoldPosts, PostPolicy
from byline.moderation import bulk, deciding, queue, rushes, undoing
from byline.moderation.deciding import Wish
from byline.moderation.messages import HoldRush
from byline.moderation.models import Act, Decision, Kind, Matter, Rank
from byline.posts import service as posts
from byline.posts.content import Content
from byline.posts.models import Post, PostState
from tests.factories import PASSWORD, LogIn, MakeUser, Outbox
from tests.moderation.conftest import Act as Run
from tests.moderation.conftest import Say

Waiting = Callable[[], list[Matter]]
Rush = Callable[[], None]
BUNDLE = "j:2026031412"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, stopped_clock: Any) -> None:
    """Four an hour are a rush, and the worker goes on after two."""
    monkeypatch.setattr(arrivals, "MANY_AN_HOUR", 3)
    monkeypatch.setattr(rushes, "AT_ONCE", 2)


@pytest.fixture
def free(make_user: MakeUser, act: Run) -> User:
    """An administrator who lets everybody comment at once."""
    root = make_user("root", role="Administrator")
    act(site_acts.save, root.actor, CommentPolicy(hold_first=False), 0)
    return root


@pytest.fixture
def early(make_user: MakeUser) -> list[User]:
    """Three whom nobody knows, and who came before it was a rush."""
    return [make_user(f"early{number}", vouched_at=None) for number in range(3)]


@pytest.fixture
def rush(act: Run, outbox: Outbox) -> Rush:
    """One more registers, and the worker does its work."""

    def one_more() -> None:
        clock.advance(60)
        act(registration.register, Applicant("late@mail.example", "late", PASSWORD, PASSWORD))
        outbox.deliver()

    return one_more


@pytest.fixture
def publish(act: Run) -> Callable[..., Post]:
    """Publish as a member does, in words of their own."""

    def write(member: User, state: PostState = PostState.PUBLISHED, **named: Any) -> Post:
        given = Content(title=f"A lamp of {member.username}", body=f"{member.username} looks at lamps.")
        made = act(posts.create, member.actor, given)
        shown: Post = act(posts.bring_to, member.actor, made.id, state, **named)
        return shown

    return write


Publish = Callable[..., Post]


def test_what_the_first_of_a_rush_published_waits_as_one_line(
    early: list[User], publish: Publish, rush: Rush, read: Run, act: Run
) -> None:
    tomorrow = clock.now() + timedelta(days=1)
    written = [publish(early[0]), publish(early[1], PostState.UNLISTED)]
    written.append(publish(early[2], PostState.SCHEDULED, at=tomorrow))
    assert [one.held_at for one in written] == [None] * 3
    rush()
    stored = [read(Post, one.id) for one in written]
    assert [(one.held_for, one.listed_at) for one in stored] == [("first", None)] * 3
    assert [(row.bundle, row.number) for row in act(queue.waiting).rows] == [(BUNDLE, 3)]


def test_comments_that_nobody_approved_wait_too(
    free: User, early: list[User], say: Say, rush: Rush, read: Run, waiting: Waiting
) -> None:
    said = [say(who, f"{who.username} thinks {number} times of lamps.") for who in early[:2] for number in range(2)]
    assert {one.state for one in said} == {CommentState.VISIBLE}
    rush()
    stored = [read(Comment, one.id) for one in said]
    assert {(one.state, one.shown_at, one.held_for) for one in stored} == {(CommentState.HELD, None, "new-member")}
    assert stored[0].body == said[0].body
    assert {(one.bundle, one.rank) for one in waiting()} == {(BUNDLE, Rank.LAST)}


def test_what_they_say_while_it_lasts_waits_at_once(free: User, early: list[User], say: Say, rush: Rush) -> None:
    rush()
    assert say(early[0], "A thought of the second minute.").state == CommentState.HELD


def test_public_pages_show_nothing_of_it_any_more(
    free: User, early: list[User], say: Say, publish: Publish, rush: Rush, app: Flask, post: Post
) -> None:
    say(early[0], "A thought about wicks.")
    publish(early[0])
    stranger = app.test_client()
    pages = ("/", f"/@ada/{post.slug}", "/@early0", "/feed.xml", "/search?q=looks",
             "/@early0/comments", "/@early0/a-lamp-of-early0")  # fmt: skip

    def showing() -> set[str]:
        words = ("a thought about wicks", "a lamp of early0")
        return {path for path in pages if any(one in stranger.get(path).text.casefold() for one in words)}

    assert len(showing()) == len(pages)
    rush()
    assert showing() == set()


def test_their_authors_are_told_and_still_read_it(
    free: User, early: list[User], say: Say, publish: Publish, rush: Rush, log_in: LogIn
) -> None:
    written, said = publish(early[0]), say(early[0], "A thought about wicks.")
    rush()
    browser = log_in(early[0])
    told = browser.get("/notifications").text
    assert told.count("waits for a moderator now") == 2
    assert "This post waits for approval" in browser.get(f"/@early0/{written.slug}").text
    assert said.body in browser.get("/comments?show=mine").text


def test_whom_somebody_knows_is_left_alone(
    free: User, mo: User, early: list[User], say: Say, publish: Publish, rush: Rush, act: Run, read: Run, post: Post
) -> None:
    known, approved, kept, staff = early[0], early[1], early[2], mo
    written = [publish(who) for who in (known, approved, kept)]
    act(vouching.vouch, known.id)
    hidden = say(approved, "A thought about wicks.")
    act(comments.hide, free.actor, hidden.id, reason="A slip")
    act(comments.restore, free.actor, hidden.id)
    act(deciding.decide, staff.actor, Kind.POST, written[2].id, Wish(Act.KEEP))
    for number in range(4):
        act(registration.register, Applicant(f"l{number}@mail.example", f"late{number}", PASSWORD, PASSWORD))
    rush()
    assert [read(Post, one.id).held_at for one in written] == [None] * 3
    assert read(Comment, hidden.id).state == CommentState.VISIBLE


def test_who_came_in_another_hour_is_left_alone(
    make_user: MakeUser, early: list[User], publish: Publish, rush: Rush, read: Run
) -> None:
    earlier = make_user("eve", vouched_at=None, member_since=clock.now() - timedelta(hours=2))
    written = publish(earlier)
    rush()
    assert read(Post, written.id).listed_at is not None


def test_nobodys_posts_wait_where_the_site_says_so(
    free: User, early: list[User], publish: Publish, rush: Rush, read: Run, act: Run
) -> None:
    act(site_acts.save, free.actor, PostPolicy(HoldPosts.NOBODY), 0)
    written = publish(early[0])
    rush()
    assert read(Post, written.id).listed_at is not None


def test_approval_gives_a_post_back_under_its_moment_and_another_round_leaves_it(
    early: list[User], publish: Publish, rush: Rush, read: Run, act: Run, mo: User, settings: Settings
) -> None:
    written = publish(early[0])
    moment = written.listed_at
    rush()
    clock.advance(600)
    act(deciding.decide, mo.actor, Kind.POST, written.id, Wish(Act.APPROVE))
    assert read(Post, written.id).listed_at == moment
    act(rushes.hold, HoldRush(clock.now().isoformat()), settings)
    assert read(Post, written.id).listed_at == moment


def test_it_is_done_once_however_often_it_is_asked_for(
    free: User,
    early: list[User],
    say: Say,
    publish: Publish,
    rush: Rush,
    waiting: Waiting,
    act: Run,
    settings: Settings,
) -> None:
    publish(early[0])
    say(early[1], "A thought about wicks.")
    rush()
    before = [(one.id, one.subject_id) for one in waiting()]
    act(rushes.hold, HoldRush(clock.now().isoformat()), settings)
    assert [(one.id, one.subject_id) for one in waiting()] == before
    assert len(before) == 2


def test_an_hour_that_is_no_rush_any_more_holds_nothing(
    early: list[User], publish: Publish, read: Run, act: Run, settings: Settings
) -> None:
    written = publish(early[0])
    act(rushes.hold, HoldRush(clock.now().isoformat()), settings)
    assert read(Post, written.id).listed_at is not None


def test_the_whole_line_goes_and_comes_back_at_one_stroke(
    early: list[User], publish: Publish, rush: Rush, read: Run, act: Run, mo: User, outbox: Outbox, waiting: Waiting
) -> None:
    written = [publish(who) for who in early]
    rush()
    outcome = act(bulk.decide_all, mo.actor, BUNDLE, Wish(Act.KEEP))
    outbox.deliver()
    assert outcome.number == 3
    assert all(read(Post, one.id).listed_at for one in written)
    act(bulk.undo_all, mo.actor, outcome.batch)
    outbox.deliver()
    assert not any(read(Post, one.id).listed_at for one in written)
    assert len(waiting()) == 3


def test_an_undone_approval_makes_nobody_known(
    early: list[User], publish: Publish, rush: Rush, read: Run, act: Run, mo: User
) -> None:
    written = publish(early[0])
    decision: Decision = act(deciding.decide, mo.actor, Kind.POST, written.id, Wish(Act.KEEP))
    act(undoing.undo, mo.actor, decision.id)
    rush()
    assert read(Post, written.id).held_at is not None


def test_comments_that_nobody_approved_make_no_newcomer_known(
    free: User, make_user: MakeUser, say: Say, read: Run
) -> None:
    eve = make_user("eve", vouched_at=None)
    old = make_user("old", vouched_at=None, member_since=clock.now() - timedelta(days=40))
    for number in range(6):
        clock.advance(700)
        for who in (eve, old):
            say(who, f"Thought number {number} of {who.username}.")
    assert read(User, eve.id).vouched_at is None
    assert read(User, old.id).vouched_at is not None
