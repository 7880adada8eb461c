"""Posts read for writing them down: with authors, tags, old addresses and front matter, some at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload, selectinload, undefer

from byline.kernel import db
from byline.posts.models import PathRedirect, Post, PostAddress, PostAuthor, PostTag

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Gathered:
    """A post and the addresses that lead to it, as an alias writes them: without slashes around."""

    post: Post
    aliases: tuple[str, ...]


def posts(*conditions: ColumnElement[bool]) -> Iterator[Gathered]:
    """Every post that meets the conditions, in the order they were made. Keeps only some of them in memory."""
    last = 0
    while batch := _batch(last, conditions):
        aliases = _aliases(batch)
        for post in batch:
            yield Gathered(post, tuple(aliases[post.id]))
        last = batch[-1].id
        for post in batch:
            db.session().expunge(post)


def _batch(after: int, conditions: Sequence[ColumnElement[bool]]) -> list[Post]:
    query = select(Post).where(Post.id > after, *conditions).order_by(Post.id).limit(AT_ONCE)
    loaded = (
        joinedload(Post.author),
        selectinload(Post.authors).joinedload(PostAuthor.user),
        selectinload(Post.tags).joinedload(PostTag.tag),
        undefer(Post.front_matter),
    )
    return list(db.session().scalars(query.options(*loaded)))


def _aliases(batch: Sequence[Post]) -> defaultdict[int, list[str]]:
    usernames = {post.id: post.author.username for post in batch}
    aliases: defaultdict[int, list[str]] = defaultdict(list)
    for address in db.session().scalars(select(PostAddress).where(PostAddress.post_id.in_(usernames))):
        aliases[address.post_id].append(f"@{usernames[address.post_id]}/{address.slug}")
    for redirect in db.session().scalars(select(PathRedirect).where(PathRedirect.post_id.in_(usernames))):
        aliases[redirect.post_id].append(redirect.path)
    for each in aliases.values():
        each.sort()
    return aliases
