"""What a moderator sees of a thing: its words, whose it is, where it stands and what stands around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload, raiseload, undefer

from byline.accounts import shown
from byline.accounts.models import User
from byline.comments import addresses
from byline.comments.models import Comment, CommentState
from byline.conversations.models import Message
from byline.kernel import db
from byline.moderation.models import Kind
from byline.posts.models import Post

LONGEST_TEXT = 1_500
"""So much of a post is shown; the rest is one link away."""
MOST_WORDS = 3_000
"""A post with more words than that is shown by its beginning."""
Ref = tuple[str, int]

_PERSON = shown.person()
_STATES = {
    CommentState.VISIBLE: ("Everyone reads it", "success"),
    CommentState.HELD: ("Held: nobody reads it", "warning"),
    CommentState.HIDDEN: ("Hidden", "danger"),
    CommentState.SPAM: ("Kept as spam", "danger"),
    CommentState.DELETED: ("Taken back by its author", ""),
}


@dataclass(frozen=True, slots=True)
class Look:
    """One thing ready to be shown. `html` is safe; `text` is plain; `state` is words and the kind of a badge."""

    kind: Kind
    id: int
    author: User | None
    at: datetime
    state: tuple[str, str]
    title: str = ""
    html: Markup = Markup("")
    text: str = ""
    url: str = ""
    beside: str = ""
    beside_url: str = ""
    answered: str = ""
    score: int = 0
    reason: str = ""
    is_hidden: bool = False
    is_held: bool = False


def of(refs: Iterable[Ref]) -> Mapping[Ref, Look]:
    """The looks of things by kind and number: one statement for each kind, however many; those that are gone miss."""
    wanted: dict[str, list[int]] = {}
    for kind, number in refs:
        wanted.setdefault(kind, []).append(number)
    found: dict[Ref, Look] = {}
    for kind, numbers in wanted.items():
        for look in _LOOK[Kind(kind)](numbers):
            found[look.kind, look.id] = look
    return found


def _posts(numbers: list[int]) -> list[Look]:
    query = select(Post).where(Post.id.in_(numbers), Post.deleted_at.is_(None))
    people = joinedload(Post.author, innerjoin=True).options(*_PERSON)
    return [_of_post(post) for post in db.session().scalars(query.options(people, undefer(Post.html)))]


def _of_post(post: Post) -> Look:
    is_short = post.word_count <= MOST_WORDS
    return Look(
        Kind.POST,
        post.id,
        post.author,
        post.published_at or post.created_at,
        _standing(post),
        title=post.title,
        html=Markup(post.html if is_short else ""),  # noqa: S704  (rendered and cleaned when it was saved)
        text=_short(post.body),
        url=url_for("pages.post", username=post.author.username, slug=post.slug),
        score=post.spam_score,
        reason=post.hidden_reason,
        is_hidden=post.hidden_at is not None,
        is_held=post.held_at is not None and post.hidden_at is None,
    )


def _standing(post: Post) -> tuple[str, str]:
    if post.hidden_at is not None:
        return "Hidden", "danger"
    if post.held_at is not None:
        return "Held: nobody reads it", "warning"
    return post.state.capitalize(), "success"


def _comments(numbers: list[int]) -> list[Look]:
    post = joinedload(Comment.post, innerjoin=True)
    query = (
        select(Comment)
        .where(Comment.id.in_(numbers))
        .options(
            joinedload(Comment.author).options(*_PERSON),
            post.load_only(Post.title, Post.slug, Post.author_id, Post.state, raiseload=True),
            post.joinedload(Post.author, innerjoin=True).options(*_PERSON),
            joinedload(Comment.parent).load_only(Comment.body, Comment.state, raiseload=True),
        )
    )
    return [_of_comment(comment) for comment in db.session().scalars(query)]


def _of_comment(comment: Comment) -> Look:
    parent = comment.parent
    state = CommentState(comment.state)
    return Look(
        Kind.COMMENT,
        comment.id,
        comment.author,
        comment.created_at,
        _STATES[state],
        html=Markup(comment.html),  # noqa: S704  (rendered by the room of comments, which cleans it)
        url=addresses.of(comment, comment.post),
        beside=comment.post.title,
        beside_url=addresses.of_post(comment.post),
        answered=_short(parent.body, 200) if parent is not None and parent.state == CommentState.VISIBLE else "",
        score=comment.spam_score,
        reason=comment.reason,
        is_hidden=state in (CommentState.HIDDEN, CommentState.SPAM),
        is_held=state is CommentState.HELD,
    )


def _members(numbers: list[int]) -> list[Look]:
    query = select(User).where(User.id.in_(numbers)).options(raiseload(User.role))
    return [_of_member(member) for member in db.session().scalars(query)]


def _of_member(member: User) -> Look:
    state = ("Here", "success")
    if member.expelled_at is not None:
        state = ("Marked as a spammer", "danger")
    elif member.suspended_at is not None:
        state = ("Suspended", "danger")
    return Look(
        Kind.MEMBER,
        member.id,
        member,
        member.member_since,
        state,
        title=member.shown_name,
        text="\n".join([member.about, member.location, *(link["url"] for link in member.links)]).strip(),
        url=url_for("pages.profile", username=member.username),
        reason=member.suspension_reason,
        is_hidden=member.suspended_at is not None,
    )


def _messages(numbers: list[int]) -> list[Look]:
    query = select(Message, User).outerjoin(User, User.id == Message.sender_id).where(Message.id.in_(numbers))
    rows = db.session().execute(query.options(raiseload(User.role))).all()
    return [_of_message(message, sender) for message, sender in rows]


def _of_message(message: Message, sender: User | None) -> Look:
    hidden = message.hidden_at is not None
    state = ("Hidden from its reader", "danger") if hidden else ("Its reader has it", "")
    return Look(Kind.MESSAGE, message.id, sender, message.sent_at, state, text=_short(message.body), is_hidden=hidden)


def _short(text: str, longest: int = LONGEST_TEXT) -> str:
    return text if len(text) <= longest else f"{text[:longest].rstrip()}…"


_LOOK = {Kind.POST: _posts, Kind.COMMENT: _comments, Kind.MEMBER: _members, Kind.MESSAGE: _messages}
