"""A comment written: what is refused, what is held, what is one comment although it was sent twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from byline.accounts.models import User
from byline.comments import content, rules, service
from byline.comments.content import Sent
from byline.comments.models import Comment, CommentState, HeldFor, Thread
from byline.kernel import clock, state
from byline.kernel.access import ANONYMOUS
from byline.kernel.db import Database
from byline.kernel.errors import Invalid, NotAllowed, NotAuthenticated, NotFound, TooMany
from byline.posts import topics
from byline.posts.models import Post, PostState
from byline.social.models import Block
from tests.comments.conftest import Act, MakeComment, SetPolicy, fresh
from tests.factories import MakePost, MakeUser

pytestmark = pytest.mark.usefixtures("policy")


def count(database: Database) -> int:
    with database.unit_of_work(write=False) as session:
        return session.scalar(select(func.count()).select_from(Comment)) or 0


def block(database: Database, one: User, other: User) -> None:
    with database.unit_of_work() as session:
        session.add(Block(blocker_id=one.id, blocked_id=other.id, created_at=clock.now()))


@pytest.mark.parametrize("body", ["", "   \n\t ", "\u200b\u00a0", "\u0301", "x" * 1_000_000, "a\0b", "\ud800"])
def test_what_is_no_comment_is_refused_beside_its_field(
    act: Act, database: Database, make_post: MakePost, reader: User, body: str
) -> None:
    post = make_post()
    with pytest.raises(Invalid) as refusal:
        act(service.write, reader.actor, post.id, Sent(body))
    assert set(refusal.value.fields) == {"body"}
    assert count(database) == 0


def test_the_longest_comment_is_taken(act: Act, make_post: MakePost, reader: User) -> None:
    comment = act(service.write, reader.actor, make_post().id, Sent("x" * content.LONGEST_BODY))
    assert comment.state == CommentState.VISIBLE


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"role": "Reader"}, "may-not-comment"),
        ({"suspended_at": True}, "may-not-comment"),
        ({"confirmed": False}, "not-confirmed"),
    ],
)
def test_who_may_not_comment_is_told_why(
    act: Act, database: Database, make_post: MakePost, make_user: MakeUser, columns: dict[str, object], code: str
) -> None:
    if columns.get("role"):
        from byline.accounts.models import Role

        with database.unit_of_work() as session:
            session.add(Role(name="Reader", permissions=1))
    if columns.get("suspended_at"):
        columns = {"suspended_at": clock.now()}
    someone = make_user("someone", **columns)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed) as refusal:
        act(service.write, someone.actor, make_post().id, Sent("Hello."))
    assert refusal.value.code == code


def test_strangers_are_asked_to_log_in(act: Act, make_post: MakePost) -> None:
    with pytest.raises(NotAuthenticated):
        act(service.write, ANONYMOUS, make_post().id, Sent("Hello."))


@pytest.mark.parametrize("post_state", [PostState.DRAFT, PostState.SCHEDULED, PostState.WITHDRAWN])
def test_a_post_that_readers_do_not_see_takes_no_comments(
    act: Act, make_post: MakePost, ada: User, reader: User, post_state: PostState
) -> None:
    post = make_post(ada, state=post_state)
    with pytest.raises(NotFound):
        act(service.write, reader.actor, post.id, Sent("Hello."))
    with pytest.raises(NotAllowed) as refusal:
        act(service.write, ada.actor, post.id, Sent("Hello."))
    assert refusal.value.code == "post-not-open"


def test_a_post_in_the_bin_takes_no_comments(act: Act, make_post: MakePost, reader: User) -> None:
    with pytest.raises(NotFound):
        act(service.write, reader.actor, make_post(deleted_at=clock.now()).id, Sent("Hello."))


def test_a_closed_thread_takes_no_comments_from_anybody(
    act: Act, make_post: MakePost, make_user: MakeUser, ada: User, reader: User
) -> None:
    post = make_post(ada)
    act(service.close, ada.actor, post.id)
    for person in (reader, ada, make_user("root", role="Administrator")):
        with pytest.raises(NotAllowed) as refusal:
            act(service.write, person.actor, post.id, Sent("Hello."))
        assert refusal.value.code == "comments-closed"
    act(service.reopen, ada.actor, post.id)
    assert act(service.write, reader.actor, post.id, Sent("Hello.")).state == CommentState.VISIBLE


def test_old_posts_close_by_themselves_unless_their_author_opens_them(
    act: Act, policy: SetPolicy, make_post: MakePost, ada: User, reader: User
) -> None:
    policy(closes_after_days=30)
    post = make_post(ada, published_at=clock.now() - timedelta(days=31))
    with pytest.raises(NotAllowed, match="older than 30 days"):
        act(service.write, reader.actor, post.id, Sent("Hello."))
    act(service.reopen, ada.actor, post.id)
    act(service.write, reader.actor, post.id, Sent("Hello."))


def test_only_authors_and_moderators_close_a_thread(
    act: Act, database: Database, make_post: MakePost, make_user: MakeUser, reader: User
) -> None:
    post = make_post()
    with pytest.raises(NotAllowed):
        act(service.close, reader.actor, post.id)
    act(service.close, make_user("mod", role="Moderator").actor, post.id)
    with database.unit_of_work(write=False) as session:
        assert session.get_one(Thread, post.id).is_closed


@pytest.mark.parametrize("who", ["author", "co-author"])
@pytest.mark.parametrize("other_way", [False, True])
def test_nobody_comments_under_a_block(
    act: Act, database: Database, make_post: MakePost, make_user: MakeUser, reader: User, who: str, other_way: bool
) -> None:
    author, other = make_user("ada"), make_user("bob")
    post = make_post(author, co_authors=[other])
    apart = author if who == "author" else other
    block(database, *((reader, apart) if other_way else (apart, reader)))
    with pytest.raises(NotAllowed) as refusal:
        act(service.write, reader.actor, post.id, Sent("Hello."))
    assert refusal.value.code == "blocked"


def test_the_comment_of_somebody_apart_cannot_be_answered(
    act: Act, database: Database, make_post: MakePost, make_user: MakeUser, make_comment: MakeComment, reader: User
) -> None:
    other = make_user("bob")
    post = make_post()
    theirs = make_comment(post, other)
    block(database, other, reader)
    with pytest.raises(NotFound):
        act(service.write, reader.actor, post.id, Sent("Hello.", theirs.id))


@pytest.mark.parametrize("gone", [CommentState.HELD, CommentState.HIDDEN, CommentState.DELETED, CommentState.SPAM])
def test_only_what_readers_see_can_be_answered(
    act: Act, make_post: MakePost, make_comment: MakeComment, reader: User, gone: CommentState
) -> None:
    post = make_post()
    comment = make_comment(post, reader, state=gone)
    with pytest.raises(NotFound):
        act(service.write, reader.actor, post.id, Sent("Hello.", comment.id))


def test_a_comment_under_another_post_cannot_be_answered_here(
    act: Act, make_post: MakePost, make_comment: MakeComment, reader: User
) -> None:
    elsewhere = make_comment(make_post(), reader)
    with pytest.raises(NotFound):
        act(service.write, reader.actor, make_post().id, Sent("Hello.", elsewhere.id))


def test_a_double_click_makes_one_comment(act: Act, database: Database, make_post: MakePost, reader: User) -> None:
    post = make_post()
    first = act(service.write, reader.actor, post.id, Sent("Well said."))
    second = act(service.write, reader.actor, post.id, Sent("Well said.\r\n"))
    assert first.id == second.id
    assert count(database) == 1


def test_the_same_words_elsewhere_are_another_comment(
    act: Act, database: Database, make_post: MakePost, ada: User, reader: User
) -> None:
    post = make_post(ada)
    root = act(service.write, reader.actor, post.id, Sent("Yes."))
    act(service.write, reader.actor, post.id, Sent("Yes.", root.id))
    act(service.write, ada.actor, post.id, Sent("Yes."))
    assert count(database) == 3


def test_a_comment_that_is_read_renews_the_pages_and_a_held_one_does_not(
    act: Act, database: Database, policy: SetPolicy, make_post: MakePost, reader: User
) -> None:
    post = make_post()

    def version() -> int:
        with database.unit_of_work(write=False):
            return state.topic_version(topics.of_post(post.id))

    before = version()
    act(service.write, reader.actor, post.id, Sent("Well said."))
    assert version() == before + 1
    policy(held_words=("lamp",))
    act(service.write, reader.actor, post.id, Sent("A lamp."))
    assert version() == before + 1


@pytest.mark.parametrize(
    ("rule", "body", "reason"),
    [
        ({"hold_first": True}, "Hello.", HeldFor.FIRST),
        ({"hold_new_member_days": 400}, "Hello.", HeldFor.NEW_MEMBER),
        (
            {"most_links": 0},
            "I wrote more about it here, with all of the figures: https://example.org/a",
            HeldFor.LINKS,
        ),
        ({"held_words": ("Cheap  Lamps",)}, "Buy CHEAP\nlamps", HeldFor.WORDS),
        ({}, "http://a.example http://b.example http://c.example http://d.example", HeldFor.SPAM),
    ],
)
def test_a_rule_holds_a_comment_and_keeps_its_words(
    act: Act,
    database: Database,
    policy: SetPolicy,
    make_post: MakePost,
    reader: User,
    rule: dict[str, object],
    body: str,
    reason: HeldFor,
) -> None:
    policy(**rule)
    comment = fresh(database, act(service.write, reader.actor, make_post().id, Sent(body)).id)
    assert (comment.state, comment.held_for, comment.body) == (CommentState.HELD, reason, body)
    assert comment.shown_at is None
    assert comment.placed_at is None


def test_whoever_was_approved_once_is_not_held_as_a_newcomer(
    act: Act, policy: SetPolicy, make_post: MakePost, ada: User, reader: User
) -> None:
    policy(hold_first=True)
    post = make_post(ada)
    first = act(service.write, reader.actor, post.id, Sent("Hello."))
    act(service.approve, ada.actor, first.id)
    assert act(service.write, reader.actor, post.id, Sent("Again.")).state == CommentState.VISIBLE


def test_authors_and_moderators_wait_for_nobody(
    act: Act, policy: SetPolicy, make_post: MakePost, make_user: MakeUser, ada: User
) -> None:
    policy(hold_first=True, hold_new_member_days=9, held_words=("lamp",))
    bob = make_user("bob")
    post = make_post(ada, co_authors=[bob])
    for person in (ada, bob, make_user("mod", role="Moderator")):
        comment = act(service.write, person.actor, post.id, Sent(f"A lamp of {person.username}."))
        assert comment.state == CommentState.VISIBLE


def test_comments_under_ones_own_posts_earn_no_trust(
    act: Act, policy: SetPolicy, make_post: MakePost, reader: User
) -> None:
    policy(hold_first=True)
    act(service.write, reader.actor, make_post(reader).id, Sent("Hello myself."))
    assert act(service.write, reader.actor, make_post().id, Sent("Hello.")).state == CommentState.HELD


def test_what_is_certainly_spam_takes_nobodys_time(
    act: Act, database: Database, make_post: MakePost, reader: User
) -> None:
    sent = Sent("Best prices http://a.example http://b.example", trap="yes", seconds=0.2)
    comment = fresh(database, act(service.write, reader.actor, make_post().id, sent).id)
    assert comment.state == CommentState.SPAM
    assert comment.body.startswith("Best prices")


def test_only_so_many_comments_of_one_member_wait(
    act: Act, policy: SetPolicy, make_post: MakePost, reader: User
) -> None:
    policy(held_words=("lamp",))
    post = make_post()
    for number in range(rules.MOST_WAITING):
        act(service.write, reader.actor, post.id, Sent(f"Lamp {number}."))
    with pytest.raises(TooMany) as refusal:
        act(service.write, reader.actor, post.id, Sent("One more lamp."))
    assert refusal.value.code == "too-many-waiting"


def test_sixty_levels_become_a_few_and_nothing_is_lost(
    act: Act, database: Database, make_post: MakePost, reader: User
) -> None:
    post = make_post()
    parent = None
    for number in range(60):
        comment = act(service.write, reader.actor, post.id, Sent(f"Level {number}.", parent))
        parent = comment.id
    with database.unit_of_work(write=False) as session:
        rows = session.scalars(select(Comment).order_by(Comment.path)).all()
        assert [row.body for row in rows] == [f"Level {number}." for number in range(60)]
        assert max(row.depth for row in rows) == 3
        assert rows[0].shown_below == 59


def test_an_edit_passes_the_same_gates(
    act: Act, database: Database, policy: SetPolicy, make_post: MakePost, reader: User
) -> None:
    post = make_post()
    comment = act(service.write, reader.actor, post.id, Sent("Hello."))
    policy(held_words=("lamp",))
    act(service.edit, reader.actor, comment.id, "Buy a lamp.")
    kept = fresh(database, comment.id)
    assert (kept.state, kept.body, kept.shown_at) == (CommentState.HELD, "Buy a lamp.", None)


def test_a_comment_can_be_changed_for_half_an_hour(
    act: Act, make_post: MakePost, reader: User, stopped_clock: object
) -> None:
    comment = act(service.write, reader.actor, make_post().id, Sent("Hello."))
    clock.advance(29 * 60)
    act(service.edit, reader.actor, comment.id, "Hello there.")
    clock.advance(2 * 60)
    with pytest.raises(NotAllowed) as refusal:
        act(service.edit, reader.actor, comment.id, "Goodbye.")
    assert refusal.value.code == "edit-too-late"


def test_nobody_changes_somebody_elses_words(
    act: Act, make_post: MakePost, make_user: MakeUser, ada: User, reader: User
) -> None:
    comment = act(service.write, reader.actor, make_post(ada).id, Sent("Hello."))
    for person in (ada, make_user("root", role="Administrator")):
        with pytest.raises(NotAllowed):
            act(service.edit, person.actor, comment.id, "Goodbye.")
        with pytest.raises(NotAllowed):
            act(service.delete, person.actor, comment.id)


def test_mentions_are_linked_but_not_under_a_block(
    act: Act, database: Database, make_post: MakePost, make_user: MakeUser, reader: User
) -> None:
    make_user("Bob")
    block(database, make_user("carol"), reader)
    comment = act(service.write, reader.actor, make_post().id, Sent("@bob and @carol"))
    assert fresh(database, comment.id).html == '<p><a class="mention" href="/@Bob">@bob</a> and @carol</p>\n'


def test_a_post_needs_no_rows_before_its_first_comment(act: Act, make_post: MakePost, reader: User) -> None:
    post: Post = make_post(state=PostState.UNLISTED)
    assert act(service.write, reader.actor, post.id, Sent("Found it.")).shown_at is not None
