"""What a member takes along of this room, and one conversation as a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import select

from byline.accounts.models import User
from byline.conversations import queries
from byline.conversations.models import Message, Participant
from byline.conversations.queries import Side
from byline.kernel import db

GONE = "somebody who left"


def portion(member_id: int) -> tuple[str, object]:
    """Every conversation the member has not removed, and whom they let write to them."""
    return "messages.json", {
        "first_messages_from": queries.welcome_of(member_id),
        "conversations": [_packed(member_id, side) for side in _sides(member_id)],
    }


def _sides(member_id: int) -> list[Side]:
    query = select(Participant).where(Participant.user_id == member_id).order_by(Participant.conversation_id)
    return [
        Side(row.conversation_id, _other(row.other_id), row.unread_count, row.removed_to_id, is_listed=True)
        for row in db.session().scalars(query)
    ]


def _other(user_id: int | None) -> User | None:
    return db.session().get(User, user_id) if user_id is not None else None


def _packed(member_id: int, side: Side) -> dict[str, object]:
    names = {member_id: db.session().get_one(User, member_id).username}
    if side.other is not None:
        names[side.other.id] = side.other.username
    return {
        "with": side.other.username if side.other else GONE,
        "messages": [
            {"from": _name(names, one), "at": one.sent_at.isoformat(), "text": one.body}
            for one in queries.all_messages(side)
            if one.hidden_at is None or one.sender_id == member_id
        ],
    }


def _name(names: Mapping[int, str], message: Message) -> str:
    return names.get(message.sender_id or 0, GONE)


def as_text(side: Side, names: Mapping[int, str], *, reader_id: int) -> Iterator[str]:
    """A conversation in plain text, the oldest message first: who, when (UTC), and the words."""
    for message in queries.all_messages(side):
        if message.hidden_at is None or message.sender_id == reader_id:
            yield f"{_name(names, message)}, {message.sent_at:%Y-%m-%d %H:%M} UTC\n{message.body}\n\n"
