"""Tables of likes: one row for each, and how many a post or a comment has.

The counts are kept because lists sort and show them. `counted` says whether a like is in its count: those of a member
who is leaving, or was taken for a spammer, stay as rows for some days and are not counted.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from byline.kernel.db import Base


class PostLike(Base):
    """A member likes a post."""

    __tablename__ = "post_likes"
    __table_args__ = (
        Index("ix_post_likes_member_id_post_id", "member_id", "post_id"),
        Index("ix_post_likes_post_id_created_at", "post_id", "created_at", "member_id"),
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    created_at: Mapped[datetime]
    counted: Mapped[bool] = mapped_column(default=True)


class PostLikeCount(Base):
    """How many likes of a post are counted. No row until the first."""

    __tablename__ = "post_like_counts"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    likes: Mapped[int]


class CommentLike(Base):
    """A member likes a comment. The comment keeps the count itself, as threads are sorted by it."""

    __tablename__ = "comment_likes"
    __table_args__ = (Index("ix_comment_likes_member_id_comment_id", "member_id", "comment_id"),)

    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    created_at: Mapped[datetime]
    counted: Mapped[bool] = mapped_column(default=True)
