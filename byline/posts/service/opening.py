"""Opening a post for a change: loaded, locked, and only for those who may."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from byline.kernel import db
from byline.kernel.access import Actor
from byline.kernel.errors import NotAllowed, NotAuthenticated, NotFound
from byline.posts import rules
from byline.posts.models import Post, PostTag

Rule = Callable[[Actor, Post], bool]


def for_change(actor: Actor, post_id: int, may: Rule) -> Post:
    """The post with its author, authors and tags, locked until the unit of work settles.

    NotFound for whoever may not know of it, NotAllowed when `may` says no. On PostgreSQL it waits for another change
    of the same post; on SQLite every change waits for every other anyway.
    """
    return _allowed(actor, locked(post_id), may)


def check(actor: Actor, post_id: int, may: Rule) -> Post:
    """The same without the lock, for what leaves the post itself alone."""
    return _allowed(actor, db.session().scalar(_whole(post_id)), may)


def locked(post_id: int) -> Post | None:
    """The post for the machine's own work, locked; None when it is gone. Another worker at it waits."""
    query = _whole(post_id).with_for_update(of=Post).execution_options(populate_existing=True)
    return db.session().scalar(query)


def check_may_write(actor: Actor) -> None:
    """Refuse whoever may not write at all, with the reason."""
    if rules.may_write(actor):
        return
    if not actor.is_authenticated:
        raise NotAuthenticated("log-in-first", "Log in to write.")
    if not actor.confirmed:
        raise NotAllowed("not-confirmed", "Confirm your e-mail address first; then you can write.")
    raise NotAllowed("may-not-write", "Your account may not write posts.")


def owner_for(actor: Actor, owner_id: int | None) -> int:
    """Whose post it will be: the actor's, or somebody else's where an administrator or the machine begins it."""
    if owner_id is None or owner_id == actor.id:
        if actor.id is None:
            raise ValueError("A post needs an owner; give owner_id.")
        return actor.id
    if not actor.is_administrator:
        raise NotAllowed("not-your-post", "Only an administrator may write in somebody else's name.")
    return owner_id


def _whole(post_id: int) -> Select[Post]:
    return (
        select(Post)
        .where(Post.id == post_id)
        .options(joinedload(Post.author), selectinload(Post.authors), selectinload(Post.tags).joinedload(PostTag.tag))
    )


def _allowed(actor: Actor, post: Post | None, may: Rule) -> Post:
    if post is None or not (rules.may_read(actor, post) or may(actor, post)):
        raise NotFound("post-unknown", "There is no such post.")
    if not may(actor, post):
        check_may_write(actor)
        raise NotAllowed("not-your-post", "Only those who wrote this post may do that.")
    return post
