"""What becomes of conversations when one of the two is deleted, and of what both have removed."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Select, delete, exists, func, select, update
from sqlalchemy.orm import aliased

from byline.accounts.leaving_messages import MemberDeleted
from byline.accounts.models import User
from byline.conversations.messages import SweepMessages
from byline.conversations.models import Conversation, Message, Participant
from byline.kernel import clock, db
from byline.kernel.settings import Settings

EVIDENCE = timedelta(days=30)
"""How long a message stays after both removed it, should one of them report the other."""
QUIETLY = {"synchronize_session": False}


def let_go(event: MemberDeleted) -> None:
    """Leave what the member wrote to whom they wrote it, without a name. What a spammer wrote goes with them."""
    session = db.session()
    if session.scalar(select(User.expelled_at).where(User.id == event.user_id)) is not None:
        _forget_spam(event.user_id)
    session.execute(delete(Conversation).where(Conversation.id.in_(_alone(event.user_id))), execution_options=QUIETLY)


def _alone(user_id: int) -> Select[int]:
    """Conversations of a member whose other one is gone already."""
    other = aliased(Participant)
    is_there = exists().where(other.conversation_id == Participant.conversation_id, other.user_id != user_id)
    return select(Participant.conversation_id).where(Participant.user_id == user_id, ~is_there)


def _forget_spam(user_id: int) -> None:
    session = db.session()
    theirs = select(Participant.conversation_id).where(Participant.user_id == user_id)
    answered = select(Participant.conversation_id).where(Participant.other_id == user_id, Participant.has_written)
    one_sided = delete(Conversation).where(Conversation.id.in_(theirs), Conversation.id.not_in(answered))
    session.execute(one_sided, execution_options=QUIETLY)
    session.execute(delete(Message).where(Message.sender_id == user_id), execution_options=QUIETLY)
    newest = select(func.max(Message.id)).where(Message.conversation_id == Conversation.id).scalar_subquery()
    again = update(Conversation).where(Conversation.id.in_(theirs)).values(last_message_id=newest)
    session.execute(again, execution_options=QUIETLY)
    session.execute(
        update(Participant).where(Participant.other_id == user_id).values(unread_count=0), execution_options=QUIETLY
    )


def sweep(_task: SweepMessages, _settings: Settings) -> None:
    """Delete messages that both have removed, when they are a month old. Safe to run twice."""
    still_seen = exists().where(
        Participant.conversation_id == Message.conversation_id, Participant.removed_to_id < Message.id
    )
    old = delete(Message).where(Message.sent_at < clock.now() - EVIDENCE, ~still_seen)
    db.session().execute(old, execution_options=QUIETLY)
