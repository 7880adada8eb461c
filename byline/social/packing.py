"""What a member takes along of this room."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from byline.accounts.models import User
from byline.kernel import db
from byline.social.models import Block, Follow, Mute


def portion(member_id: int) -> tuple[str, object]:
    """Whom the member follows, who follows them, and whom they blocked and muted, each with the moment."""
    return "people.json", {
        "following": _names(Follow.followed_id, Follow.follower_id, Follow.created_at, member_id),
        "followers": _names(Follow.follower_id, Follow.followed_id, Follow.created_at, member_id),
        "blocked": _names(Block.blocked_id, Block.blocker_id, Block.created_at, member_id),
        "muted": _names(Mute.muted_id, Mute.muter_id, Mute.created_at, member_id),
    }


def _names(
    other: InstrumentedAttribute[int],
    mine: InstrumentedAttribute[int],
    at: InstrumentedAttribute[datetime],
    member_id: int,
) -> list[dict[str, str]]:
    query = select(User.username, at).join(User, User.id == other).where(mine == member_id).order_by(at, other)
    return [{"username": username, "since": moment.isoformat()} for username, moment in db.session().execute(query)]
