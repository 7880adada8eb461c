"""Approved, hidden, restored, taken down together, let go: what readers see after each, and what is counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import select

from byline.accounts import leaving
from byline.accounts.leaving_messages import DeleteMember
from byline.accounts.models import User
from byline.comments import packing, queries, rules, service, trust
from byline.comments.content import Sent
from byline.comments.models import Comment, CommentState, CommentVersion
from byline.kernel import bus, clock
from byline.kernel.db import Database
from byline.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from byline.kernel.settings import Settings
from byline.posts.models import Post
from tests.comments.conftest import Act, MakeComment, SetPolicy, fresh
from tests.factories import MakePost, MakeUser

pytestmark = pytest.mark.usefixtures("policy")


@pytest.fixture
def post(make_post: MakePost, ada: User) -> Post:
    return make_post(ada)


@pytest.fixture
def moderator(make_user: MakeUser) -> User:
    return make_user("mod", role="Moderator")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the events that were published."""
    heard: list[str] = []
    publish = bus.publish

    def note(event: object) -> None:
        if type(event).__module__ == "byline.comments.messages":
            heard.append(type(event).__name__)
        publish(event)

    monkeypatch.setattr(bus, "publish", note)
    return heard


def shown(database: Database, post: Post) -> list[str]:
    with database.unit_of_work(write=False) as session:
        query = select(Comment.body).where(Comment.post_id == post.id, Comment.shown_at.is_not(None))
        return list(session.scalars(query.order_by(Comment.id)))


@pytest.mark.parametrize("act_name", ["approve", "hide", "restore", "hold", "hide_all_of", "restore_many"])
def test_only_those_who_may_decide(
    act: Act, make_comment: MakeComment, post: Post, reader: User, act_name: str
) -> None:
    comment = make_comment(post, reader, state=CommentState.HELD)
    calls: Mapping[str, Callable[[], Any]] = {
        "approve": lambda: act(service.approve, reader.actor, comment.id),
        "hide": lambda: act(service.hide, reader.actor, comment.id, reason="No."),
        "restore": lambda: act(service.restore, reader.actor, comment.id),
        "hold": lambda: act(service.hold, reader.actor, comment.id),
        "hide_all_of": lambda: act(service.hide_all_of, reader.actor, reader.id, "No."),
        "restore_many": lambda: act(service.restore_many, reader.actor, [comment.id]),
    }
    with pytest.raises(NotAllowed):
        calls[act_name]()


def test_a_held_comment_does_not_exist_for_others(
    act: Act, make_comment: MakeComment, make_user: MakeUser, post: Post, reader: User
) -> None:
    comment = make_comment(post, reader, state=CommentState.HELD)
    with pytest.raises(NotFound):
        act(service.approve, make_user("bob").actor, comment.id)


def test_approval_shows_a_comment_and_tells_once(
    act: Act, database: Database, policy: SetPolicy, told: list[str], post: Post, ada: User, reader: User
) -> None:
    policy(hold_first=True)
    comment = act(service.write, reader.actor, post.id, Sent("Hello."))
    assert told == ["CommentHeld"]
    act(service.approve, ada.actor, comment.id)
    act(service.approve, ada.actor, comment.id)
    assert told == ["CommentHeld", "CommentApproved", "CommentShown"]
    assert shown(database, post) == ["Hello."]


def test_the_second_who_decides_is_told(
    act: Act, make_comment: MakeComment, post: Post, ada: User, moderator: User, reader: User
) -> None:
    comment = make_comment(post, reader, state=CommentState.HELD)
    act(service.hide, ada.actor, comment.id, reason="Rude.")
    with pytest.raises(Conflict):
        act(service.approve, moderator.actor, comment.id)
    with pytest.raises(Conflict):
        act(service.hide, moderator.actor, comment.id, reason="Rude.")


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 301])
def test_nothing_is_hidden_without_a_reason(
    act: Act, make_comment: MakeComment, post: Post, ada: User, reader: User, reason: str
) -> None:
    comment = make_comment(post, reader)
    with pytest.raises(Invalid) as refusal:
        act(service.hide, ada.actor, comment.id, reason=reason)
    assert set(refusal.value.fields) == {"reason"}


def test_hiding_and_restoring_keep_the_words(
    act: Act, database: Database, told: list[str], make_comment: MakeComment, post: Post, ada: User, reader: User
) -> None:
    comment = make_comment(post, reader, "Hello.")
    act(service.hide, ada.actor, comment.id, reason="Rude.")
    assert shown(database, post) == []
    assert fresh(database, comment.id).reason == "Rude."
    act(service.restore, ada.actor, comment.id)
    assert shown(database, post) == ["Hello."]
    assert told == ["CommentShown", "CommentHidden", "CommentRestored", "CommentShown"]


