"""What a member takes along of what they keep."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from byline.accounts.models import User
from byline.kernel import db
from byline.lists.models import Bookmark, ListItem, ReadingList
from byline.posts.models import Post


def bookmarks(member_id: int) -> tuple[str, list[dict[str, Any]]]:
    """The posts a member keeps for later, the last first."""
    query = select(User.username, Post.slug, Bookmark.created_at).join(Post, Post.id == Bookmark.post_id)
    query = query.join(User, User.id == Post.author_id).where(Bookmark.member_id == member_id)
    rows = db.session().execute(query.order_by(Bookmark.created_at.desc()))
    return "bookmarks.json", [{"post": f"/@{name}/{slug}", "at": at.isoformat()} for name, slug, at in rows]


def reading_lists(member_id: int) -> tuple[str, list[dict[str, Any]]]:
    """A member's lists with what stands on them, in order."""
    lists = db.session().scalars(
        select(ReadingList).where(ReadingList.owner_id == member_id).order_by(ReadingList.created_at, ReadingList.id)
    )
    posts = _posts(member_id)
    return "reading-lists.json", [
        {
            "title": found.title,
            "description": found.description,
            "published_at": found.published_at.isoformat() if found.published_at else None,
            "created_at": found.created_at.isoformat(),
            "posts": posts.get(found.id, []),
        }
        for found in lists
    ]


def _posts(member_id: int) -> dict[int, list[dict[str, str]]]:
    query = select(ListItem.list_id, User.username, Post.slug, ListItem.note)
    query = query.join(ReadingList, ReadingList.id == ListItem.list_id).join(Post, Post.id == ListItem.post_id)
    query = query.join(User, User.id == Post.author_id).where(ReadingList.owner_id == member_id)
    found: dict[int, list[dict[str, str]]] = {}
    for list_id, name, slug, note in db.session().execute(query.order_by(ListItem.list_id, ListItem.position)):
        found.setdefault(list_id, []).append({"post": f"/@{name}/{slug}", "note": note})
    return found
