"""Tables of writing: posts, their authors, tags, addresses, revisions, working copies and pictures."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from byline.accounts.models import User
from byline.kernel.db import Base


class PostState(StrEnum):
    """Where a post stands. Only `PUBLISHED` is listed; `UNLISTED` opens to whoever has the link."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    UNLISTED = "unlisted"
    WITHDRAWN = "withdrawn"


class HeldFor(StrEnum):
    """Why a post waits for approval."""

    FIRST = "first"
    """Nothing of its author's was approved yet."""
    SPAM = "spam"


class Post(Base):
    """One piece of writing. Markdown (`body`) is the truth; `html` and what else follows is rendered at each save."""

    __tablename__ = "posts"
    __public__ = True
    __table_args__ = (
        UniqueConstraint("author_id", "slug"),
        UniqueConstraint("author_id", "form_key"),
        Index(
            "ix_posts_listed",
            "listed_at",
            "id",
            sqlite_where=text("listed_at IS NOT NULL"),
            postgresql_where=text("listed_at IS NOT NULL"),
        ),
        Index("ix_posts_author_id_state_updated_at", "author_id", "state", "updated_at", "id"),
        Index(
            "ix_posts_deleted_at",
            "deleted_at",
            sqlite_where=text("deleted_at IS NOT NULL"),
            postgresql_where=text("deleted_at IS NOT NULL"),
        ),
        Index(
            "ix_posts_digest",
            "digest",
            sqlite_where=text("digest IS NOT NULL"),
            postgresql_where=text("digest IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    """The owner, whose address the post lives under."""
    author: Mapped[User] = relationship(lazy="raise")
    slug: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(16), default=PostState.DRAFT)
    title: Mapped[str] = mapped_column(String(300))
    standfirst: Mapped[str] = mapped_column(String(500), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    html: Mapped[str] = mapped_column(Text, default="", deferred=True, deferred_raiseload=True)
    toc: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, deferred=True, deferred_raiseload=True)
    excerpt: Mapped[str] = mapped_column(String(400), default="")
    word_count: Mapped[int] = mapped_column(default=0)
    reading_minutes: Mapped[int] = mapped_column(default=1)
    cover_key: Mapped[str | None] = mapped_column(String(100))
    """Storage key of the picture shown in lists and cards."""
    cover_chosen: Mapped[bool] = mapped_column(default=False)
    """Whether the writer chose `cover_key` (None: no picture); otherwise it is the first picture of the text."""
    form_key: Mapped[str | None] = mapped_column(String(64))
    """What the form that made the post called itself, so that sending it twice makes one post."""
    version: Mapped[int] = mapped_column(default=1)
    """Grows with each save; a save that started from an older one is a conflict."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    publish_at: Mapped[datetime | None]
    """When a scheduled post is due."""
    published_at: Mapped[datetime | None]
    listed_at: Mapped[datetime | None]
    """`published_at` while the post is listed, otherwise None: the key of every public list."""
    deleted_at: Mapped[datetime | None]
    """When it was put into the bin. It keeps its state there, so that it comes back as it was."""
    hidden_at: Mapped[datetime | None]
    """When a moderator hid it. Its authors still read and change it, and it keeps its state for when it is restored."""
    hidden_reason: Mapped[str] = mapped_column(String(300), default="")
    held_at: Mapped[datetime | None]
    """Since when it waits for approval. Its authors still read and change it; it keeps its state for when it is let
    through."""
    held_for: Mapped[str] = mapped_column(String(16), default="")
    spam_score: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str | None] = mapped_column(String(64))
    """The same for equal words; only of what members published whom nobody knew yet."""
    source_path: Mapped[str | None] = mapped_column(String(500))
    """Where an import found it, so that the next import knows it again."""
    source_digest: Mapped[str | None] = mapped_column(String(64))
    front_matter: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True, deferred_raiseload=True)
    """What an import found and Byline has no column for; an export writes it back."""

    authors: Mapped[list[PostAuthor]] = relationship(
        back_populates="post", order_by="PostAuthor.position", cascade="all, delete-orphan", lazy="raise"
    )
    tags: Mapped[list[PostTag]] = relationship(
        back_populates="post", order_by="PostTag.position", cascade="all, delete-orphan", lazy="raise"
    )


class PostAuthor(Base):
    """Who wrote a post: the owner at position 0, co-authors after. `listed_at` follows the post's."""

    __tablename__ = "post_authors"
    __public__ = True
    __table_args__ = (Index("ix_post_authors_listed", "user_id", "listed_at", "post_id"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int]
    listed_at: Mapped[datetime | None]
    post: Mapped[Post] = relationship(back_populates="authors", lazy="raise")
    user: Mapped[User] = relationship(lazy="raise")


class Tag(Base):
    """A subject. `slug` is its address, `name` how its first user wrote it."""

    __tablename__ = "tags"
    __public__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))


class PostTag(Base):
    """A post's tag. `listed_at` follows the post's."""

    __tablename__ = "post_tags"
    __public__ = True
    __table_args__ = (Index("ix_post_tags_listed", "tag_id", "listed_at", "post_id"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"), primary_key=True)
    position: Mapped[int]
    listed_at: Mapped[datetime | None]
    post: Mapped[Post] = relationship(back_populates="tags", lazy="raise")
    tag: Mapped[Tag] = relationship(lazy="raise")


class PostAddress(Base):
    """A slug the post used to have; it redirects for ever and no other post of this author may take it."""

    __tablename__ = "post_addresses"
    __public__ = True

    author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    slug: Mapped[str] = mapped_column(String(200), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)


class PathRedirect(Base):
    """An address from another site's life (an import's alias) that leads to a post here. No leading slash."""

    __tablename__ = "path_redirects"
    __public__ = True

    path: Mapped[str] = mapped_column(String(500), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)


class Revision(Base):
    """The text as it was saved once. Numbers run from 1 without gaps."""

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("post_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    number: Mapped[int]
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    standfirst: Mapped[str] = mapped_column(String(500), default="")
    body: Mapped[str] = mapped_column(Text)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]


class WorkingCopy(Base):
    """What a member has typed and not saved yet; `base_version` is the post's version it started from."""

    __tablename__ = "working_copies"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    title: Mapped[str] = mapped_column(String(300))
    standfirst: Mapped[str] = mapped_column(String(500), default="")
    body: Mapped[str] = mapped_column(Text)
    tags: Mapped[str] = mapped_column(String(1000), default="")
    base_version: Mapped[int]
    sequence: Mapped[int] = mapped_column(default=0)
    """Grows with each autosave, so that a late request cannot undo a newer one."""
    window: Mapped[str] = mapped_column(String(32), default="")
    """The browser window that wrote last; another one may go on only from what this one wrote."""
    updated_at: Mapped[datetime]


class Media(Base):
    """A picture a member uploaded. The file lives in the storage under `key`."""

    __tablename__ = "media"
    __table_args__ = (UniqueConstraint("owner_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(100), index=True)
    content_type: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int]
    alt: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]
