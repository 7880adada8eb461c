"""Reading lists as their owner and others see them. Visibility is part of each query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager

from byline.accounts.models import User
from byline.accounts.shown import person
from byline.kernel import db
from byline.kernel.access import Actor, Permission
from byline.kernel.errors import NotFound
from byline.lists import rules
from byline.lists.models import ListItem, ReadingList
from byline.posts import queries as posts
from byline.posts.models import Post
from byline.social.models import Block
from byline.web import paging
from byline.web.paging import Cursor, Page


@dataclass(frozen=True, slots=True)
class Item:
    """A post on a list. `shown` says whether others see it there."""

    post_id: int
    note: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A post on a list as its owner puts it in order."""

    post_id: int
    title: str
    slug: str
    author: str
    author_name: str
    note: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a member's lists, and whether a post stands on it."""

    id: int
    title: str
    is_published: bool
    has_post: bool


def shown() -> ColumnElement[bool]:
    """Lists that everybody may see. `User` must be joined as their owner."""
    is_here = and_(User.deletion_asked_at.is_(None), User.apart_at.is_(None))
    return and_(ReadingList.published_at.is_not(None), ReadingList.hidden_at.is_(None), is_here)


def by_id(actor: Actor, list_id: int) -> ReadingList:
    """A list of the actor's own with its owner; NotFound for everybody else's."""
    query = _with_owner().where(ReadingList.id == list_id, ReadingList.owner_id == actor.id)
    found = db.session().scalar(query)
    if found is None:
        raise NotFound("list-unknown", "There is no such list.")
    return found


def by_address(actor: Actor, username_key: str, slug: str) -> ReadingList | None:
    """The list at `/@username/lists/slug` with its owner, None where the actor may see none.

    Moderators see what one of them has hidden.
    """
    query = _with_owner().where(User.username_key == username_key, ReadingList.slug == slug)
    if actor.can(Permission.MODERATE):
        public = and_(ReadingList.published_at.is_not(None), User.deletion_asked_at.is_(None))
        return db.session().scalar(query.where(or_(public, ReadingList.owner_id == actor.id)))
    return db.session().scalar(query.where(or_(shown(), ReadingList.owner_id == actor.id)))


def of_member(owner_id: int, cursor: Cursor | None = None) -> Page[ReadingList]:
    """The lists of a member that everybody may see, the last published first."""
    query = _with_owner().where(ReadingList.owner_id == owner_id, shown())
    return _page(query, cursor, own=False)


def published_between(first: int, last: int) -> Sequence[tuple[str, str, datetime]]:
    """Owner's username, slug and last change of the lists with these numbers that show something to everybody."""
    shows = exists().where(ListItem.list_id == ReadingList.id, ListItem.post_id == Post.id, _is_shown())
    query = select(User.username, ReadingList.slug, ReadingList.updated_at).join(User, User.id == ReadingList.owner_id)
    query = query.where(ReadingList.id.between(first, last), shown(), shows).order_by(ReadingList.id)
    return [(username, slug, changed_at) for username, slug, changed_at in db.session().execute(query)]


def own(actor: Actor, cursor: Cursor | None = None) -> Page[ReadingList]:
    """Every list of the actor, the last changed first."""
    return _page(_with_owner().where(ReadingList.owner_id == actor.id), cursor, own=True)


def number_shown(owner_id: int) -> ScalarSelect[int]:
    """How many lists of a member everybody may see, as a column of somebody's query."""
    query = select(func.count()).select_from(ReadingList).join(User, User.id == ReadingList.owner_id)
    return query.where(ReadingList.owner_id == owner_id, shown()).scalar_subquery()


def sizes(lists: Iterable[ReadingList], actor: Actor) -> dict[int, int]:
    """How many posts stand on each list for this actor, in one statement; empty lists are missing."""
    wanted = {one.id for one in lists}
    if not wanted:
        return {}
    for_reader = or_(_is_shown(), and_(ReadingList.owner_id == actor.id, posts.visible(actor)))
    query = select(ListItem.list_id, func.count()).join(Post, Post.id == ListItem.post_id)
    query = query.join(ReadingList, ReadingList.id == ListItem.list_id)
    query = query.where(ListItem.list_id.in_(wanted), for_reader).group_by(ListItem.list_id)
    return {row[0]: row[1] for row in db.session().execute(query)}


def items(actor: Actor, of: ReadingList) -> Sequence[Item]:
    """What stands on a list, in its order: for others what every list may show, for the owner all they may read."""
    visible = posts.visible(actor) if actor.id == of.owner_id else _is_shown()
    query = select(ListItem.post_id, ListItem.note, _is_shown()).join(Post, Post.id == ListItem.post_id)
    query = query.join(ReadingList, ReadingList.id == ListItem.list_id).where(ListItem.list_id == of.id, visible)
    query = query.order_by(ListItem.position, ListItem.post_id).limit(rules.MOST_ITEMS)
    return [Item(*row) for row in db.session().execute(query)]


def lines(actor: Actor, of: ReadingList) -> Sequence[Line]:
    """The same for the owner at work: titles and names in place of whole posts."""
    # Under a name of its own, as what may be seen asks for the author too.
    author = aliased(User)
    name = func.coalesce(func.nullif(author.name, ""), author.username)
    columns = (ListItem.post_id, Post.title, Post.slug, author.username, name, ListItem.note, _is_shown())
    query = select(*columns).join(Post, Post.id == ListItem.post_id).join(author, author.id == Post.author_id)
    query = query.join(ReadingList, ReadingList.id == ListItem.list_id)
    query = query.where(ListItem.list_id == of.id, posts.visible(actor)).order_by(ListItem.position, ListItem.post_id)
    return [Line(*row) for row in db.session().execute(query.limit(rules.MOST_ITEMS))]


def choices(actor: Actor, post_id: int) -> Sequence[Choice]:
    """Every list of the actor, the last changed first, and whether a post stands on it."""
    has = exists().where(ListItem.list_id == ReadingList.id, ListItem.post_id == post_id)
    query = select(ReadingList.id, ReadingList.title, ReadingList.published_at.is_not(None), has)
    query = query.where(ReadingList.owner_id == actor.id).limit(rules.MOST_LISTS)
    ordered = query.order_by(ReadingList.updated_at.desc(), ReadingList.id.desc())
    return [Choice(*row) for row in db.session().execute(ordered)]


def _is_shown() -> ColumnElement[bool]:
    # Nobody puts somebody on show from whom they are kept apart, whichever of the two asked for it.
    apart = exists().where(
        or_(
            and_(Block.blocker_id == ReadingList.owner_id, Block.blocked_id == Post.author_id),
            and_(Block.blocker_id == Post.author_id, Block.blocked_id == ReadingList.owner_id),
        )
    )
    return and_(Post.listed_at.is_not(None), ~apart)


def _with_owner() -> Select[ReadingList]:
    owner = contains_eager(ReadingList.owner).options(*person())
    return select(ReadingList).join(User, User.id == ReadingList.owner_id).options(owner)


def _page(query: Select[ReadingList], cursor: Cursor | None, *, own: bool) -> Page[ReadingList]:
    moment = ReadingList.updated_at if own else ReadingList.published_at
    rows = db.session().scalars(paging.narrow(query, (moment, ReadingList.id), cursor)).all()

    def key(row: ReadingList) -> tuple[datetime, int]:
        return (row.updated_at if own else row.published_at or row.updated_at), row.id

    return paging.page(rows, cursor, key)
