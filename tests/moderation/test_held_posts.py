"""Held posts in the queue: found, decided, taken back, told, and gathered when they are a flood."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from byline.accounts import arrivals, invitations, members, vouching
from byline.accounts import cli as accounts_cli
from byline.accounts.models import User
from byline.admin import site_acts
from byline.comments import service as comments
from byline.comments.models import Comment
from byline.comments.trust import ENOUGH
from byline.kernel import clock
from byline.kernel.db import Database
from byline.kernel.errors import Conflict
from byline.kernel.site import HoldPosts, PostPolicy
from byline.moderation import bulk, deciding, queue, undoing
from byline.moderation.deciding import Wish
from byline.moderation.models import Act, Decision, Kind, Matter, Rank
from byline.notifications.models import Notification
from byline.posts import service as posts
from byline.posts.content import Content
from byline.posts.models import Post
from tests.factories import LogIn, MakeUser
from tests.moderation.conftest import Act as Run

Write = Callable[..., Post]


@pytest.fixture
def eve(make_user: MakeUser, act: Run) -> User:
    """A member whom nobody knows, on a site that holds first posts."""
    root = make_user("root", role="Administrator")
    act(site_acts.save, root.actor, PostPolicy(HoldPosts.NEW), 0)
    return make_user("eve", vouched_at=None, member_since=clock.now() - timedelta(days=40))


@pytest.fixture
def write(act: Run) -> Write:
    """Publish as a member does."""

    def publish(member: User, title: str = "On lamps", body: str = "A lamp is not a sun.") -> Post:
        made = act(posts.create, member.actor, Content(title=title, body=body))
        published: Post = act(posts.publish, member.actor, made.id)
        return published

    return publish


def told(database: Database, member: User) -> list[tuple[str, int | None]]:
    with database.unit_of_work(write=False) as session:
        rows = session.execute(select(Notification.act, Notification.post_id).where(Notification.user_id == member.id))
        return [(row[0], row[1]) for row in rows]


def test_a_decided_post_is_not_approved_twice(act: Run, write: Write, eve: User, mo: User, make_user: MakeUser) -> None:
    post, other = write(eve), make_user("jo", role="Moderator")
    act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.APPROVE))
    with pytest.raises(Conflict):
        act(deciding.decide, other.actor, Kind.POST, post.id, Wish(Act.APPROVE))


def test_a_held_post_is_one_line_of_its_members(write: Write, eve: User, waiting: Callable[[], list[Matter]]) -> None:
    write(eve)
    write(eve, "Another", "Other words.")
    found = waiting()
    assert {(one.bundle, one.held_for, one.rank) for one in found} == {(f"m:{eve.id}", "first", Rank.ORDINARY)}
    assert found[0].excerpt.startswith("On lamps")


def test_approval_shows_it_tells_its_author_and_lets_the_next_through(
    act: Run, write: Write, eve: User, mo: User, read: Run, waiting: Callable[[], list[Matter]], database: Database
) -> None:
    post = write(eve)
    act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.APPROVE))
    assert read(Post, post.id).listed_at is not None
    assert told(database, eve) == [("approved", post.id)]
    assert not waiting()
    assert write(eve, "Another", "Other words.").listed_at is not None


def test_a_refused_post_is_hidden_with_a_reason(
    act: Run, write: Write, eve: User, mo: User, read: Run, database: Database
) -> None:
    post = write(eve)
    act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.HIDE, "Advertising"))
    assert read(Post, post.id).hidden_reason == "Advertising"
    assert told(database, eve) == [("hidden", post.id)]
    assert write(eve, "Another", "Other words.").listed_at is None


def test_an_approval_taken_back_holds_the_post_and_knows_its_author_no_more(
    act: Run, write: Write, eve: User, mo: User, read: Run, waiting: Callable[[], list[Matter]]
) -> None:
    post = write(eve)
    decision: Decision = act(deciding.decide, mo.actor, Kind.POST, post.id, Wish(Act.APPROVE))
    act(undoing.undo, mo.actor, decision.id)
    assert read(Post, post.id).listed_at is None
    assert read(User, eve.id).vouched_at is None
    assert [one.subject_id for one in waiting()] == [post.id]


@pytest.mark.parametrize("deed", [posts.withdraw, posts.delete])
def test_what_its_author_takes_back_leaves_the_queue(
    deed: object, act: Run, write: Write, eve: User, waiting: Callable[[], list[Matter]]
) -> None:
    post = write(eve)
    act(deed, eve.actor, post.id)
    assert not waiting()


def test_a_moderator_reads_and_approves_it_in_the_queue(log_in: LogIn, write: Write, eve: User, mo: User) -> None:
    post, browser = write(eve), log_in(mo)
    page = browser.get("/moderation").text
    assert "A lamp is not a sun." in page
    assert "Held: nobody reads it" in page
    assert browser.post(f"/moderation/post/{post.id}/act", data={"act": "approve"}).status_code == 303
    assert "On lamps" in browser.get("/").text
    assert "was approved" in log_in(eve).get("/notifications").text


def test_a_flood_of_posts_is_one_line_and_goes_at_one_stroke(
    monkeypatch: pytest.MonkeyPatch, act: Run, write: Write, mo: User, make_user: MakeUser, database: Database
) -> None:
    monkeypatch.setattr(arrivals, "MANY_AN_HOUR", 3)
    scripts = [make_user(f"script{number}", vouched_at=None) for number in range(5)]
    for number, script in enumerate(scripts):
        write(script, f"Number {number}", f"The {number}th thought about lamps.")
    with database.unit_of_work(write=False):
        page = queue.waiting()
    assert [(row.kind, row.number) for row in page.rows] == [("j", 5)]
    outcome = act(bulk.decide_all, mo.actor, page.rows[0].bundle, Wish(Act.SPAM))
    assert outcome.number == 5
    with database.unit_of_work(write=False) as session:
        assert session.scalars(select(User.username).where(User.expelled_at.is_not(None))).all() != []
        assert session.scalars(select(Post.id).where(Post.listed_at.is_not(None))).all() == []


def test_the_same_advertisement_by_many_is_one_line(
    act: Run, write: Write, make_user: MakeUser, waiting: Callable[[], list[Matter]]
) -> None:
    advertisement = "Buy lamps: https://a.example https://b.example https://c.example https://d.example"
    for number in range(2):
        write(make_user(f"script{number}", vouched_at=None), "Lamps", advertisement)
    bundles = {one.bundle for one in waiting()}
    assert len(bundles) == 1
    assert bundles.pop().startswith("w:")


# Who is known


def test_whom_readers_know_by_their_comments_publishes_at_once(
    act: Run, say: Callable[..., Comment], write: Write, eve: User, mo: User, read: Run
) -> None:
    for number in range(ENOUGH):
        comment = say(eve, f"Thought number {number} about a lamp.")
        if number == 0:
            act(comments.approve, mo.actor, comment.id)
    assert read(User, eve.id).vouched_at is not None
    assert write(eve).listed_at is not None


def test_one_shown_comment_is_not_enough(
    act: Run, say: Callable[..., Comment], write: Write, eve: User, mo: User
) -> None:
    act(comments.approve, mo.actor, say(eve, "A thought.").id)
    assert write(eve).listed_at is None


def test_who_was_invited_made_or_imported_is_known(act: Run, make_user: MakeUser, read: Run, eve: User) -> None:
    root = make_user("host", role="Administrator")

    def invite() -> None:
        invitation, _ = invitations.invite(root.actor)
        invitations.accept(invitation, members.by_username("eve") or eve)

    act(invite)
    assert read(User, eve.id).vouched_at is not None
    imported: User = act(members.make_unclaimed, "Mary Shelley")
    assert imported.vouched_at is not None
    from byline.accounts import roles

    made: User = act(lambda: accounts_cli._create("jo@example.org", "jo", "", roles.default()))
    assert made.vouched_at is not None


def test_knowing_somebody_twice_is_once(act: Run, eve: User) -> None:
    assert act(vouching.vouch, eve.id)
    assert not act(vouching.vouch, eve.id)
    assert not act(vouching.vouch, 10_000_000)
