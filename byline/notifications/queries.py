"""What members are told: lists, counts, and who wants to be told how. Only what still stands is ever seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, joinedload, load_only, raiseload
from sqlalchemy.orm.interfaces import ORMOption

from byline.accounts import shown
from byline.accounts.models import User
from byline.comments.models import Comment, CommentState
from byline.conversations.models import Message, Participant
from byline.kernel import db
from byline.kernel.access import ANONYMOUS
from byline.notifications import rules
from byline.notifications.models import Kind, Liker, MailChoice, Notification, Pace
from byline.posts import queries as post_queries
from byline.posts.models import Post
from byline.reactions.models import CommentLike, PostLike
from byline.social.models import Block, Follow, Mute
from byline.web import paging
from byline.web.paging import Cursor, Page

Condition = ColumnElement[bool] | InstrumentedAttribute[bool]
MOST_COUNTED = 99
"""The bar counts no further."""
MOST_LOOKED_AT = 500
"""Unread lines among which the bar counts those that still stand."""
MOST_LIKERS = 100
"""A line counts no further who likes something."""
MOST_TOLD_PEOPLE = 2
"""Those whom a line names."""

PERSON = shown.person()


@dataclass(frozen=True, slots=True)
class Told:
    """A line, and whether it is news."""

    line: Notification
    is_unread: bool


@dataclass(frozen=True, slots=True)
class Likers:
    """Who likes something: the last ones, and how many more there are, counted to `MOST_LIKERS`."""

    named: Sequence[User]
    others: int


def standing() -> ColumnElement[bool]:
    """Lines about what still stands: readable, not taken back, and by nobody whom the reader keeps away.

    A decision stays, as its very subject may be hidden.
    """
    is_decision = Notification.kind == Kind.DECISION
    open_post = _there_is(Post.id == Notification.post_id, post_queries.visible(ANONYMOUS))
    shown = _there_is(Comment.id == Notification.comment_id, Comment.shown_at.is_not(None))
    kept = _there_is(Message.id == Notification.message_id, Message.hidden_at.is_(None))
    return and_(
        or_(Notification.actor_id.is_(None), _is_welcome(Notification.actor_id)),
        or_(is_decision, Notification.post_id.is_(None), open_post),
        or_(is_decision, Notification.comment_id.is_(None), shown),
        or_(Notification.message_id.is_(None), kept),
        or_(Notification.act != rules.HELD, _still_waits()),
        or_(Notification.kind != Kind.FOLLOW, _still_follows()),
        or_(Notification.kind != Kind.LIKE, _somebody_likes()),
    )


def unread() -> ColumnElement[bool]:
    """Lines that are news. A message that was read where it stands is none."""
    waits = _there_is(
        Participant.conversation_id == Message.conversation_id,
        Participant.user_id == Notification.user_id,
        Participant.unread_count > 0,
        Message.id == Notification.message_id,
    )
    return and_(Notification.read_at.is_(None), or_(Notification.message_id.is_(None), waits))


def _there_is(*conditions: Condition) -> ColumnElement[bool]:
    """EXISTS about the line in hand, and about a liker of it, however deep it stands in another one."""
    return exists().where(*conditions).correlate(Notification, Liker)


def _is_welcome(person: Any) -> ColumnElement[bool]:
    """Whether a person is here and the reader of the line keeps them away in no way, nor they the reader."""
    reader = Notification.user_id
    leaving = _there_is(User.id == person, User.deletion_asked_at.is_not(None))
    muted = _there_is(Mute.muter_id == reader, Mute.muted_id == person)
    blocked = _there_is(Block.blocker_id == reader, Block.blocked_id == person)
    blocking = _there_is(Block.blocker_id == person, Block.blocked_id == reader)
    return and_(~leaving, ~muted, ~blocked, ~blocking)


def _still_waits() -> ColumnElement[bool]:
    """Whether some comment under the post waits for approval."""
    return _there_is(Comment.post_id == Notification.post_id, Comment.state == CommentState.HELD)


def _still_follows() -> ColumnElement[bool]:
    return _there_is(
        Follow.follower_id == Notification.actor_id,
        Follow.followed_id == Notification.user_id,
        Follow.listed_at.is_not(None),
    )


def _somebody_likes() -> ColumnElement[bool]:
    return exists().where(Liker.notification_id == Notification.id, _still_likes()).correlate(Notification)


def _still_likes() -> ColumnElement[bool]:
    """Whether the liker of a row still likes what the line is about, and is welcome."""
    post = _there_is(
        Notification.comment_id.is_(None),
        PostLike.post_id == Notification.post_id,
        PostLike.member_id == Liker.member_id,
        PostLike.counted,
    )
    comment = _there_is(
        CommentLike.comment_id == Notification.comment_id,
        CommentLike.member_id == Liker.member_id,
        CommentLike.counted,
    )
    return and_(or_(post, comment), _is_welcome(Liker.member_id))


def latest(user_id: int, cursor: Cursor | None = None) -> Page[Told]:
    """A member's lines, the last news first, with all that they show but likers: one statement."""
    query = whole().where(Notification.user_id == user_id, standing())
    rows = db.session().execute(paging.narrow(query, (Notification.at, Notification.id), cursor)).all()
    return paging.page([Told(*row) for row in rows], cursor, lambda told: (told.line.at, told.line.id))


