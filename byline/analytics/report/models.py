"""Tables of the room: what a site's team wants to know again and again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from byline.kernel.db import Base


class Goal(Base):
    """Something that visitors are to do: an event of the site's own, or a page they come to."""

    __tablename__ = "goals"
    __table_args__ = (UniqueConstraint("site_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    event: Mapped[str] = mapped_column(String(200), default="")
    """The event's name; empty for a goal that is a page."""
    props: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """What the event must say, each of them; empty for any."""
    path: Mapped[str] = mapped_column(String(500), default="")
    """The page's path, in which `*` stands for any signs; empty for a goal that is an event."""
    created_at: Mapped[datetime]


class Funnel(Base):
    """A way of two to eight steps that visitors are to take."""

    __tablename__ = "funnels"
    __table_args__ = (UniqueConstraint("site_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """In their order, each with `event`, `props` and `path` as a goal has them."""
    created_at: Mapped[datetime]


class Segment(Base):
    """Filters under a name."""

    __tablename__ = "segments"
    __table_args__ = (UniqueConstraint("site_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    filters: Mapped[list[str]] = mapped_column(JSON, default=list)
    """As they stand in a URL."""
    created_at: Mapped[datetime]


class Note(Base):
    """What happened on a day, as a mark on the chart."""

    __tablename__ = "annotations"
    __table_args__ = (Index("ix_annotations_site_id_day", "site_id", "day", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    day: Mapped[date] = mapped_column(Date)
    text: Mapped[str] = mapped_column(String(280))
    created_at: Mapped[datetime]
