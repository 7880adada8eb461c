"""Tables of the room: what members were told, by whom likes are, who wants which mail, which rounds began."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from byline.accounts.models import User
from byline.comments.models import Comment
from byline.conversations.models import Message
from byline.kernel.db import Base
from byline.moderation.models import Decision
from byline.posts.models import Post

UNREAD = text("read_at IS NULL")
WAITING = text("mail <> ''")


class Kind(StrEnum):
    """What a member can be told of, each with its own choice of mail. `POSTS` is told by mail alone."""

    REPLY = "reply"
    MENTION = "mention"
    COMMENT = "comment"
    LIKE = "like"
    FOLLOW = "follow"
    MESSAGE = "message"
    DECISION = "decision"
    POSTS = "posts"


class Pace(StrEnum):
    """How often a member wants mail of a kind."""

    AT_ONCE = "at-once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


class Notification(Base):
    """One line in a member's list. There is one for each thing (`topic`); news about it move it up again.

    Whether it is shown depends on what it is about, as `queries.standing` says: a line about a comment that was hidden
    stays here and is not seen.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("user_id", "topic"),
        Index("ix_notifications_listed", "user_id", "at", "id"),
        Index("ix_notifications_unread", "user_id", "at", "id", sqlite_where=UNREAD, postgresql_where=UNREAD),
        Index("ix_notifications_waiting", "mail", "user_id", "at", sqlite_where=WAITING, postgresql_where=WAITING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    """Who is told."""
    topic: Mapped[str] = mapped_column(String(64))
    """What it is about, such as `comment:12`: nobody is told of one thing twice."""
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    """When there was news of it last."""
    read_at: Mapped[datetime | None]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    """Who did it. None for what several did, and for moderators, who are not named."""
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id", ondelete="CASCADE"), index=True)
    act: Mapped[str] = mapped_column(String(16), default="")
    """What was decided, a word of `rules.Outcome`; `rules.HELD` where something is still to be decided."""
    reason: Mapped[str] = mapped_column(String(300), default="")
    mail: Mapped[str] = mapped_column(String(8), default="")
    """The pace of a letter that is still to be written about it; empty when none is."""
    written_at: Mapped[datetime | None]
    """When a letter about it was handed to the worker. Whether it arrived its task knows."""

    actor: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[actor_id])
    post: Mapped[Post | None] = relationship(lazy="raise")
    comment: Mapped[Comment | None] = relationship(lazy="raise")
    message: Mapped[Message | None] = relationship(lazy="raise")
    decision: Mapped[Decision | None] = relationship(lazy="raise")


class Liker(Base):
    """One of the members whom a line about likes is about. It stays when the like is taken back, as a memory."""

    __tablename__ = "notification_likers"
    __table_args__ = (Index("ix_notification_likers_at", "notification_id", "at", "member_id"),)

    notification_id: Mapped[int] = mapped_column(ForeignKey("notifications.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    at: Mapped[datetime]


class MailChoice(Base):
    """How often a member wants mail of a kind, where they chose; without a row `rules.DEFAULTS` says."""

    __tablename__ = "mail_choices"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    pace: Mapped[str] = mapped_column(String(8))


class MailRound(Base):
    """Until which moment the daily letters, the weekly ones or the digests were begun."""

    __tablename__ = "mail_rounds"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    until: Mapped[datetime]
