"""Whether a post is already as an arrival would make it, so that nothing needs to be written."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import selectinload, undefer

from byline.kernel import db
from byline.posts import content
from byline.posts.models import PathRedirect, Post, PostAddress, PostTag
from byline.posts.service import Arrival


def is_as(post_id: int, arrival: Arrival) -> bool:
    """Whether text, authors, tags, state, moments, addresses and front matter of the post are those of the arrival."""
    query = select(Post).where(Post.id == post_id)
    loaded = (selectinload(Post.authors), selectinload(Post.tags).joinedload(PostTag.tag), undefer(Post.front_matter))
    post = db.session().scalars(query.options(*loaded)).one()
    return (
        _text(post) == _wanted_text(arrival)
        and [author.user_id for author in post.authors]
        == list(dict.fromkeys((arrival.owner_id, *arrival.co_author_ids)))
        and (post.state, post.created_at, post.updated_at, post.published_at, post.publish_at)
        == (arrival.state, arrival.created_at, arrival.updated_at, arrival.published_at, arrival.publish_at)
        and (post.front_matter or {}) == dict(arrival.front_matter or {})
        and _has_addresses(post, arrival)
    )


def _text(post: Post) -> tuple[object, ...]:
    cover = (post.cover_key or "") if post.cover_chosen else None
    tags = tuple(link.tag.slug for link in post.tags)
    return post.title, post.body, tags, post.standfirst, post.slug, cover


def _wanted_text(arrival: Arrival) -> tuple[object, ...]:
    wanted = arrival.content
    tags = tuple(content.tag_slug(name) for name in wanted.tags)
    return wanted.title, content.lines(wanted.body), tags, wanted.standfirst, wanted.slug, wanted.cover


def _has_addresses(post: Post, arrival: Arrival) -> bool:
    session = db.session()
    slugs = set(session.scalars(select(PostAddress.slug).where(PostAddress.post_id == post.id)))
    # An old address that leads to another post stays there, so it is no difference either.
    paths = set(session.scalars(select(PathRedirect.path).where(PathRedirect.path.in_(arrival.paths))))
    return set(arrival.old_slugs) <= slugs | {post.slug} and set(arrival.paths) <= paths
