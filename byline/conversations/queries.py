"""Conversations as those who take part see them. Nobody else sees anything, administrators included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, literal_column, or_, select

from byline.accounts.models import User
from byline.conversations import rules
from byline.conversations.models import Conversation, Message, MessageSettings, Participant, Welcome
from byline.conversations.rules import Standing
from byline.kernel import db
from byline.kernel.access import Actor, Permission
from byline.kernel.errors import NotFound
from byline.social import queries as social
from byline.social.models import Block, Follow, Mute
from byline.social.queries import PERSON
from byline.web import paging
from byline.web.paging import Cursor, Page

MESSAGES_A_PAGE = 50
EXCERPT = 140
AT_ONCE = 500

_IS_SPAM = User.expelled_at.is_not(None)
"""What somebody wrote who was marked as a spammer is nobody's conversation, as long as the mark stands."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A conversation in the list of one who takes part."""

    id: int
    other: User | None
    """None when the other one has left or is leaving."""
    at: datetime
    unread_count: int
    excerpt: str
    is_mine: bool
    """Whether the newest message is one's own."""
    is_hidden: bool
    """Whether a moderator took the newest message away."""


@dataclass(frozen=True, slots=True)
class Side:
    """A conversation from the side of one who takes part."""

    id: int
    other: User | None
    """None when the other one has left or is leaving."""
    unread_count: int
    removed_to_id: int
    is_listed: bool


def inbox(actor: Actor, cursor: Cursor | None = None) -> Page[Entry]:
    """The actor's conversations, the one with the newest message first; one statement."""
    query = (
        select(Participant, Message, User)
        .join(Conversation, Conversation.id == Participant.conversation_id)
        .join(Message, Message.id == Conversation.last_message_id)
        .outerjoin(User, User.id == Participant.other_id)
        .where(Participant.user_id == actor.id, Participant.last_message_at.is_not(None), _is_kept())
    )
    columns = (Participant.last_message_at, Participant.conversation_id)
    rows = db.session().execute(paging.narrow(query, columns, cursor).options(*PERSON)).all()
    entries = [_entry(*row) for row in rows]
    return paging.page(entries, cursor, lambda entry: (entry.at, entry.id))


def _is_kept() -> ColumnElement[bool]:
    return or_(User.id.is_(None), ~_IS_SPAM)


def _entry(mine: Participant, newest: Message, other: User | None) -> Entry:
    is_mine = newest.sender_id == mine.user_id
    is_hidden = newest.hidden_at is not None and not is_mine
    return Entry(
        id=mine.conversation_id,
        other=_present(other),
        at=mine.last_message_at or newest.sent_at,
        unread_count=mine.unread_count,
        excerpt="" if is_hidden else " ".join(newest.body[: 2 * EXCERPT].split())[:EXCERPT],
        is_mine=is_mine,
        is_hidden=is_hidden,
    )


def _present(other: User | None) -> User | None:
    return other if other is not None and other.deletion_asked_at is None else None


def side(actor: Actor, conversation_id: int) -> Side:
    """The conversation from the actor's side; NotFound for whoever does not take part."""
    found = _side(_sides(actor.id).where(Participant.conversation_id == conversation_id))
    if found is None:
        raise NotFound("conversation-unknown", "There is no such conversation.")
    return found


def between(actor: Actor, other_id: int) -> Side | None:
    """The conversation of the actor with somebody, if there is one."""
    return _side(_sides(actor.id).where(Participant.other_id == other_id))


def _sides(user_id: int | None) -> Select[Participant, User]:
    query = select(Participant, User).outerjoin(User, User.id == Participant.other_id)
    return query.where(Participant.user_id == user_id, _is_kept()).options(*PERSON)


def _side(query: Select[Participant, User]) -> Side | None:
    row = db.session().execute(query).first()
    if row is None:
        return None
    mine, other = row
    return Side(
        id=mine.conversation_id,
        other=_present(other),
        unread_count=mine.unread_count,
        removed_to_id=mine.removed_to_id,
        is_listed=mine.last_message_at is not None,
    )


