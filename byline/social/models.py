"""Tables of the room: follows and their counts, blocks and mutes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from byline.kernel.db import Base


class Follow(Base):
    """A member follows another."""

    __tablename__ = "follows"
    __table_args__ = (
        Index("ix_follows_followed_id_listed", "followed_id", "listed_at", "follower_id"),
        Index("ix_follows_follower_id_listed", "follower_id", "listed_at", "followed_id"),
    )

    follower_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    followed_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    created_at: Mapped[datetime]
    listed_at: Mapped[datetime | None]
    """`created_at` while both are here, None while one of them is leaving: the key of every list and count."""


class FollowCount(Base):
    """How many follow a member and how many the member follows, those apart who are leaving.

    Without a row the follows are counted. `tallies` alone writes here.
    """

    __tablename__ = "follow_counts"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    followers: Mapped[int]
    following: Mapped[int]


class Block(Base):
    """A member wants nothing to do with another."""

    __tablename__ = "blocks"
    __table_args__ = (
        Index("ix_blocks_blocker_id_created_at", "blocker_id", "created_at", "blocked_id"),
        Index("ix_blocks_blocked_id_blocker_id", "blocked_id", "blocker_id"),
    )

    blocker_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    blocked_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    created_at: Mapped[datetime]


class Mute(Base):
    """A member would rather not hear of another, who never learns of it."""

    __tablename__ = "mutes"
    __table_args__ = (Index("ix_mutes_muter_id_created_at", "muter_id", "created_at", "muted_id"),)

    muter_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    muted_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    created_at: Mapped[datetime]
