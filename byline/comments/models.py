"""Tables of the room: comments, what they said before, and threads that somebody closed or opened by hand."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from byline.accounts.models import User
from byline.kernel.db import Base
from byline.posts.models import Post


class CommentState(StrEnum):
    """Where a comment stands. Everyone reads only what is `VISIBLE`; its author reads all but `DELETED`."""

    VISIBLE = "visible"
    HELD = "held"
    HIDDEN = "hidden"
    DELETED = "deleted"
    SPAM = "spam"


class HeldFor(StrEnum):
    """Why a comment waits for approval."""

    FIRST = "first"
    NEW_MEMBER = "new-member"
    LINKS = "links"
    WORDS = "words"
    SPAM = "spam"


class Comment(Base):
    """What a member answered to a post, or to another comment under it. Markdown (`body`) is the truth.

    It is not `__public__`: a comment that nobody reads renews no page, and one that is read only those of its post,
    by the topic that `service.placing` renews.
    """

    __tablename__ = "comments"
    __table_args__ = (
        CheckConstraint("depth >= 0", name="depth"),
        Index(
            "ix_comments_roots",
            "post_id",
            "placed_at",
            "id",
            sqlite_where=text("depth = 0 AND placed_at IS NOT NULL"),
            postgresql_where=text("depth = 0 AND placed_at IS NOT NULL"),
        ),
        Index(
            "ix_comments_top",
            "post_id",
            "likes",
            "id",
            sqlite_where=text("depth = 0 AND placed_at IS NOT NULL"),
            postgresql_where=text("depth = 0 AND placed_at IS NOT NULL"),
        ),
        Index("ix_comments_root_id_path", "root_id", "path"),
        Index("ix_comments_post_id_shown_at", "post_id", "shown_at"),
        Index("ix_comments_author_id_shown_at", "author_id", "shown_at", "id"),
        Index("ix_comments_author_id_created_at", "author_id", "created_at", "id"),
        Index("ix_comments_author_id_state", "author_id", "state", "id"),
        Index("ix_comments_state", "state", "created_at", "id"),
        Index("ix_comments_created_at_id", "created_at", "id"),
        Index("ix_comments_post_id_state", "post_id", "state", "created_at", "id"),
        Index("ix_comments_digest_created_at", "digest", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    """None when the member is gone for good; what they wrote is gone too, and only its place is kept."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"), index=True)
    """The comment that is answered."""
    root_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    """The first comment of the thread, itself for a first one. None only until the row is stored."""
    path: Mapped[str] = mapped_column(String(60), default="")
    """The numbers of the comments it stands below, and its own: the order of a thread. No deeper than `depth` says."""
    depth: Mapped[int] = mapped_column(default=0)
    """How far in it is shown. An answer at the deepest level stands beside what it answers."""

    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64), default="")
    """Of the words without case and space: the same text again, by anybody, has the same."""
    state: Mapped[str] = mapped_column(String(16), default=CommentState.VISIBLE)
    state_before: Mapped[str | None] = mapped_column(String(16))
    """What it was before all of its author's comments were taken down together."""
    held_for: Mapped[str | None] = mapped_column(String(32))
    """A word of `HeldFor`, kept after approval."""
    spam_score: Mapped[int] = mapped_column(default=0)
    """From 0 to 100, as judged when it was written or last changed."""
    reason: Mapped[str] = mapped_column(String(300), default="")
    """Why it was hidden, as its author is told."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    decided_at: Mapped[datetime | None]
    """When somebody last approved, hid or restored it."""

    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    first_shown_at: Mapped[datetime | None]
    """When readers first saw it; tells a new comment from one that is back."""
    shown_at: Mapped[datetime | None]
    """`created_at` while everyone may read it, otherwise None: the key of every public list and count."""
    placed_at: Mapped[datetime | None]
    """`created_at` while it has a place on the page, if only to hold the answers below it together."""
    shown_below: Mapped[int] = mapped_column(default=0)
    """How many comments that everyone may read stand below it."""
    likes: Mapped[int] = mapped_column(default=0)

    author: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[author_id])
    post: Mapped[Post] = relationship(lazy="raise")
    parent: Mapped[Comment | None] = relationship(lazy="raise", remote_side=[id], foreign_keys=[parent_id])


class CommentVersion(Base):
    """What a comment said before it was changed. Numbers run from 1; what it says now has none."""

    __tablename__ = "comment_versions"
    __table_args__ = (UniqueConstraint("comment_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    number: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]


class Thread(Base):
    """Whether the comments of a post are closed, where somebody decided; without a row the site's policy does."""

    __tablename__ = "comment_threads"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    is_closed: Mapped[bool]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    decided_at: Mapped[datetime]