def test_what_was_never_read_waits_again_when_it_is_restored(
    act: Act, database: Database, make_comment: MakeComment, post: Post, ada: User, reader: User
) -> None:
    comment = make_comment(post, reader, state=CommentState.HELD)
    act(service.hide, ada.actor, comment.id, reason="Rude.")
    act(service.restore, ada.actor, comment.id)
    assert fresh(database, comment.id).state == CommentState.HELD
    assert shown(database, post) == []


def test_an_author_does_not_bring_back_what_a_moderator_hid(
    act: Act, database: Database, make_comment: MakeComment, post: Post, ada: User, moderator: User, reader: User
) -> None:
    comment = make_comment(post, reader)
    act(service.hide, moderator.actor, comment.id, reason="Rude.")
    with pytest.raises(NotAllowed):
        act(service.restore, ada.actor, comment.id)
    act(service.restore, moderator.actor, comment.id)
    assert shown(database, post) == ["Well said."]


def test_an_author_does_not_let_spam_through(
    act: Act, make_comment: MakeComment, post: Post, ada: User, moderator: User, reader: User
) -> None:
    comment = make_comment(post, reader, state=CommentState.SPAM)
    with pytest.raises(NotAllowed):
        act(service.approve, ada.actor, comment.id)
    assert act(service.approve, moderator.actor, comment.id).state == CommentState.VISIBLE


def test_an_approval_can_be_taken_back(
    act: Act, database: Database, make_comment: MakeComment, post: Post, moderator: User, reader: User
) -> None:
    comment = make_comment(post, reader)
    act(service.hold, moderator.actor, comment.id)
    assert shown(database, post) == []
    act(service.approve, moderator.actor, comment.id)
    assert shown(database, post) == ["Well said."]


def test_a_spammers_comments_go_together_and_come_back_as_they_were(
    act: Act,
    database: Database,
    make_comment: MakeComment,
    make_post: MakePost,
    post: Post,
    moderator: User,
    reader: User,
) -> None:
    other = make_post()
    kept = [
        make_comment(post, reader, "One."),
        make_comment(other, reader, "Two."),
        make_comment(other, reader, "Three.", state=CommentState.HELD),
    ]
    gone = make_comment(post, reader, "Four.", state=CommentState.HIDDEN)
    ids = act(service.hide_all_of, moderator.actor, reader.id, "Spam.")
    assert ids == [comment.id for comment in kept]
    assert shown(database, post) == shown(database, other) == []
    again = act(service.restore_many, moderator.actor, [*ids, gone.id, 9_999_999])
    assert again == ids
    assert [fresh(database, comment.id).state for comment in kept] == ["visible", "visible", "held"]
    assert fresh(database, gone.id).state == CommentState.HIDDEN
    assert shown(database, post) == ["One."]


def test_what_its_author_deleted_meanwhile_does_not_come_back(
    act: Act, database: Database, make_comment: MakeComment, post: Post, moderator: User, reader: User
) -> None:
    comment = make_comment(post, reader)
    ids = act(service.hide_all_of, moderator.actor, reader.id, "Spam.")
    act(service.delete, reader.actor, comment.id)
    assert act(service.restore_many, moderator.actor, ids) == []
    assert fresh(database, comment.id).body == ""


def test_what_stands_below_is_counted_whatever_happens_to_it(
    act: Act, database: Database, make_comment: MakeComment, post: Post, ada: User, reader: User
) -> None:
    first = make_comment(post, reader, "One.")
    second = make_comment(post, ada, "Two.", parent=first)
    third = make_comment(post, reader, "Three.", parent=second)

    def below() -> list[int]:
        return [fresh(database, one.id).shown_below for one in (first, second, third)]

    assert below() == [2, 1, 0]
    act(service.hide, ada.actor, second.id, reason="Wrong.")
    assert below() == [1, 1, 0]
    assert fresh(database, second.id).placed_at is not None
    act(service.delete, reader.actor, third.id)
    assert below() == [0, 0, 0]
    assert fresh(database, second.id).placed_at is None
    act(service.restore, ada.actor, second.id)
    assert below() == [1, 0, 0]


def test_deleting_forgets_the_words_and_those_before(
    act: Act, database: Database, make_comment: MakeComment, post: Post, reader: User
) -> None:
    comment = make_comment(post, reader, "Words I regret.")
    act(service.edit, reader.actor, comment.id, "Words I regret less.")
    act(service.delete, reader.actor, comment.id)
    kept = fresh(database, comment.id)
    assert (kept.state, kept.body, kept.html, kept.digest) == ("deleted", "", "", "")
    with database.unit_of_work(write=False) as session:
        assert session.scalars(select(CommentVersion)).all() == []


