"""How the site stands: numbers for the overview, and what the system page shows."""

from __future__ import annotations

import platform
import shutil
from dataclasses import dataclass
from importlib.metadata import version

from sqlalchemy import func, select, text

from byline.kernel import db
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from byline.moderation.models import Matter
from byline.posts.models import Media, Post, PostState


@dataclass(frozen=True, slots=True)
class Writing:
    """Numbers of posts and pictures."""

    published: int
    drafts: int
    scheduled: int
    pictures: int
    picture_bytes: int


def writing() -> Writing:
    """How much is written; two statements."""
    by_state = select(Post.state, func.count()).where(Post.deleted_at.is_(None)).group_by(Post.state)
    posts = {row[0]: row[1] for row in db.session().execute(by_state)}
    pictures = db.session().execute(select(func.count(), func.coalesce(func.sum(Media.size_bytes), 0))).one()
    return Writing(
        published=posts.get(PostState.PUBLISHED, 0),
        drafts=posts.get(PostState.DRAFT, 0),
        scheduled=posts.get(PostState.SCHEDULED, 0),
        pictures=pictures[0],
        picture_bytes=int(pictures[1]),
    )


def reports_waiting() -> int:
    """How many things wait for a moderator."""
    return db.session().scalar(select(func.count()).select_from(Matter).where(Matter.closed_at.is_(None))) or 0


def posts_of(user_id: int) -> int:
    """How many posts a member owns, drafts included."""
    mine = select(func.count()).where(Post.author_id == user_id, Post.deleted_at.is_(None))
    return db.session().scalar(mine) or 0


def facts(settings: Settings, database: Database) -> list[tuple[str, str]]:
    """What the site runs on, as label and value."""
    disk = shutil.disk_usage(settings.data)
    return [
        ("Byline", version("byline")),
        ("Python", platform.python_version()),
        ("Flask", version("flask")),
        ("Database", _database(database)),
        ("Size of the database", _size(_database_bytes(database))),
        ("Data folder", str(settings.data)),
        ("Free on its disk", f"{_size(disk.free)} of {_size(disk.total)}"),
    ]


def _database(database: Database) -> str:
    number = ".".join(str(part) for part in db.session().connection().dialect.server_version_info or ())
    return f"{'SQLite' if database.is_sqlite else 'PostgreSQL'} {number}"


def _database_bytes(database: Database) -> int:
    if database.is_sqlite:
        query = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    else:
        query = "SELECT pg_database_size(current_database())"
    return int(db.session().execute(text(query)).scalar_one())


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:,.0f} {unit}"
        count /= 1000
    return f"{count:,.1f} GB"
