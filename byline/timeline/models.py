"""Tables of the room: followed tags, and when members last read their timeline."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from byline.kernel.db import Base


class TagFollow(Base):
    """A member follows a tag. Nobody else sees it, so it renews no page."""

    __tablename__ = "tag_follows"
    __table_args__ = (Index("ix_tag_follows_user_id_created_at", "user_id", "created_at", "tag_id"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True, index=True)
    created_at: Mapped[datetime]


class TimelineVisit(Base):
    """When a member last opened their timeline, and when the visit before this one ended."""

    __tablename__ = "timeline_visits"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    seen_at: Mapped[datetime]
    before_at: Mapped[datetime | None]
