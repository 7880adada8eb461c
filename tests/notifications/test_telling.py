"""Who is told of what: once, not of their own acts, not by those they keep away, and never of what is hidden."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update

from byline.accounts import leaving
from byline.accounts.models import User
from byline.comments import service as comments
from byline.comments.content import Sent
from byline.conversations import service as conversations
from byline.conversations.models import MessageSettings, Welcome
from byline.kernel import bus
from byline.kernel.access import SYSTEM
from byline.kernel.db import Database
from byline.moderation.messages import DecisionAnswered, DecisionTaken, ReportAnswered
from byline.moderation.models import Decision
from byline.notifications.models import Notification
from byline.posts import service as posts
from byline.posts.content import Content
from byline.posts.models import Post, PostState
from byline.reactions import service as reactions
from byline.social import service as social
from tests.factories import MakePost, MakeUser
from tests.notifications.conftest import Act, Say, Told, set_policy

Sentences = Callable[[User], list[str]]
pytestmark = pytest.mark.usefixtures("unlimited")


def rows(database: Database, member: User) -> int:
    with database.unit_of_work(write=False) as session:
        return session.scalar(select(func.count()).where(Notification.user_id == member.id)) or 0


# Nobody hears of what they did themselves, nor of those they keep away.


def test_nobody_is_told_of_their_own_acts(ada: User, post: Post, say: Say, act: Act, sentences: Sentences) -> None:
    mine = say(ada, post, "A word of mine, @ada.")
    say(ada, post, "And an answer.", parent=mine)
    assert sentences(ada) == []


@pytest.mark.parametrize("turn_away", [social.block, social.mute])
def test_nobody_is_told_by_somebody_they_keep_away(
    ada: User, grace: User, barbara: User, act: Act, say: Say, make_post: MakePost, sentences: Sentences, turn_away: Any
) -> None:
    act(turn_away, ada.actor, grace.id)
    of_barbara = make_post(barbara, title="Elsewhere")
    root = say(ada, of_barbara)
    if turn_away is social.mute:
        act(social.follow, grace.actor, ada.id)
        act(reactions.like_comment, grace.actor, root.id)
        say(grace, of_barbara, "No.", parent=root)
    say(grace, of_barbara, "Do you hear, @ada?")
    assert sentences(ada) == []


@pytest.mark.parametrize("turn_away", [social.block, social.mute])
def test_what_somebody_did_before_they_were_kept_away_is_gone(
    ada: User, grace: User, post: Post, act: Act, say: Say, sentences: Sentences, unread: Any, turn_away: Any
) -> None:
    act(reactions.like_post, grace.actor, post.id)
    act(social.follow, grace.actor, ada.id)
    say(grace, post)
    assert len(sentences(ada)) == unread(ada) == 3
    act(turn_away, ada.actor, grace.id)
    assert sentences(ada) == []
    assert unread(ada) == 0


# Each thing once.


def test_a_follower_is_told_once_however_often_they_follow_anew(
    ada: User, grace: User, act: Act, sentences: Sentences, database: Database
) -> None:
    for _ in range(3):
        act(social.follow, grace.actor, ada.id)
        assert sentences(ada) == ["Grace Hopper follows you"]
        act(social.unfollow, grace.actor, ada.id)
        assert sentences(ada) == []
    assert rows(database, ada) == 1


def test_a_comment_is_told_to_everybody_once_as_what_it_is_most_to_them(
    ada: User, grace: User, barbara: User, post: Post, say: Say, sentences: Sentences
) -> None:
    root = say(grace, post, "First.")
    say(barbara, post, "Yes @grace, and @ada, and @grace again.", parent=root)
    assert sentences(grace) == ["Barbara replied to your comment on “Lamps at night”"]
    assert sentences(ada) == [
        "Barbara mentioned you in a comment on “Lamps at night”",
        "Grace Hopper commented on “Lamps at night”",
    ]


def test_all_authors_of_a_post_are_told(
    ada: User, grace: User, barbara: User, make_post: MakePost, say: Say, sentences: Sentences
) -> None:
    say(barbara, make_post(ada, title="Ours", co_authors=[grace]))
    assert sentences(ada) == sentences(grace) == ["Barbara commented on “Ours”"]


def test_likes_of_one_thing_are_one_line_that_shrinks_and_is_news_for_each_new_one(
    ada: User, make_user: MakeUser, post: Post, act: Act, sentences: Sentences, unread: Any, database: Database
) -> None:
    fans = [make_user(name, name=name.title()) for name in ("lynn", "karen", "radia", "jean")]
    for fan in fans:
        act(reactions.like_post, fan.actor, post.id)
    assert sentences(ada) == ["Jean, Radia and 2 others like your post “Lamps at night”"]
    act(reactions.unlike_post, fans[3].actor, post.id)
    act(reactions.unlike_post, fans[2].actor, post.id)
    assert sentences(ada) == ["Karen and Lynn like your post “Lamps at night”"]
    act(reactions.unlike_post, fans[0].actor, post.id)
    assert sentences(ada) == ["Karen likes your post “Lamps at night”"]
    act(reactions.unlike_post, fans[1].actor, post.id)
    assert sentences(ada) == []
    assert unread(ada) == 0
    assert rows(database, ada) == 1


def test_a_like_that_was_taken_back_and_given_again_is_no_news(
    ada: User, grace: User, barbara: User, post: Post, act: Act, unread: Any, database: Database
) -> None:
    act(reactions.like_post, grace.actor, post.id)
    read_everything(database)
    act(reactions.unlike_post, grace.actor, post.id)
    act(reactions.like_post, grace.actor, post.id)
    assert unread(ada) == 0
    act(reactions.like_post, barbara.actor, post.id)
    assert unread(ada) == 1


def test_likes_at_the_same_moment_make_one_line_with_everybody(
    ada: User, make_user: MakeUser, post: Post, act: Act, sentences: Sentences
) -> None:
    fans = [make_user() for _ in range(6)]
    threads = [threading.Thread(target=act, args=(reactions.like_post, fan.actor, post.id)) for fan in fans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (sentence,) = sentences(ada)
    assert "and 4 others like your post" in sentence


def test_who_likes_a_comment_is_told_to_its_author_alone(
    ada: User, grace: User, barbara: User, post: Post, act: Act, say: Say, sentences: Sentences
) -> None:
    comment = say(grace, post)
    act(reactions.like_comment, barbara.actor, comment.id)
    assert sentences(grace) == ["Barbara likes your comment on “Lamps at night”"]
    assert sentences(ada) == ["Grace Hopper commented on “Lamps at night”"]


def test_an_edit_tells_only_those_it_newly_names(
    ada: User, grace: User, barbara: User, post: Post, act: Act, say: Say, sentences: Sentences, database: Database
) -> None:
    comment = say(grace, post, "See this.")
    act(comments.edit, grace.actor, comment.id, "See this, @barbara and @ada.")
    assert sentences(barbara) == ["Grace Hopper mentioned you in a comment on “Lamps at night”"]
    assert rows(database, ada) == 1
    act(comments.edit, grace.actor, comment.id, "See this, @barbara, once more.")
    assert rows(database, barbara) == 1


def test_those_whom_a_post_names_hear_of_it_when_readers_see_it_and_once(
    ada: User, grace: User, barbara: User, make_post: MakePost, act: Act, sentences: Sentences, database: Database
) -> None:
    draft = make_post(ada, title="Thanks", body="Thanks to @grace, not to `@barbara`.", state=PostState.DRAFT)
    act(
        posts.save,
        ada.actor,
        draft.id,
        Content(title="Thanks", body="Thanks to @grace, and @ada."),
        based_on=draft.version,
    )
    assert sentences(grace) == []
    act(posts.publish, ada.actor, draft.id)
    assert sentences(grace) == ["ada mentioned you in “Thanks”"]
    act(posts.withdraw, ada.actor, draft.id)
    assert sentences(grace) == []
    act(posts.publish, ada.actor, draft.id)
    act(posts.save, ada.actor, draft.id, Content(title="Thanks", body="@grace @barbara"), based_on=draft.version + 1)
    assert rows(database, grace) == 1
    assert sentences(barbara) == ["ada mentioned you in “Thanks”"]
    assert sentences(ada) == []


def test_a_message_is_told_in_one_line_for_each_conversation(
    ada: User, grace: User, act: Act, told: Told, unread: Any, database: Database
) -> None:
    with database.unit_of_work() as session:
        session.add(MessageSettings(user_id=ada.id, welcomes=Welcome.EVERYONE))
    act(conversations.send, grace.actor, ada.id, "A secret word.")
    act(conversations.send, grace.actor, ada.id, "Another.")
    (line,) = told(ada)
    assert line.sentence == "Grace Hopper wrote to you"
    assert line.quote == ""
    assert line.path.startswith("/messages/")
    assert line.is_unread
    assert unread(ada) == 0, "messages have a number of their own in the bar"


# What is hidden is gone, and what is back is back.


def test_a_comment_that_is_hidden_later_leaves_the_list_and_comes_back_with_it(
    ada: User, grace: User, barbara: User, post: Post, act: Act, say: Say, sentences: Sentences, unread: Any
) -> None:
    comment = say(grace, post, "Look at this, @barbara.")
    act(comments.hide, SYSTEM, comment.id, reason="Not here.")
    assert sentences(barbara) == sentences(ada) == []
    assert unread(barbara) == unread(ada) == 0
    act(comments.restore, SYSTEM, comment.id)
    assert len(sentences(barbara)) == len(sentences(ada)) == 1


def test_a_post_that_is_withdrawn_takes_its_lines_along(
    ada: User, grace: User, post: Post, act: Act, say: Say, sentences: Sentences
) -> None:
    comment = say(grace, post)
    act(reactions.like_comment, ada.actor, comment.id)
    assert len(sentences(ada)) == len(sentences(grace)) == 1
    act(posts.withdraw, ada.actor, post.id)
    assert sentences(ada) == sentences(grace) == []


def test_what_a_leaving_member_did_is_gone_until_they_stay(
    ada: User, grace: User, post: Post, act: Act, say: Say, sentences: Sentences
) -> None:
    act(social.follow, grace.actor, ada.id)
    act(reactions.like_post, grace.actor, post.id)
    say(grace, post)
    act(leaving.ask, grace.actor, grace.id)
    assert sentences(ada) == []
    act(leaving.cancel, grace.actor, grace.id)
    assert len(sentences(ada)) == 3


# What moderators decide.


def test_the_author_of_a_post_is_told_in_one_line_that_comments_wait_and_of_each_once_it_is_approved(
    ada: User, grace: User, barbara: User, post: Post, act: Act, database: Database, sentences: Sentences, unread: Any
) -> None:
    set_policy(database, hold_first=True)
    comment = act(comments.write, grace.actor, post.id, Sent("My first."))
    other = act(comments.write, barbara.actor, post.id, Sent("Mine too."))
    assert sentences(ada) == ["A comment waits for your approval on “Lamps at night”"]
    assert unread(ada) == 1
    assert sentences(grace) == []
    act(comments.hide, ada.actor, other.id, reason="No.")
    act(comments.approve, ada.actor, comment.id)
    assert sentences(grace) == ["Your comment on “Lamps at night” was approved. Everyone can read it now."]
    assert sentences(ada) == ["Grace Hopper commented on “Lamps at night”"]


def test_the_author_of_a_hidden_comment_is_told_why_and_where_to_answer(
    ada: User, grace: User, post: Post, act: Act, say: Say, told: Told, database: Database
) -> None:
    comment = say(grace, post)
    act(comments.hide, ada.actor, comment.id, reason="Too loud.")
    (line,) = told(grace)
    assert (line.sentence, line.quote) == ("Your comment on “Lamps at night” was hidden.", "Too loud.")
    decision = decided(database, grace, "comment", comment.id)
    act(bus.publish, DecisionTaken(decision, grace.id, "hide", "comment", comment.id, "Too loud."))
    (line,) = told(grace)
    assert line.path == f"/decisions/{decision}"
    assert rows(database, grace) == 1


def test_the_author_of_a_comment_that_is_back_is_told_how_it_stands_now(
    grace: User, post: Post, act: Act, say: Say, sentences: Sentences, unread: Any, database: Database
) -> None:
    comment = say(grace, post)
    act(comments.hide, SYSTEM, comment.id, reason="Too loud.")
    read_everything(database)
    act(comments.restore, SYSTEM, comment.id)
    assert sentences(grace) == ["Your comment on “Lamps at night” is shown again."]
    assert unread(grace) == 1


def test_a_comment_that_was_hidden_while_it_waited_waits_again_without_a_word_of_being_back(
    grace: User, post: Post, act: Act, database: Database, sentences: Sentences
) -> None:
    set_policy(database, hold_first=True)
    comment = act(comments.write, grace.actor, post.id, Sent("My first."))
    act(comments.hide, SYSTEM, comment.id, reason="Too loud.")
    act(comments.restore, SYSTEM, comment.id)
    assert not any("shown again" in sentence for sentence in sentences(grace))


def test_a_post_that_a_moderator_hid_is_told_although_nobody_sees_it(
    ada: User, post: Post, act: Act, told: Told, database: Database
) -> None:
    act(posts.hide, SYSTEM, post.id, reason="Copied.")
    decision = decided(database, ada, "post", post.id)
    act(bus.publish, DecisionTaken(decision, ada.id, "hide", "post", post.id, "Copied."))
    (line,) = told(ada)
    assert (line.sentence, line.quote) == ("Your post “Lamps at night” was hidden.", "Copied.")


@pytest.mark.parametrize("name", ["suspend", "spam", "no-spam", "keep"])
def test_of_some_acts_nothing_is_told_here(ada: User, act: Act, sentences: Sentences, name: str) -> None:
    act(bus.publish, DecisionTaken(1, ada.id, name, "member", ada.id, "Because."))
    assert sentences(ada) == []


def test_answers_of_moderators_are_told_without_their_names(
    ada: User, act: Act, told: Told, database: Database
) -> None:
    decision = decided(database, ada, "member", ada.id)
    act(bus.publish, DecisionAnswered(decision, ada.id))
    act(bus.publish, ReportAnswered(5, ada.id))
    act(bus.publish, ReportAnswered(5, ada.id))
    assert [(line.sentence, line.who) for line in told(ada)] == [
        ("What you reported was looked at. Thank you for telling us.", ""),
        ("The moderators answered your appeal.", ""),
    ]


def test_a_member_who_is_gone_takes_their_lines_and_those_about_them_along(
    ada: User, grace: User, act: Act, database: Database, stopped_clock: object
) -> None:
    from byline.accounts.leaving_messages import DeleteMember
    from byline.kernel import clock

    act(social.follow, grace.actor, ada.id)
    act(leaving.ask, grace.actor, grace.id)
    clock.advance(8 * 86400)
    act(leaving.delete_due, DeleteMember(grace.id), None)
    assert rows(database, ada) == 0


def decided(database: Database, member: User, kind: str, subject_id: int) -> int:
    from byline.kernel import clock

    with database.unit_of_work() as session:
        decision = Decision(
            at=clock.now(), act="hide", kind=kind, subject_id=subject_id, member_id=member.id, reason="Because."
        )
        session.add(decision)
        session.flush()
        return decision.id


def read_everything(database: Database) -> None:
    from byline.kernel import clock

    with database.unit_of_work() as session:
        session.execute(update(Notification).values(read_at=clock.now()))
