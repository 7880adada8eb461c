"""Tables of what a site shows to others, and of whom it writes to."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from byline.kernel.db import Base


class Pace(StrEnum):
    """How often a report is written."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Watch(StrEnum):
    """What an alert looks out for."""

    SPIKE = "spike"
    SILENCE = "silence"


class Share(Base):
    """A link that shows the numbers of a site to whoever has it, until it ends or is revoked."""

    __tablename__ = "site_shares"
    # A number is never given twice: a cookie names the link that its password opened.
    __table_args__ = (Index("ix_site_shares_site_id_id", "site_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    token: Mapped[str] = mapped_column(String(32), unique=True)
    """The secret in its address. It is kept as it is, because the team copies the address again and again."""
    password: Mapped[str | None] = mapped_column(String(255))
    """Argon2id of what must be typed first; None for nothing."""
    filters: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What it shows only, as filters stand in a URL; empty for everything."""
    shows: Mapped[str] = mapped_column(String(100), default="")
    """What the filters were called when the link was made."""
    origins: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Websites whose pages may show it in a frame, such as `https://example.org`."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class ReportMail(Base):
    """Somebody on a site's team who wants a letter about its numbers each week or month."""

    __tablename__ = "site_report_mails"
    __table_args__ = (
        UniqueConstraint("site_id", "user_id", "pace"),
        Index("ix_site_report_mails_due", "pace", "told_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    pace: Mapped[str] = mapped_column(String(8))
    """A value of `Pace`."""
    told_until: Mapped[date] = mapped_column(Date)
    """The first day that no letter has told of: the Monday or the first of a month after the last one's days."""
    created_at: Mapped[datetime]


class Alert(Base):
    """Somebody on a site's team who wants to hear when very many visitors are there, or when none come."""

    __tablename__ = "site_alerts"
    __table_args__ = (UniqueConstraint("site_id", "user_id", "watches"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    watches: Mapped[str] = mapped_column(String(8))
    """A value of `Watch`."""
    threshold: Mapped[int]
    """Visitors at once for a spike, hours without a hit for silence."""
    noticed_at: Mapped[datetime | None]
    """When it was first seen to be so; None while it is not."""
    raised_at: Mapped[datetime | None]
    """When the letter about it was written; None once it was over."""
    told_at: Mapped[datetime | None]
    """When the last letter was written at all."""
    created_at: Mapped[datetime]
