"""Tables of the room: the terms of every listed post, and those of members and tags.

What finds them hangs on these tables and on nothing else, made by their migration: on SQLite an FTS5 table for each,
which triggers keep in step; on PostgreSQL a generated column `search_index` with a GIN index. So a row that goes with
its post or member, by a cascade too, is found no more.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from byline.kernel.db import Base


class SearchPost(Base):
    """One listed post as terms."""

    __tablename__ = "search_posts"

    post_id: Mapped[int] = mapped_column(
        ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    language: Mapped[str] = mapped_column(String(2), index=True)
    year: Mapped[int] = mapped_column(SmallInteger)
    """Of publishing."""
    title: Mapped[str] = mapped_column(Text)
    tags: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    """Terms of the standfirst and the text."""
    words: Mapped[str] = mapped_column(Text)
    """The title as it is written, for what is found while it is being typed."""
    marks: Mapped[str] = mapped_column(Text)
    """Authors, tags and year, so that a filter costs no more than a word."""


class SearchName(Base):
    """A member or a tag as terms."""

    __tablename__ = "search_names"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    tag_id: Mapped[int | None] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), unique=True)
    words: Mapped[str] = mapped_column(Text)
    """Username and name, or the tag's name, as they are written."""
    about: Mapped[str] = mapped_column(Text)
    """Terms of what a member says about themselves."""
