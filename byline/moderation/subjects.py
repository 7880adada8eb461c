"""What can be decided about, found by kind and number: whose it is, what it says, how it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from byline.accounts.models import User
from byline.comments.models import Comment, CommentState
from byline.conversations import queries as conversations
from byline.conversations.models import Message
from byline.kernel import db
from byline.kernel.access import Actor
from byline.kernel.errors import NotFound
from byline.moderation.models import Kind
from byline.posts import queries as posts
from byline.posts.models import Post

LONGEST_EXCERPT = 400


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that can be reported and decided about. `digest` is equal for equal words."""

    kind: Kind
    id: int
    member_id: int
    excerpt: str
    is_hidden: bool = False
    is_held: bool = False
    reason: str = ""
    digest: str = ""


def found(kind: Kind, subject_id: int) -> Subject:
    """The thing as a moderator sees it; NotFound when there is none, or when its author has left."""
    subject = _FIND[kind](subject_id)
    if subject is None:
        raise NotFound("subject-unknown", "This does not exist any more.")
    return subject


def seen_by(actor: Actor, kind: Kind, subject_id: int) -> Subject:
    """The thing as this member sees it; NotFound where they may not."""
    if kind is Kind.POST:
        may_see = db.session().scalar(select(Post.id).where(Post.id == subject_id, posts.visible(actor)))
    elif kind is Kind.COMMENT:
        shown = select(Comment.id).join(Post, Post.id == Comment.post_id).where(posts.visible(actor))
        may_see = db.session().scalar(shown.where(Comment.id == subject_id, Comment.state == CommentState.VISIBLE))
    elif kind is Kind.MEMBER:
        here = (User.deletion_asked_at.is_(None), User.active)
        may_see = db.session().scalar(select(User.id).where(User.id == subject_id, *here))
    else:
        may_see = conversations.received(actor, subject_id).id
    if may_see is None:
        raise NotFound("subject-unknown", "This does not exist any more.")
    return found(kind, subject_id)


def _post(post_id: int) -> Subject | None:
    columns = (Post.author_id, Post.title, Post.standfirst, Post.excerpt, Post.hidden_at, Post.hidden_reason)
    query = select(*columns, Post.held_at, Post.digest).where(Post.id == post_id, Post.deleted_at.is_(None))
    row = db.session().execute(query).first()
    if row is None:
        return None
    excerpt = f"{row.title}: {row.standfirst or row.excerpt}"
    hidden, held = row.hidden_at is not None, row.held_at is not None
    return Subject(
        Kind.POST, post_id, row.author_id, _short(excerpt), hidden, held, row.hidden_reason, row.digest or ""
    )


def _comment(comment_id: int) -> Subject | None:
    columns = (Comment.author_id, Comment.body, Comment.state, Comment.reason, Comment.digest)
    row = db.session().execute(select(*columns).where(Comment.id == comment_id)).first()
    if row is None or row.author_id is None or row.state == CommentState.DELETED:
        return None
    hidden = row.state in (CommentState.HIDDEN, CommentState.SPAM)
    held = row.state == CommentState.HELD
    return Subject(Kind.COMMENT, comment_id, row.author_id, _short(row.body), hidden, held, row.reason, row.digest)


def _member(user_id: int) -> Subject | None:
    member = db.session().get(User, user_id)
    if member is None:
        return None
    excerpt = f"{member.shown_name}: {member.about}" if member.about else member.shown_name
    reason = member.suspension_reason
    return Subject(Kind.MEMBER, user_id, user_id, _short(excerpt), member.suspended_at is not None, False, reason)


def _message(message_id: int) -> Subject | None:
    row = db.session().get(Message, message_id)
    if row is None or row.sender_id is None:
        return None
    return Subject(Kind.MESSAGE, message_id, row.sender_id, _short(row.body), row.hidden_at is not None)


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= LONGEST_EXCERPT else f"{one_line[: LONGEST_EXCERPT - 1]}…"


_FIND: Mapping[Kind, Callable[[int], Subject | None]] = {
    Kind.POST: _post,
    Kind.COMMENT: _comment,
    Kind.MEMBER: _member,
    Kind.MESSAGE: _message,
}
