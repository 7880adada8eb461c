"""Filling the index of a site that had posts before it could be searched, or whose index was lost."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from byline.accounts.models import User
from byline.kernel import bus, db
from byline.kernel.settings import Settings
from byline.posts.models import Post
from byline.search import index
from byline.search.messages import FillIndex

POSTS_AT_ONCE = 50
"""So few because on SQLite nobody else writes while they are worked on, some tenths of a second."""
MEMBERS_AT_ONCE = 500


def fill_index(task: FillIndex, _settings: Settings) -> None:
    """Bring in the next posts and members, and ask for those behind them. Safe to run twice."""
    further = bring_next(task)
    if further is not None:
        bus.enqueue(further)


def bring_next(task: FillIndex) -> FillIndex | None:
    """Bring in the next posts and members; answer what is to be done after it, None when that was all."""
    posts = _behind(Post, task.after_post, POSTS_AT_ONCE)
    members = _behind(User, task.after_member, MEMBERS_AT_ONCE)
    index.bring_posts(posts)
    index.bring_members(members)
    if not posts and not members:
        return None
    return FillIndex(posts[-1] if posts else task.after_post, members[-1] if members else task.after_member)


def _behind(table: type[Post | User], last: int, limit: int) -> Sequence[int]:
    return db.session().scalars(select(table.id).where(table.id > last).order_by(table.id).limit(limit)).all()
