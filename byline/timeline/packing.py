"""What a member takes along of this room."""

from __future__ import annotations

from sqlalchemy import select

from byline.kernel import db
from byline.posts.models import Tag
from byline.timeline.models import TagFollow


def portion(member_id: int) -> tuple[str, object]:
    """The tags the member follows, each with the moment."""
    query = select(Tag.name, TagFollow.created_at).join(TagFollow, TagFollow.tag_id == Tag.id)
    rows = db.session().execute(query.where(TagFollow.user_id == member_id).order_by(TagFollow.created_at, Tag.id))
    return "followed_tags.json", [{"tag": name, "since": at.isoformat()} for name, at in rows]
