"""Tables of the room: conversations between two, who takes part, what was written, and who may write to whom."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from byline.accounts.models import User
from byline.kernel.db import Base


class Welcome(StrEnum):
    """From whom a member takes a first message."""

    NOBODY = "nobody"
    FOLLOWED = "followed"
    EVERYONE = "everyone"


class Conversation(Base):
    """What two members write to each other. There is one for each two; it outlives the account of one of them."""

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("low_id", "high_id"),
        CheckConstraint("low_id < high_id", name="ordered"),
        Index("ix_conversations_started_by_id_created_at", "started_by_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    low_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    high_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    """The two in the order of their numbers, so that two first messages at once begin one conversation."""
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    last_message_id: Mapped[int | None]
    """The newest message; no foreign key, as messages refer to their conversation already."""


class Participant(Base):
    """One of the two: what they have read, and where the conversation stands in their list."""

    __tablename__ = "participants"
    __table_args__ = (
        Index("ix_participants_listed", "user_id", "last_message_at", "conversation_id"),
        Index(
            "ix_participants_unread",
            "user_id",
            sqlite_where=text("unread_count > 0"),
            postgresql_where=text("unread_count > 0"),
        ),
    )

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    last_message_at: Mapped[datetime | None]
    """None while this one has removed the conversation from their list."""
    unread_count: Mapped[int] = mapped_column(default=0)
    removed_to_id: Mapped[int] = mapped_column(default=0)
    """This one has removed every message up to this number."""
    has_written: Mapped[bool] = mapped_column(default=False)
    """Whoever wrote lets the other answer."""
    conversation: Mapped[Conversation] = relationship(lazy="raise")
    other: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[other_id])


class Message(Base):
    """What one wrote to the other: plain text. It never changes."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("sender_id", "form_key"),
        Index("ix_messages_conversation_id_sent_at", "conversation_id", "sent_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    """None when the sender has left."""
    body: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]
    """When a moderator took it from the one it was written to."""
    form_key: Mapped[str | None] = mapped_column(String(64))
    """What the form that sent it called itself, so that sending it twice is one message."""


class MessageSettings(Base):
    """Whom a member lets write to them; without a row it is whom they follow."""

    __tablename__ = "message_settings"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    welcomes: Mapped[str] = mapped_column(String(16))
