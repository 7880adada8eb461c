"""Where an administrator's settings are kept: one row for each section that was ever saved, one for each page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from byline.kernel import db


class SiteSection(db.Base):
    """One section as it was saved last. Without a row, the settings of the environment hold."""

    __tablename__ = "site_sections"
    __public__ = True

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)
    """Counts the saves, so that nobody overwrites what they have not seen."""
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)


class SitePage(db.Base):
    """A page of the site's own, such as About, in Markdown and as readers see it."""

    __tablename__ = "site_pages"
    __public__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(default=0)
    """Its place in the footer, the smallest first."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)


class FormerSitePage(db.Base):
    """An address that a page of the site's own had before; it leads to the page as long as no other page is there."""

    __tablename__ = "former_site_pages"
    __public__ = True

    slug: Mapped[str] = mapped_column(String(100), primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("site_pages.id", ondelete="CASCADE"), index=True)
