"""The one door for every change of conversations: write, mark as read, remove, choose who may write, and moderate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select, update

from byline.accounts.models import User
from byline.conversations import queries, rules
from byline.conversations.messages import MessageSent
from byline.conversations.models import Conversation, Message, MessageSettings, Participant, Welcome
from byline.kernel import bus, clock, db
from byline.kernel.access import Actor, Permission
from byline.kernel.errors import NotAllowed, NotAuthenticated, NotFound, TooMany
from byline.social import service as social

LONGEST_FORM_KEY = 64


def send(actor: Actor, to_id: int, typed: str, *, form_key: str = "") -> Message:
    """Write to a member. The same form sent twice is one message, the first one.

    Raises Invalid for no words or too many and for oneself, NotFound for nobody and for somebody who is leaving,
    NotAllowed where the rules say so, TooMany beyond what one may begin in a day.
    """
    me = _someone(actor)
    body, key = rules.body_of(typed), form_key.replace("\0", "")[:LONGEST_FORM_KEY] or None
    # A block waits for this row too, and so does the same form sent a second time.
    social.hold_still(me)
    if (sent := _sent_before(me, key)) is not None:
        return sent
    to = _reader(to_id)
    if refusal := rules.wrong_with_writing(actor, queries.standing(actor, to)):
        raise refusal
    conversation = _opened(me, to.id)
    message = Message(conversation_id=conversation.id, sender_id=me, body=body, sent_at=clock.now(), form_key=key)
    db.session().add(message)
    db.session().flush()
    _deliver(conversation, message, to.id)
    bus.publish(MessageSent(message.id, me, to.id))
    return message


def mark_read(actor: Actor, conversation_id: int, up_to_id: int) -> None:
    """Count what the other wrote up to a message as read. NotFound for whoever does not take part."""
    mine = _mine(actor, conversation_id)
    later = (
        Message.conversation_id == conversation_id,
        Message.id > max(up_to_id, mine.removed_to_id),
        Message.sender_id.is_distinct_from(mine.user_id),
    )
    left = db.session().scalar(select(func.count()).select_from(Message).where(*later)) or 0
    mine.unread_count = min(mine.unread_count, left)
    db.session().flush()


def remove(actor: Actor, conversation_id: int) -> int:
    """Take what was written so far out of one's own view; answers what `bring_back` needs to undo it.

    The other one keeps it. A new message brings the conversation back, without the old ones.
    """
    mine = _mine(actor, conversation_id)
    before = mine.removed_to_id
    newest = select(func.max(Message.id)).where(Message.conversation_id == conversation_id)
    mine.removed_to_id = db.session().scalar(newest) or 0
    mine.last_message_at, mine.unread_count = None, 0
    db.session().flush()
    return before


def bring_back(actor: Actor, conversation_id: int, removed_to_id: int) -> None:
    """Undo `remove`: show the messages after `removed_to_id` again, as far as they still exist."""
    mine = _mine(actor, conversation_id)
    mine.removed_to_id = min(mine.removed_to_id, max(removed_to_id, 0))
    shown = (Message.conversation_id == conversation_id, Message.id > mine.removed_to_id)
    mine.last_message_at = db.session().scalar(select(func.max(Message.sent_at)).where(*shown))
    db.session().flush()


def choose(actor: Actor, welcome: Welcome) -> None:
    """Say who may write a first message to the actor from now on."""
    values = {"user_id": _someone(actor), "welcomes": welcome}
    wish = db.insert_into(MessageSettings).values(**values)
    db.session().execute(wish.on_conflict_do_update(index_elements=["user_id"], set_={"welcomes": welcome}))


def hide_message(actor: Actor, message_id: int) -> bool:
    """Take a message from the one it was written to; answers whether it was there for them before.

    Raises NotAllowed for whoever does not moderate, NotFound.
    """
    return _hide(actor, [message_id], hidden=True)


def restore_message(actor: Actor, message_id: int) -> bool:
    """Give a hidden message back; answers whether it was hidden."""
    return _hide(actor, [message_id], hidden=False)


def _hide(actor: Actor, ids: Sequence[int], *, hidden: bool) -> bool:
    if not actor.can(Permission.MODERATE):
        raise NotAllowed("may-not-moderate", "Only moderators may do this.")
    if db.session().scalar(select(func.count()).select_from(Message).where(Message.id.in_(ids))) != len(set(ids)):
        raise NotFound("message-unknown", "There is no such message.")
    is_now = Message.hidden_at.is_(None) if hidden else Message.hidden_at.is_not(None)
    change = update(Message).where(Message.id.in_(ids), is_now).values(hidden_at=clock.now() if hidden else None)
    return bool(db.session().scalars(change.returning(Message.id)).all())


def _someone(actor: Actor) -> int:
    if actor.id is None:
        raise NotAuthenticated("log-in-first", "Log in first.")
    return actor.id


def _reader(user_id: int) -> User:
    member = db.session().get(User, user_id)
    if member is None or member.deletion_asked_at is not None:
        raise NotFound("no-such-member", "Nobody here has this name.")
    return member


def _sent_before(me: int, form_key: str | None) -> Message | None:
    if form_key is None:
        return None
    return db.session().scalar(select(Message).where(Message.sender_id == me, Message.form_key == form_key))


def _opened(me: int, other: int) -> Conversation:
    """The conversation between two, begun if there is none, locked until the unit of work settles."""
    low, high = sorted((me, other))
    its = (Conversation.low_id == low, Conversation.high_id == high)
    if db.session().scalar(select(Conversation.id).where(*its)) is None:
        _begin(me, low, high)
    locked = select(Conversation).where(*its).with_for_update(of=Conversation)
    return db.session().scalars(locked.execution_options(populate_existing=True)).one()


def _begin(me: int, low: int, high: int) -> None:
    now = clock.now()
    lately = (Conversation.started_by_id == me, Conversation.created_at > now - timedelta(days=1))
    if (
        db.session().scalar(select(func.count()).select_from(Conversation).where(*lately)) or 0
    ) >= rules.MOST_BEGUN_A_DAY:
        sentence = "You have begun many conversations today. Go on with these, and begin others tomorrow."
        raise TooMany("too-many-conversations", sentence, retry_after_seconds=3600)
    values = {"low_id": low, "high_id": high, "started_by_id": me, "created_at": now}
    begun = db.insert_into(Conversation).values(**values).on_conflict_do_nothing().returning(Conversation.id)
    # The other one may have begun it at the same moment; then the two rows below are theirs.
    conversation_id = db.session().scalar(begun)
    if conversation_id is not None:
        db.session().add_all(
            Participant(conversation_id=conversation_id, user_id=one, other_id=other)
            for one, other in ((low, high), (high, low))
        )
        db.session().flush()


def _deliver(conversation: Conversation, message: Message, to_id: int) -> None:
    """Put the message on top of both lists: read by the one who wrote it, unread by the other."""
    conversation.last_message_id = message.id
    of_both = update(Participant).where(Participant.conversation_id == conversation.id)
    quietly = {"synchronize_session": False}
    mine = of_both.where(Participant.user_id == message.sender_id)
    theirs = of_both.where(Participant.user_id == to_id)
    sent = message.sent_at
    db.session().execute(mine.values(last_message_at=sent, unread_count=0, has_written=True), execution_options=quietly)
    unread = Participant.unread_count + 1
    db.session().execute(theirs.values(last_message_at=sent, unread_count=unread), execution_options=quietly)
    db.session().flush()


def _mine(actor: Actor, conversation_id: int) -> Participant:
    """The actor's side of a conversation, which stays locked while it changes; NotFound where there is none."""
    its = (Participant.conversation_id == conversation_id, Participant.user_id == _someone(actor))
    # The conversation's own row, as a message on its way holds that one.
    lock = select(Conversation.id).where(Conversation.id == conversation_id).with_for_update()
    db.session().execute(lock).all()
    found = db.session().scalar(select(Participant).where(*its).execution_options(populate_existing=True))
    if found is None:
        raise NotFound("conversation-unknown", "There is no such conversation.")
    return found
