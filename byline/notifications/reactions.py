"""What happens elsewhere becomes news for those whom it concerns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy import select

from byline.comments.messages import (
    CommentApproved,
    CommentEdited,
    CommentHeld,
    CommentHidden,
    CommentRestored,
    CommentShown,
)
from byline.comments.models import Comment, CommentState
from byline.conversations.messages import MessageSent
from byline.conversations.models import Message
from byline.kernel import db, text
from byline.moderation.messages import DecisionAnswered, DecisionTaken, HeldBack, ReportAnswered
from byline.notifications import service
from byline.notifications.models import Kind
from byline.notifications.rules import HELD, OUTCOMES, Outcome
from byline.notifications.service import News
from byline.posts import rendering
from byline.posts.messages import PostPublished, PostSaved
from byline.posts.models import Post, PostAuthor
from byline.reactions.messages import CommentLiked, PostLiked
from byline.social import queries as social
from byline.social.messages import MemberFollowed


def tell_followed(event: MemberFollowed) -> None:
    """Tell a member of a follower, once, however often they follow anew."""
    service.tell([event.followed_id], News(Kind.FOLLOW, f"follow:{event.follower_id}", event.follower_id))


def tell_of_comment(event: CommentShown) -> None:
    """Tell those whom a comment answers, names, or whose post it is about: each once, of the nearest of these.

    Of one that is back only those hear whom it names since it was changed.
    """
    comment = _comment(event.comment_id)
    if comment is None:
        return
    if not event.first_time:
        service.tell(_named_in(comment), _about(comment, Kind.MENTION))
        return
    parent = _comment(event.parent_id) if event.parent_id is not None else None
    answered = [parent.author_id] if parent is not None and parent.author_id is not None else []
    service.tell(answered, _about(comment, Kind.REPLY))
    service.tell(_named_in(comment), _about(comment, Kind.MENTION))
    service.tell(_authors_of(comment.post_id), _about(comment, Kind.COMMENT))


def tell_of_held_comment(event: CommentHeld) -> None:
    """Tell the authors of a post that something waits for them: one line for each post, however much it is."""
    news = News(Kind.COMMENT, f"held:{event.post_id}", post_id=event.post_id, act=HELD)
    service.tell_anew(_authors_of(event.post_id), news, by=event.author_id)


def tell_of_edited_comment(event: CommentEdited) -> None:
    """Tell those whom a comment names since it was changed; whoever heard of it before hears nothing."""
    comment = _comment(event.comment_id)
    if comment is not None and comment.shown_at is not None:
        service.tell(_named_in(comment), _about(comment, Kind.MENTION))


def tell_of_published_post(event: PostPublished) -> None:
    """Tell those whom a post names when readers first see it."""
    _tell_named_in_post(event.post_id)


def tell_of_saved_post(event: PostSaved) -> None:
    """Tell those whom a post names since it was changed, if readers see it."""
    _tell_named_in_post(event.post_id)


def tell_of_liked_post(event: PostLiked) -> None:
    """Tell the authors of a post who likes it, all of them on one line."""
    news = News(Kind.LIKE, f"like:post:{event.post_id}", post_id=event.post_id)
    service.tell_of_like(_authors_of(event.post_id), event.member_id, news)


def tell_of_liked_comment(event: CommentLiked) -> None:
    """The same for the author of a comment."""
    comment = _comment(event.comment_id)
    if comment is None or comment.author_id is None:
        return
    news = News(Kind.LIKE, f"like:comment:{comment.id}", post_id=comment.post_id, comment_id=comment.id)
    service.tell_of_like([comment.author_id], event.member_id, news)


def tell_of_message(event: MessageSent) -> None:
    """Tell a member that another wrote to them: one line for each conversation."""
    message = db.session().get_one(Message, event.message_id)
    topic = f"message:{message.conversation_id}"
    news = News(Kind.MESSAGE, topic, event.sender_id, message_id=message.id)
    service.tell_anew([event.recipient_id], news)


def tell_approved(event: CommentApproved) -> None:
    """Tell the author of a held comment that it is shown now."""
    _tell_outcome(event.comment_id, Outcome.APPROVED, event.actor_id)


def tell_hidden(event: CommentHidden) -> None:
    """Tell the author of a comment that it was hidden, and why."""
    _tell_outcome(event.comment_id, Outcome.HIDDEN, event.actor_id, event.reason)


def tell_restored(event: CommentRestored) -> None:
    """Tell the author of a hidden comment that it is back; one that waits for approval again is not."""
    comment = _comment(event.comment_id)
    if comment is not None and comment.state == CommentState.VISIBLE:
        _tell_outcome(event.comment_id, Outcome.RESTORED, event.actor_id)


def tell_decided(event: DecisionTaken) -> None:
    """Tell a member what moderators decided about what is theirs, with the way to answer.

    On a comment it takes the place of what `tell_hidden` said a moment before; that one is shown, `tell_approved` and
    `tell_restored` say. Of a suspension the room of moderation
    writes itself, as whoever is suspended reads nothing here; a spammer is told nothing.
    """
    outcome = OUTCOMES.get(event.act)
    if outcome is None or (event.subject == "comment" and outcome in (Outcome.APPROVED, Outcome.RESTORED)):
        return
    comment = _comment(event.subject_id) if event.subject == "comment" else None
    post_id = event.subject_id if event.subject == "post" else comment.post_id if comment is not None else None
    news = News(
        Kind.DECISION,
        f"decision:{event.subject}:{event.subject_id}",
        post_id=post_id,
        comment_id=comment.id if comment is not None else None,
        decision_id=event.decision_id if outcome is not Outcome.APPROVED else None,
        act=outcome,
        reason=event.reason,
    )
    service.tell_anew([event.member_id], news)


def tell_held_back(event: HeldBack) -> None:
    """Tell a member that what readers could read already waits now; what is decided takes the place of this line."""
    comment = _comment(event.subject_id) if event.subject == "comment" else None
    topic = f"decision:{event.subject}:{event.subject_id}"
    post_id = comment.post_id if comment is not None else event.subject_id
    comment_id = comment.id if comment is not None else None
    news = News(Kind.DECISION, topic, post_id=post_id, comment_id=comment_id, act=Outcome.WAITS)
    service.tell_anew([event.member_id], news)


def tell_answered(event: DecisionAnswered) -> None:
    """Tell a member that moderators answered what they wrote about a decision."""
    topic = f"answer:{event.decision_id}"
    news = News(Kind.DECISION, topic, decision_id=event.decision_id, act=Outcome.ANSWERED)
    service.tell_anew([event.member_id], news)


def tell_looked_at(event: ReportAnswered) -> None:
    """Tell a member that what they reported was looked at."""
    news = News(Kind.DECISION, f"report:{event.report_id}", act=Outcome.LOOKED_AT)
    service.tell([event.reporter_id], news)


def _tell_outcome(comment_id: int, outcome: Outcome, actor_id: int | None, reason: str = "") -> None:
    comment = _comment(comment_id)
    if comment is None or comment.author_id is None or comment.author_id == actor_id:
        return
    topic, post_id = f"decision:comment:{comment.id}", comment.post_id
    news = News(Kind.DECISION, topic, post_id=post_id, comment_id=comment.id, act=outcome, reason=reason)
    service.tell_anew([comment.author_id], news)


def _tell_named_in_post(post_id: int) -> None:
    post = db.session().get(Post, post_id)
    if post is None or post.listed_at is None or "@" not in post.body:
        return
    named = {person.id for person in rendering.called(post.body, post.author_id).values()}
    news = News(Kind.MENTION, f"mention:post:{post.id}", post.author_id, post_id=post.id)
    service.tell(named - set(_authors_of(post.id)), news)


def _about(comment: Comment, kind: Kind) -> News:
    topic = f"comment:{comment.id}"
    return News(kind, topic, comment.author_id, post_id=comment.post_id, comment_id=comment.id)


def _named_in(comment: Comment) -> set[int]:
    find = partial(social.mentionable, comment.author_id)
    keys = text.render_comment(comment.body, members=find).mentions if "@" in comment.body else ()
    return {person.id for person in social.mentionable_people(comment.author_id, keys).values()}


def _authors_of(post_id: int) -> Sequence[int]:
    return db.session().scalars(select(PostAuthor.user_id).where(PostAuthor.post_id == post_id)).all()


def _comment(comment_id: int) -> Comment | None:
    return db.session().get(Comment, comment_id)