def messages(side: Side, cursor: Cursor | None = None) -> Page[Message]:
    """What was written, the newest first, without what this one has removed."""
    query = select(Message).where(Message.conversation_id == side.id, Message.id > side.removed_to_id)
    narrowed = paging.narrow(query, (Message.sent_at, Message.id), cursor, MESSAGES_A_PAGE)
    rows = db.session().scalars(narrowed).all()
    return paging.page(rows, cursor, lambda message: (message.sent_at, message.id), MESSAGES_A_PAGE)


def all_messages(side: Side) -> Iterator[Message]:
    """Everything that was written, the oldest first, a portion at a time."""
    after = side.removed_to_id
    while True:
        query = select(Message).where(Message.conversation_id == side.id, Message.id > after)
        rows = db.session().scalars(query.order_by(Message.id).limit(AT_ONCE)).all()
        yield from rows
        if len(rows) < AT_ONCE:
            return
        after = rows[-1].id


def unread_counted(user_id: int | ScalarSelect[int]) -> Select[int]:
    """What counts the conversations with something the member has not read. Whom they muted is not counted."""
    is_muted = exists().where(Mute.muter_id == user_id, Mute.muted_id == Participant.other_id)
    query = select(func.count()).select_from(Participant).outerjoin(User, User.id == Participant.other_id)
    # A written zero: with a parameter SQLite would not see that its index holds just these rows.
    has_unread = Participant.unread_count > literal_column("0")
    return query.where(Participant.user_id == user_id, has_unread, _is_kept(), ~is_muted)


def welcome_of(user_id: int) -> Welcome:
    """From whom a member takes a first message."""
    return _welcome(db.session().scalar(select(_chosen(user_id))))


def _chosen(user_id: int) -> ScalarSelect[str]:
    return select(MessageSettings.welcomes).where(MessageSettings.user_id == user_id).scalar_subquery()


def _welcome(chosen: str | None) -> Welcome:
    return Welcome(chosen) if chosen else rules.DEFAULT


def would_read(actor: Actor) -> ColumnElement[bool]:
    """Members to whom the actor may write, as a condition: for all of whom `rules.wrong_with_writing` has no refusal.

    Whether the actor may write at all is asked elsewhere.
    """
    me = actor.id
    here = and_(User.id != me, User.claimed, User.active, User.suspended_at.is_(None), User.deletion_asked_at.is_(None))
    blocks = exists().where(Block.blocker_id == me, Block.blocked_id == User.id)
    is_blocked = exists().where(Block.blocker_id == User.id, Block.blocked_id == me)
    apart = or_(blocks, is_blocked)
    if actor.can(Permission.MODERATE):
        return and_(here, ~apart)
    has_written = exists().where(Participant.user_id == User.id, Participant.other_id == me, Participant.has_written)
    follows = exists().where(Follow.follower_id == User.id, Follow.followed_id == me)
    chosen = select(MessageSettings.welcomes).where(MessageSettings.user_id == User.id).correlate(User)
    welcomes = func.coalesce(chosen.scalar_subquery(), rules.DEFAULT.value)
    is_followed = and_(welcomes == Welcome.FOLLOWED.value, follows)
    return and_(here, ~apart, or_(has_written, welcomes == Welcome.EVERYONE.value, is_followed))


def standing(actor: Actor, other: User) -> Standing:
    """How somebody stands to the actor who would write to them; two statements."""
    tie = social.state(actor, other.id)
    theirs = (Participant.user_id == other.id, Participant.other_id == actor.id)
    has_written = exists().where(*theirs, Participant.has_written)
    chosen, answers = db.session().execute(select(_chosen(other.id), has_written)).one()
    return Standing(
        is_self=tie.is_self,
        can_read=other.claimed and other.active and other.suspended_at is None,
        blocks=tie.blocks,
        is_blocked=tie.is_blocked,
        welcomes=_welcome(chosen),
        follows_actor=tie.follows_back,
        has_written=bool(answers),
    )


def received(actor: Actor, message_id: int) -> Message:
    """A message that somebody wrote to the actor: what they may report. NotFound for every other."""
    mine = Participant.conversation_id == Message.conversation_id, Participant.user_id == actor.id
    query = select(Message).join(Participant, Participant.conversation_id == Message.conversation_id)
    seen = (Message.id > Participant.removed_to_id, Message.sender_id.is_distinct_from(actor.id))
    found = db.session().scalar(query.where(Message.id == message_id, *mine, *seen))
    if found is None:
        raise NotFound("message-unknown", "There is no such message.")
    return found
