"""The table of the room."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from byline.kernel.db import Base


class State(StrEnum):
    """How far an experiment is."""

    DRAFT = "draft"
    """Everybody sees the control, and nobody is counted."""
    RUNNING = "running"
    ENDED = "ended"
    """Everybody sees the winner, and nobody is counted."""


class Experiment(Base):
    """A question to visitors: which of two to five variants brings more of them to a goal."""

    __tablename__ = "experiments"
    __table_args__ = (UniqueConstraint("site_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(40))
    """What pages call it."""
    name: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(10), default=State.DRAFT)
    variants: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """Each with its `name` and `weight`; the first is the control."""
    goal: Mapped[str] = mapped_column(String(100))
    """What the goal is called. It is a copy: a goal of the site that changes later changes nothing here."""
    event: Mapped[str] = mapped_column(String(200), default="")
    props: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    path: Mapped[str] = mapped_column(String(500), default="")
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    winner: Mapped[str] = mapped_column(String(40), default="")
    counted: Mapped[list[list[int]] | None] = mapped_column(JSON)
    """What was counted when it ended: rows of variant, day, exposed, converted. Single events may be gone since."""
    created_at: Mapped[datetime]
