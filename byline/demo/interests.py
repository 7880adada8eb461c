"""What the demo's people follow besides each other: tags of what the others write. And when they last looked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select

from byline.accounts.models import User
from byline.kernel import db
from byline.posts.models import PostTag
from byline.timeline import service

POPULAR = 12
EACH = 3
LAST_LOOK = timedelta(days=4)


def settle(now: datetime, members: Iterable[User]) -> None:
    """Let everybody follow some of the tags in use, and have been here some days ago. Safe to run twice."""
    tags = _popular()
    for place, member in enumerate(members):
        for step in range(min(EACH, len(tags))):
            service.follow_tag(member.actor, tags[(place + 4 * step) % len(tags)])
        service.note_visit(member.id, now - LAST_LOOK)


def _popular() -> list[int]:
    carried = select(PostTag.tag_id).where(PostTag.listed_at.is_not(None)).group_by(PostTag.tag_id)
    return list(db.session().scalars(carried.order_by(func.count().desc(), PostTag.tag_id).limit(POPULAR)))
