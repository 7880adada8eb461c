"""A block between two members takes the posts of each off the other's published lists, as long as it lasts."""

from __future__ import annotations

from sqlalchemy import and_, exists, or_, select

from byline.kernel import db
from byline.lists.models import ListItem, ReadingList
from byline.posts.models import Post
from byline.social.messages import MemberBlocked, MemberUnblocked


def renew(event: MemberBlocked | MemberUnblocked) -> None:
    """Renew the kept pages where one of the two has put the other's posts on show. The items stay as rows."""
    one, other = event.blocker_id, event.blocked_id
    on_show = (
        exists()
        .where(ReadingList.id == ListItem.list_id, Post.id == ListItem.post_id)
        .where(ReadingList.published_at.is_not(None))
        .where(
            or_(
                and_(ReadingList.owner_id == one, Post.author_id == other),
                and_(ReadingList.owner_id == other, Post.author_id == one),
            )
        )
    )
    if db.session().scalar(select(on_show)):
        db.content_changed()
