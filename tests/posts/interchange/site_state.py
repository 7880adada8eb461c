"""What of a site can be seen from outside or by its writers, as plain values: two equal sites give equal values."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload, undefer

from byline.accounts.models import User
from byline.kernel.db import Database
from byline.posts.models import Media, PathRedirect, Post, PostAddress, PostAuthor, PostTag

POST_COLUMNS = (
    "slug", "state", "title", "standfirst", "body", "html", "toc", "excerpt", "word_count", "reading_minutes",
    "cover_key", "cover_chosen", "created_at", "updated_at", "publish_at", "published_at", "listed_at", "front_matter",
)  # fmt: skip
USER_COLUMNS = ("username", "name", "location", "about", "links", "avatar_key", "member_since", "claimed")


def of(database: Database) -> dict[str, Any]:
    """Every public value of the site, rows under the addresses that name them."""
    with database.unit_of_work(write=False) as session:
        posts = session.scalars(
            select(Post)
            .order_by(Post.listed_at, Post.id)
            .options(
                undefer(Post.html),
                undefer(Post.toc),
                undefer(Post.front_matter),
                joinedload(Post.author),
                selectinload(Post.authors).joinedload(PostAuthor.user),
                selectinload(Post.tags).joinedload(PostTag.tag),
            )
        ).all()
        place = {post.id: f"/@{post.author.username}/{post.slug}" for post in posts}
        return {
            "order of lists": [place[post.id] for post in posts if post.listed_at],
            "posts": {place[post.id]: _post(post) for post in posts},
            "members": {user.username: _columns(user, USER_COLUMNS) for user in session.scalars(select(User))},
            "old slugs": sorted((place[row.post_id], row.slug) for row in session.scalars(select(PostAddress))),
            "redirects": sorted((row.path, place[row.post_id]) for row in session.scalars(select(PathRedirect))),
            "pictures": sorted(
                (row.key, row.content_type, row.width, row.height, row.size_bytes)
                for row in session.scalars(select(Media))
            ),
        }


def _post(post: Post) -> dict[str, Any]:
    return {
        **_columns(post, POST_COLUMNS),
        "authors": [(author.position, author.user.username, author.listed_at) for author in post.authors],
        "tags": [(link.position, link.tag.slug, link.tag.name, link.listed_at) for link in post.tags],
    }


def _columns(row: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def differences(first: dict[str, Any], second: dict[str, Any], path: str = "") -> list[str]:
    """Where two sites differ, in words short enough to read in a failing test."""
    found: list[str] = []
    for key in dict.fromkeys((*first, *second)):
        here = f"{path}/{key}"
        one, other = first.get(key), second.get(key)
        if isinstance(one, dict) and isinstance(other, dict):
            found += differences(one, other, here)
        elif one != other:
            found.append(f"{here}: {str(one)[:300]!r} is not {str(other)[:300]!r}")
    return found
