"""What a member takes along of this room."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, load_only, raiseload

from byline.accounts.models import User
from byline.kernel import db
from byline.notifications import queries
from byline.notifications.models import Notification
from byline.posts.models import Post


def portion(member_id: int) -> tuple[str, object]:
    """What the member was told, with the moments, and which mail they want how often."""
    post = joinedload(Notification.post).load_only(Post.title, raiseload=True)
    actor = joinedload(Notification.actor).options(load_only(User.username, raiseload=True), raiseload(User.role))
    mine = select(Notification).where(Notification.user_id == member_id).options(post, actor)
    told = db.session().scalars(mine.order_by(Notification.at, Notification.id))
    chosen = queries.choices_of(member_id)
    return "notifications.json", {
        "told": [_row(line) for line in told],
        "mail": {kind.value: pace.value for kind, pace in chosen.items()},
    }


def _row(line: Notification) -> dict[str, Any]:
    return {
        "at": line.at.isoformat(),
        "kind": line.kind,
        "by": line.actor.username if line.actor is not None else None,
        "post": line.post.title if line.post is not None else None,
        "comment": line.comment_id,
        "decision": line.act or None,
        "reason": line.reason or None,
        "read": line.read_at.isoformat() if line.read_at is not None else None,
    }
