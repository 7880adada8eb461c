"""Bookmarks: the one door for keeping a post for later, and the list of what is kept. Nobody else sees any of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, select

from byline.kernel import clock, db
from byline.kernel.access import Actor
from byline.lists import rules
from byline.lists.models import Bookmark
from byline.posts import queries as posts
from byline.posts.models import Post
from byline.web import paging
from byline.web.paging import Cursor, Page


@dataclass(frozen=True, slots=True)
class Kept:
    """A post somebody keeps, and since when."""

    post_id: int
    at: datetime


def keep(actor: Actor, post_id: int) -> Post:
    """Keep a post for later and answer it; once more changes nothing. NotFound for one the actor cannot read."""
    member_id = rules.keeper(actor)
    post = posts.for_readers_act(actor, post_id)
    values = {"member_id": member_id, "post_id": post.id, "created_at": clock.now()}
    db.session().execute(db.insert_into(Bookmark).values(values).on_conflict_do_nothing())
    return post


def let_go(actor: Actor, post_id: int) -> bool:
    """Do not keep a post any longer; False when it was not kept. It works for posts that are gone from readers too."""
    mine = (Bookmark.member_id == rules.keeper(actor)) & (Bookmark.post_id == post_id)
    taken = delete(Bookmark).where(mine).returning(Bookmark.post_id)
    return db.session().execute(taken).first() is not None


def is_kept(actor: Actor, post_id: int) -> ColumnElement[bool]:
    """Whether the actor keeps a post, as a column of somebody's query."""
    return exists().where(Bookmark.member_id == actor.id, Bookmark.post_id == post_id)


def of_member(actor: Actor, cursor: Cursor | None = None) -> Page[Kept]:
    """What the actor keeps and may still read, the last kept first."""
    query = select(Bookmark.post_id, Bookmark.created_at).join(Post, Post.id == Bookmark.post_id)
    query = query.where(Bookmark.member_id == actor.id, posts.visible(actor))
    rows = db.session().execute(paging.narrow(query, (Bookmark.created_at, Bookmark.post_id), cursor)).all()
    kept = [Kept(*row) for row in rows]
    return paging.page(kept, cursor, lambda one: (one.at, one.post_id))
