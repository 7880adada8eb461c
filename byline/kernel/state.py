"""The one row that belongs to the whole site: its content version and its first-start link."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, select, text
from sqlalchemy.orm import Mapped, mapped_column

from byline.kernel import db

CONTENT_VERSION = "SELECT content_version FROM site_state"


class SiteState(db.Base):
    """Exactly one row, made by the first migration."""

    __tablename__ = "site_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content_version: Mapped[int] = mapped_column(default=0)
    first_link_digest: Mapped[str | None] = mapped_column(String(64))
    first_link_used_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)


def site_state() -> SiteState:
    """The site's row."""
    return db.session().execute(select(SiteState)).scalar_one()


def content_version() -> int:
    """The content version that the unit of work under way sees. What is remembered here must not be older."""
    version = int(db.session().execute(text(CONTENT_VERSION)).scalar_one())
    db.session().info["content_version"] = version
    return version
