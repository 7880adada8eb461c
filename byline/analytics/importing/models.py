"""The table of a site's imports."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from byline.kernel.db import Base


class Kind(StrEnum):
    """Where numbers come from."""

    ACCESS_LOG = "access-log"
    PLAUSIBLE = "plausible"
    UMAMI = "umami"
    GOATCOUNTER = "goatcounter"
    GA4 = "ga4"


LABELS = {
    Kind.ACCESS_LOG: "Access logs",
    Kind.PLAUSIBLE: "Plausible",
    Kind.UMAMI: "Umami",
    Kind.GOATCOUNTER: "GoatCounter",
    Kind.GA4: "Google Analytics 4",
}


class State(StrEnum):
    """How far an import is."""

    LOOKING = "looking"
    """The file is being looked at."""
    WAITING = "waiting"
    """It was looked at; nobody said yet that it shall happen."""
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNDOING = "undoing"


class Import(Base):
    """What was, or is to be, brought into a site from one place. Its number marks everything that it brought."""

    __tablename__ = "imports"
    # A number is never given twice: what an undone import brought must not come back under a new one.
    __table_args__ = (Index("ix_imports_site_id_id", "site_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    """Who asked for it; None for a command."""
    kind: Mapped[str] = mapped_column(String(16))
    """A value of `Kind`."""
    name: Mapped[str] = mapped_column(String(200))
    """Of the file."""
    state: Mapped[str] = mapped_column(String(16))
    """A value of `State`."""
    over_own: Mapped[bool] = mapped_column(default=False)
    """Whether days count that this Byline had measured itself."""
    file_name: Mapped[str | None] = mapped_column(String(64))
    """Under which the file waits in the data folder."""
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    numbers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What was found or brought, and what could not be; see `outcome`."""
    done: Mapped[int] = mapped_column(default=0)
    """How many parts of it are in."""
    problem: Mapped[str] = mapped_column(Text, default="")
