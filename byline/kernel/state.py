"""What kept pages depend on: the content version in the site's one row, and a version for each topic of a few pages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, String, delete, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from byline.kernel import db

CONTENT_VERSION = "SELECT content_version FROM site_state"
TOPIC_VERSION = "SELECT version FROM page_topics WHERE name = :name"
TOPIC_VERSIONS = "SELECT name, version FROM page_topics WHERE name = ANY(:names)"
"""For PostgreSQL."""


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
    note_content_version(version)
    return version


def note_content_version(version: int) -> None:
    """Say which content version the unit of work under way sees, where it was read along with something else."""
    db.session().info["content_version"] = version


class PageTopic(db.Base):
    """Something that few pages show and that changes more often than the content, such as the likes of one post."""

    __tablename__ = "page_topics"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int]


def renew(topic: str) -> None:
    """Renew the kept pages that lean on a topic when this unit of work commits; all others stay.

    Until then another unit of work that renews the same topic waits.
    """
    first = db.insert_into(PageTopic).values(name=topic, version=1)
    again = first.on_conflict_do_update(index_elements=[PageTopic.name], set_={"version": PageTopic.version + 1})
    db.session().execute(again)


def forget(topic: str) -> None:
    """Keep no version of a topic whose pages are gone; the content version must move in the same unit of work."""
    db.session().execute(delete(PageTopic).where(PageTopic.name == topic))


def topic_version(topic: str) -> int:
    """The version of a topic that the unit of work under way sees; 0 before the first change."""
    return int(db.session().execute(text(TOPIC_VERSION), {"name": topic}).scalar() or 0)


def version_of(topic: str) -> ColumnElement[int]:
    """The same as a column of somebody's query."""
    return func.coalesce(select(PageTopic.version).where(PageTopic.name == topic).scalar_subquery(), 0)