def whole() -> Select[Any, *tuple[Any, ...]]:
    """Lines with the person, the post and the comment that they are about, and whether each is news."""
    return select(Notification, unread()).options(*_with_everything())


def _with_everything() -> Iterator[ORMOption]:
    yield joinedload(Notification.actor).options(*PERSON)
    post = joinedload(Notification.post)
    yield post.load_only(Post.slug, Post.title, Post.author_id, raiseload=True)
    yield post.joinedload(Post.author).options(load_only(User.username, raiseload=True), raiseload(User.role))
    yield joinedload(Notification.comment).load_only(Comment.post_id, Comment.html, raiseload=True)
    yield joinedload(Notification.message).load_only(Message.conversation_id, raiseload=True)


def unread_count(user_id: int) -> int:
    """How many lines are news to a member, counted as `unread_counted` says."""
    return db.session().scalar(unread_counted(user_id)) or 0


def unread_counted(user_id: int | ScalarSelect[int]) -> Select[int]:
    """What counts the lines that are news to a member, to one more than `MOST_COUNTED`.

    Messages are not among them: they have a number of their own in the bar.
    """
    mine = (Notification.user_id == user_id, Notification.read_at.is_(None), Notification.kind != Kind.MESSAGE)
    newest_first = (Notification.at.desc(), Notification.id.desc())
    # Thousands of lines that nobody sees, as after a flood of sign-ups, must not slow down every page.
    last_ones = select(Notification.id).where(*mine).order_by(*newest_first).limit(MOST_LOOKED_AT)
    some = select(Notification.id).where(Notification.id.in_(last_ones), standing())
    counted = some.limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(counted)


def likers_of(lines: Sequence[Notification]) -> Mapping[int, Likers]:
    """Who likes what these lines are about, by their numbers: two statements, none where no line is about likes."""
    wanted = [line.id for line in lines if line.kind == Kind.LIKE]
    if not wanted:
        return {}
    found: dict[int, list[int]] = {line_id: [] for line_id in wanted}
    for line_id, member_id in db.session().execute(union_all(*(_likers(line_id) for line_id in wanted))):
        found[line_id].append(member_id)
    named = {member_id for ids in found.values() for member_id in ids[:MOST_TOLD_PEOPLE]}
    query = select(User).where(User.id.in_(named)).options(*PERSON)
    people = {person.id: person for person in db.session().scalars(query)}
    return {
        line_id: Likers([people[one] for one in ids[:MOST_TOLD_PEOPLE]], max(0, len(ids) - MOST_TOLD_PEOPLE))
        for line_id, ids in found.items()
    }


def _likers(line_id: int) -> Select[int, int]:
    query = select(literal(line_id), Liker.member_id, Liker.at).join_from(
        Liker, Notification, Notification.id == Liker.notification_id
    )
    query = query.where(Liker.notification_id == line_id, _still_likes())
    last = query.order_by(Liker.at.desc(), Liker.member_id.desc()).limit(MOST_LIKERS).subquery()
    return select(*last.c[:2])


def lines_of_topic(user_ids: Iterable[int], topic: str) -> Sequence[tuple[int, int]]:
    """The lines of a topic and whose they are."""
    query = select(Notification.id, Notification.user_id)
    found = query.where(Notification.user_id.in_(user_ids), Notification.topic == topic)
    return [(line_id, user_id) for line_id, user_id in db.session().execute(found)]


def paces_of_those_told(member_ids: Iterable[int], kind: Kind, *, actor_id: int | None) -> Mapping[int, Pace]:
    """Who of these members is told of something that `actor_id` did, and how often they want mail of it.

    Members who can read it, without the one who did it and those between whom and that one there is a block or a mute.
    """
    wanted = set(member_ids) - {actor_id}
    if not wanted:
        return {}
    is_reached = and_(User.email.is_not(None), User.confirmed_at.is_not(None))
    query = select(User.id, MailChoice.pace, is_reached)
    query = query.outerjoin(MailChoice, and_(MailChoice.user_id == User.id, MailChoice.kind == kind))
    query = query.where(User.id.in_(wanted), User.claimed, User.deletion_asked_at.is_(None), *_apart_from(actor_id))
    return {
        user_id: (Pace(pace) if pace else rules.DEFAULTS[kind]) if reached else Pace.NEVER
        for user_id, pace, reached in db.session().execute(query)
    }


def _apart_from(actor_id: int | None) -> Iterator[ColumnElement[bool]]:
    if actor_id is None:
        return
    yield ~exists().where(Mute.muter_id == User.id, Mute.muted_id == actor_id)
    yield ~exists().where(Block.blocker_id == User.id, Block.blocked_id == actor_id)
    yield ~exists().where(Block.blocker_id == actor_id, Block.blocked_id == User.id)


def choices_of(user_id: int) -> dict[Kind, Pace]:
    """How often a member wants mail, for every kind."""
    rows = db.session().execute(select(MailChoice.kind, MailChoice.pace).where(MailChoice.user_id == user_id))
    return {**rules.DEFAULTS, **{Kind(kind): Pace(pace) for kind, pace in rows}}
