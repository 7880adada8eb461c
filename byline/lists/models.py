"""Tables of the room: bookmarks, reading lists and what stands on them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from byline.accounts.models import User
from byline.kernel.db import Base


class Bookmark(Base):
    """A member keeps a post for later. Nobody else ever sees it."""

    __tablename__ = "bookmarks"
    __table_args__ = (Index("ix_bookmarks_member_id_created_at", "member_id", "created_at", "post_id"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True, index=True)
    created_at: Mapped[datetime]


class ReadingList(Base):
    """Posts that a member put together. Others see it while it is published.

    A change of a published list renews the cached pages; services say so, as a private list must not.
    """

    __tablename__ = "reading_lists"
    __table_args__ = (
        UniqueConstraint("owner_id", "slug"),
        Index("ix_reading_lists_owner_id_updated_at", "owner_id", "updated_at", "id"),
        Index("ix_reading_lists_owner_id_published_at", "owner_id", "published_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    owner: Mapped[User] = relationship(lazy="raise")
    slug: Mapped[str] = mapped_column(String(200))
    """Follows the title until the list is first published, and stays from then on."""
    title: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    """When something was put on it, taken off it or said about it."""
    published_at: Mapped[datetime | None]
    """Since when others may see it; None while it is private."""
    was_published: Mapped[bool] = mapped_column(default=False)
    """Whether others ever saw it, so that its address may be in use."""
    hidden_at: Mapped[datetime | None]
    """Since when a moderator keeps it from others; its owner still sees it."""


class ListItem(Base):
    """A post on a list, with what its owner says about it."""

    __tablename__ = "reading_list_items"
    __table_args__ = (Index("ix_reading_list_items_list_id_position", "list_id", "position", "post_id"),)

    list_id: Mapped[int] = mapped_column(ForeignKey("reading_lists.id", ondelete="CASCADE"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int]
    note: Mapped[str] = mapped_column(String(500), default="")
    added_at: Mapped[datetime]
