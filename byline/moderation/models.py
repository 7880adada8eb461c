"""Tables of moderation: what waits to be looked at, reports, decisions, and what is written in answer to them."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from byline.accounts.models import User
from byline.kernel.db import Base

OPEN = text("closed_at IS NULL")


class Kind(StrEnum):
    """What can be reported and decided about."""

    POST = "post"
    COMMENT = "comment"
    MEMBER = "member"
    MESSAGE = "message"


class Cause(StrEnum):
    """Why something waits to be looked at."""

    HELD = "held"
    REPORTED = "reported"
    APPEALED = "appealed"


class Rank(IntEnum):
    """How soon something is to be looked at; the queue begins with the highest."""

    CLEARING = -1
    """It was decided at one stroke with many others, and the worker is at it."""
    LAST = 0
    """It looks like spam, or comes from one of very many who joined at once."""
    ORDINARY = 1
    PRESSING = 2
    APPEAL = 3


class ReportReason(StrEnum):
    """What is wrong, in the words a member chooses from."""

    SPAM = "spam"
    HARASSMENT = "harassment"
    HATE = "hate"
    PRIVACY = "privacy"
    ILLEGAL = "illegal"
    OTHER = "other"


class Act(StrEnum):
    """What a moderator can decide."""

    APPROVE = "approve"
    """A held comment or post is let through."""
    KEEP = "keep"
    """What was reported stays as it is."""
    HIDE = "hide"
    RESTORE = "restore"
    SUSPEND = "suspend"
    LIFT = "lift"
    SPAM = "spam"
    """A member is marked as a spammer, with all that is theirs."""
    NO_SPAM = "no-spam"
    UPHOLD = "uphold"
    """An appeal was read and changes nothing."""


class Matter(Base):
    """Something that waits to be looked at, or did: one row for one subject at a time, whatever brings it here."""

    __tablename__ = "matters"
    __table_args__ = (
        Index("uq_matters_open", "kind", "subject_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_matters_queue", "bundle", "rank", "opened_at", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_matters_member_id_closed_at", "member_id", "closed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[int]
    member_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    """Whose it is."""
    cause: Mapped[str] = mapped_column(String(16))
    held_for: Mapped[str] = mapped_column(String(32), default="")
    rank: Mapped[int]
    bundle: Mapped[str] = mapped_column(String(80))
    """What is decided together: `m:` of one member, `w:` the same words, `j:` an hour in which many joined, `a:` an
    answer, `x:` what the worker is at."""
    reports: Mapped[int] = mapped_column(default=0)
    excerpt: Mapped[str] = mapped_column(String(400), default="")
    """The words as they were when it came here."""
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id", ondelete="SET NULL"), index=True)
    """What settled it."""
    appealed_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id", ondelete="CASCADE"), index=True)
    """The decision that an appeal is about."""


class Report(Base):
    """A member says that something is wrong with it. Who that was is shown to nobody."""

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("matter_id", "reporter_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id", ondelete="CASCADE"))
    reporter_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(String(500), default="")
    is_trusted: Mapped[bool] = mapped_column(default=False)
    """Whether the member had earned trust when they reported."""
    created_at: Mapped[datetime]


class Decision(Base):
    """One act of a moderator. It stays when those it names are gone."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index("ix_decisions_at_id", "at", "id"),
        Index("ix_decisions_member_id_at", "member_id", "at", "id"),
        Index("ix_decisions_actor_id_at", "actor_id", "at", "id"),
        Index("ix_decisions_kind_subject_id", "kind", "subject_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    actor_name: Mapped[str] = mapped_column(String(64), default="")
    act: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[int]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    """Whom it is about."""
    member_name: Mapped[str] = mapped_column(String(64), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
    excerpt: Mapped[str] = mapped_column(String(400), default="")
    until: Mapped[datetime | None]
    """When a suspension ends by itself."""
    traces: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What taking it back must put right, as `undoing` reads it."""
    batch: Mapped[str | None] = mapped_column(String(32), index=True)
    """What was decided at one stroke about many has this in common."""
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    actor: Mapped[User | None] = relationship(foreign_keys=[actor_id], lazy="raise")
    member: Mapped[User | None] = relationship(foreign_keys=[member_id], lazy="raise")


class Reply(Base):
    """What the member whom a decision is about answers to it, and what a moderator answers them."""

    __tablename__ = "decision_replies"
    __table_args__ = (Index("ix_decision_replies_decision_id", "decision_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    of_moderators: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
