"""Which posts stand in a member's timeline: put together when it is read, from the newest of each source.

A source is a person or a tag; its posts lie in an index that ends in their order. One look into that index gives the
newest moment of a source below the page's cursor. Only sources whose newest moment reaches as far as the twenty-first
of these moments can have a post on the page, and of each only its first twenty-one. So a page costs one look for each
source and a few rows besides, however much was ever written. docs/decisions/0014 has the measurements.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    Subquery,
    and_,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    select,
    true,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.orm import aliased

from byline.kernel import db
from byline.kernel.db import UtcDateTime
from byline.posts.models import PostAuthor, PostTag
from byline.social.models import Block, Follow, Mute
from byline.timeline.models import TagFollow
from byline.web import paging
from byline.web.paging import Cursor, Key, Page

LOOKED_AT = paging.PAGE_SIZE + 1
"""A page and one row more, which tells whether another page follows."""
PEOPLE, TAGS = 0, 1


def keys(user_id: int, cursor: Cursor | None = None) -> Page[Key]:
    """A page of a member's timeline as keys of posts, newest first: two statements.

    What the people and tags they follow brought, each post once, and their own. What somebody wrote, alone or with
    others, whom the member muted or who is apart from them by a block, is left out; their own posts never are.
    """
    session = db.session()
    given: dict[str, Any] = {"me": user_id}
    if cursor is not None:
        given |= {"moment": cursor.key[0], "post": cursor.key[1]}
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    has_away = session.execute(_away().limit(1), given).first() is not None
    direction = None if cursor is None else cursor.older
    rows = session.execute(_statement(is_sqlite, direction, has_away), given).all()
    return paging.page([(moment, post_id) for moment, post_id in rows], cursor, lambda key: key)


def _away() -> CompoundSelect[int]:
    """Everybody whom a member muted, or who is apart from them by a block, whoever asked for it."""
    muted = select(Mute.muted_id).where(Mute.muter_id == bindparam("me"))
    blocked = select(Block.blocked_id).where(Block.blocker_id == bindparam("me"))
    blocking = select(Block.blocker_id).where(Block.blocked_id == bindparam("me"))
    return union_all(muted, blocked, blocking)


@cache
def _statement(is_sqlite: bool, older: bool | None, has_away: bool) -> Select[Any]:
    """The page's statement: the same for every member, so it is put together once."""
    people, tags = _Sources(PostAuthor, PEOPLE, older, has_away), _Sources(PostTag, TAGS, older, has_away)
    heads = union_all(people.heads(_people(has_away)), tags.heads(_tags())).cte("heads")
    best = _best(heads, older)
    found = union(people.newest(best, is_sqlite), tags.newest(best, is_sqlite)).subquery("found")
    return _ordered(select(found.c.moment, found.c.post_id), found.c.moment, found.c.post_id, older)


def _people(has_away: bool) -> Subquery:
    mine = (Follow.follower_id == bindparam("me"), Follow.listed_at.is_not(None))
    followed = select(Follow.followed_id.label("id")).where(*mine)
    if has_away:
        followed = followed.where(Follow.followed_id.not_in(_away()))
    return union_all(followed, select(bindparam("me", type_=Follow.followed_id.type))).subquery("people")


def _tags() -> Subquery:
    return select(TagFollow.tag_id.label("id")).where(TagFollow.user_id == bindparam("me")).subquery("followed_tags")


def _best(heads: CTE, older: bool | None) -> CTE:
    """The sources that can have a post on the page.

    Moments are counted once: one post may be the newest of several sources, by its authors and tags.
    """
    moments = select(heads.c.head).where(heads.c.head.is_not(None)).distinct().limit(LOOKED_AT)
    is_newer = older is False
    first = moments.order_by(heads.c.head if is_newer else heads.c.head.desc()).subquery()
    last = select(func.max(first.c.head) if is_newer else func.min(first.c.head)).scalar_subquery()
    reaches = heads.c.head <= last if is_newer else heads.c.head >= last
    return select(heads.c.kind, heads.c.id).where(reaches).cte("best")


def _ordered(
    query: Select[Any], moment: ColumnElement[Any], post: ColumnElement[Any], older: bool | None
) -> Select[Any]:
    columns = (moment, post) if older is False else (moment.desc(), post.desc())
    return query.order_by(*columns).limit(LOOKED_AT)


class _Sources:
    """Sources of one kind: the people or the tags whose posts a table lists."""

    def __init__(self, table: type[PostAuthor] | type[PostTag], kind: int, older: bool | None, has_away: bool) -> None:
        self._table, self._kind, self._older, self._has_away = table, kind, older, has_away

    def heads(self, sources: Subquery) -> Select[Any]:
        """Each source with the moment of its first post on this side of the cursor, NULL where it has none."""
        head = self._first_of(sources.c.id, "listed_at").limit(1).correlate(sources).scalar_subquery()
        return select(literal(self._kind).label("kind"), sources.c.id, head.label("head"))

    def newest(self, best: CTE, is_sqlite: bool) -> Select[Any]:
        """The first posts of each of the best sources, as many as a page can show."""
        if not is_sqlite:
            first = self._first_of(best.c.id, "listed_at", "post_id").correlate(best).lateral()
            rows = select(first.c.listed_at.label("moment"), first.c.post_id).select_from(best.join(first, true()))
            return rows.where(best.c.kind == self._kind)
        # SQLite has no LATERAL; the same by row numbers, which it finds as fast as anything can be found.
        row = aliased(self._table, name=f"row{self._kind}")
        first = self._first_of(best.c.id, "rowid").correlate(best)
        here = literal_column(f"row{self._kind}.rowid").in_(first)
        return select(row.listed_at.label("moment"), row.post_id).where(best.c.kind == self._kind, here)

    def _first_of(self, source_id: ColumnElement[int], *names: str) -> Select[Any]:
        """The posts of one source from the cursor on, `LOOKED_AT` of them: one range of the index."""
        table = aliased(self._table, name=f"post{self._kind}")
        owner = table.user_id if self._table is PostAuthor else table.tag_id
        columns = [
            literal_column(f"post{self._kind}.rowid") if name == "rowid" else getattr(table, name) for name in names
        ]
        rows = select(*columns).where(owner == source_id, table.listed_at.is_not(None)).select_from(table)
        here = tuple_(table.listed_at, table.post_id)
        if self._older is not None:
            edge = tuple_(bindparam("moment", type_=UtcDateTime()), bindparam("post", type_=Integer()))
            rows = rows.where(here < edge if self._older else here > edge)
        if self._has_away:
            rows = rows.where(~_is_by_somebody_away(table.post_id))
        return _ordered(rows, table.listed_at, table.post_id, self._older)


def _is_by_somebody_away(post_id: ColumnElement[int]) -> ColumnElement[bool]:
    author, oneself = aliased(PostAuthor, name="author"), aliased(PostAuthor, name="oneself")
    by_away = exists().where(author.post_id == post_id, author.user_id.in_(_away()))
    by_me = exists().where(oneself.post_id == post_id, oneself.user_id == bindparam("me"))
    return and_(by_away, ~by_me)