def test_a_suspended_member_may_still_take_words_back(
    act: Act, database: Database, make_comment: MakeComment, post: Post, reader: User
) -> None:
    comment = make_comment(post, reader)
    with database.unit_of_work() as session:
        session.merge(reader).suspended_at = clock.now()
        suspended = session.get_one(User, reader.id).actor
    act(service.delete, suspended, comment.id)
    assert shown(database, post) == []


def test_comments_go_and_come_with_a_member_who_leaves_and_stays(
    act: Act, database: Database, make_comment: MakeComment, post: Post, ada: User, reader: User, app: Any
) -> None:
    first = make_comment(post, reader, "One.")
    make_comment(post, ada, "Two.", parent=first)
    with app.app_context():
        act(leaving.ask, reader.actor, reader.id)
    assert shown(database, post) == ["Two."]
    assert fresh(database, first.id).placed_at is not None
    with app.app_context():
        act(leaving.cancel, reader.actor, reader.id)
    assert shown(database, post) == ["One.", "Two."]


def test_a_deleted_member_leaves_only_places(
    act: Act,
    database: Database,
    settings: Settings,
    make_comment: MakeComment,
    post: Post,
    ada: User,
    reader: User,
    app: Any,
) -> None:
    first = make_comment(post, reader, "One.")
    make_comment(post, ada, "Two.", parent=first)
    with app.app_context():
        act(leaving.ask, reader.actor, reader.id)
        with clock.frozen(clock.now() + leaving.GRACE * 1.1):
            act(leaving.delete_due, DeleteMember(reader.id), settings)
    kept = fresh(database, first.id)
    assert (kept.author_id, kept.state, kept.body) == (None, "deleted", "")
    assert kept.placed_at is not None
    assert shown(database, post) == ["Two."]


def test_members_take_their_comments_along(
    act: Act, database: Database, make_comment: MakeComment, post: Post, reader: User
) -> None:
    comment = make_comment(post, reader, "One.")
    act(service.edit, reader.actor, comment.id, "One, again.")
    with database.unit_of_work(write=False):
        name, rows = packing.portion(reader.id)
    assert name == "comments.json"
    assert isinstance(rows, list)
    assert [row["body"] for row in rows] == ["One, again."]
    assert rows[0]["before"][0]["body"] == "One."


@pytest.mark.parametrize(
    ("shown_before", "taken_down", "level"),
    [
        (0, 0, trust.Level.NEW),
        (1, 0, trust.Level.KNOWN),
        (4, 0, trust.Level.KNOWN),
        (5, 0, trust.Level.TRUSTED),
        (5, 1, trust.Level.KNOWN),
        (1, 1, trust.Level.NEW),
    ],
)
def test_trust_grows_slowly_and_shrinks_fast(shown_before: int, taken_down: int, level: trust.Level) -> None:
    assert trust.Trust(shown_before, taken_down).level == level


def test_trust_counts_what_readers_see_under_posts_of_others(
    act: Act, database: Database, make_comment: MakeComment, make_post: MakePost, post: Post, ada: User, reader: User
) -> None:
    make_comment(post, reader, "One.")
    make_comment(make_post(reader), reader, "Two.")
    make_comment(post, reader, "Three.", state=CommentState.HELD)
    act(service.hide, ada.actor, make_comment(post, reader, "Four.").id, reason="Rude.")
    with database.unit_of_work(write=False):
        assert trust.of(reader.id) == trust.Trust(1, 1)


def test_counts_of_many_posts_come_in_one_statement(
    database: Database, queries: Any, make_comment: MakeComment, make_post: MakePost, post: Post, reader: User
) -> None:
    from byline.comments import queries as comments

    other, empty = make_post(), make_post()
    make_comment(post, reader, "One.")
    make_comment(post, reader, "Two.")
    make_comment(other, reader, "Three.")
    make_comment(other, reader, "Four.", state=CommentState.HELD)
    with database.unit_of_work(write=False), queries(1):
        assert comments.counts([post.id, other.id, empty.id]) == {post.id: 2, other.id: 1}


@pytest.mark.parametrize(
    ("body", "found"),
    [("Buy cheap lamps now", True), ("CHEAP\n\n  Lamps", True), ("cheaplamps", False), ("cheap lampshade", False)],
)
def test_words_of_the_list_are_found_whole(body: str, found: bool) -> None:
    assert rules.contains_any(body, ("cheap lamps", "")) is found


def test_the_orders_have_names() -> None:
    assert queries.Order.named("top") is queries.Order.TOP
    assert queries.Order.named("sideways") is queries.Order.NEWEST
    assert queries.Order.named(None) is queries.Order.NEWEST
