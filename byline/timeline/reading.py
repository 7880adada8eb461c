"""Which posts stand in a member's timeline: put together when it is read, from the newest of each source.

A source is a person or a tag; its posts lie in an index that ends in their order. One look into that index gives the
newest moment of a source below the page's cursor. The page ends at the twenty-first of these moments at the latest, so
only sources whose own reaches as far can have a post on it, and of each only its first twenty-one. A page costs one
look for each source and a few rows besides, however much was ever written. docs/decisions/0014 has the measurements.
"""

from __future__ import annotations

from datetime import UTC, datetime
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
    case,
    exists,
    func,
    literal,
    literal_column,
    or_,
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
BEGINNING, END = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


def keys(user_id: int, cursor: Cursor | None = None, *, has_away: bool | None = None) -> Page[Key]:
    """A page of a member's timeline as keys of posts, newest first: one statement.

    `has_away` says whether the member keeps anybody away (`keeps_away`); unsaid, that is asked first.

    What the people and tags they follow brought, each post once, and their own. What somebody wrote, alone or with
    others, whom the member muted or who is apart from them by a block, is left out; their own posts never are.
    """
    session = db.session()
    given: dict[str, Any] = {"me": user_id}
    if cursor is not None:
        given |= {"moment": cursor.key[0], "post": cursor.key[1]}
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    if has_away is None:
        has_away = bool(session.scalar(select(keeps_away(user_id))))
    direction = None if cursor is None else cursor.older
    rows = session.execute(_statement(is_sqlite, direction, has_away), given).all()
    return paging.page([(moment, post_id) for moment, post_id in rows], cursor, lambda key: key)


def keeps_away(user_id: int) -> ColumnElement[bool]:
    """Whether a member muted anybody, or is apart from anybody by a block."""
    muted, blocked = exists().where(Mute.muter_id == user_id), exists().where(Block.blocker_id == user_id)
    return or_(muted, blocked, exists().where(Block.blocked_id == user_id))


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
    line = _line(heads, older)
    best = select(heads.c.kind, heads.c.id, line.label("line")).where(_reaches(heads.c.head, line, older)).cte("best")
    found = union(people.newest(best, is_sqlite), tags.newest(best, is_sqlite)).subquery("found")
    return _ordered(select(found.c.moment, found.c.post_id), found.c.moment, found.c.post_id, older)


def _people(has_away: bool) -> Subquery:
    mine = (Follow.follower_id == bindparam("me"), Follow.listed_at.is_not(None))
    followed = select(Follow.followed_id.label("id")).where(*mine)
    if has_away:
        followed = followed.where(Follow.followed_id.not_in(_away()))
    return union_all(followed, select(bindparam("me", type_=Integer()))).subquery("people")


def _tags() -> Subquery:
    return select(TagFollow.tag_id.label("id")).where(TagFollow.user_id == bindparam("me")).subquery("followed_tags")


def _line(heads: CTE, older: bool | None) -> ColumnElement[datetime]:
    """The moment at which the page ends at the latest; beyond every post where the sources are too few to tell.

    Moments are counted once: one post may be the newest of several sources, by its authors and tags.
    """
    is_newer = older is False
    moments = select(heads.c.head).where(heads.c.head.is_not(None)).distinct().limit(LOOKED_AT)
    first = moments.order_by(heads.c.head if is_newer else heads.c.head.desc()).subquery()
    last, beyond = (func.max(first.c.head), END) if is_newer else (func.min(first.c.head), BEGINNING)
    is_told = func.count() == LOOKED_AT
    return select(case((is_told, last), else_=literal(beyond, UtcDateTime()))).select_from(first).scalar_subquery()


def _reaches(moment: Any, line: Any, older: bool | None) -> ColumnElement[bool]:
    reaches: ColumnElement[bool] = moment <= line if older is False else moment >= line
    return reaches


def _ordered(query: Select[Any], moment: Any, post_id: Any, older: bool | None) -> Select[Any]:
    columns = (moment, post_id) if older is False else (moment.desc(), post_id.desc())
    return query.order_by(*columns).limit(LOOKED_AT)


class _Sources:
    """Sources of one kind: the people or the tags whose posts a table lists."""

    def __init__(self, table: type[PostAuthor | PostTag], kind: int, older: bool | None, has_away: bool) -> None:
        self._table, self._kind, self._older, self._has_away = table, kind, older, has_away
        self._post = aliased(table, name=f"post{kind}")
        self._owner: Any = getattr(self._post, "user_id" if table is PostAuthor else "tag_id")

    def heads(self, sources: Subquery) -> Select[Any]:
        """Each source with the moment of its first post on this side of the cursor, NULL where it has none."""
        first = self._posts_of(sources.c.id).with_only_columns(self._post.listed_at).limit(1)
        head = first.correlate(sources).scalar_subquery()
        return select(literal(self._kind).label("kind"), sources.c.id, head.label("head"))

    def newest(self, best: CTE, is_sqlite: bool) -> Select[Any]:
        """The posts of the best sources up to the line, of none more than a page can show."""
        reaching = self._posts_of(best.c.id).where(_reaches(self._post.listed_at, best.c.line, self._older))
        if is_sqlite:
            return self._newest_by_row_numbers(best, reaching)
        columns = (self._post.listed_at.label("moment"), self._post.post_id)
        first = reaching.with_only_columns(*columns).correlate(best).lateral()
        rows = select(first.c.moment, first.c.post_id).select_from(best.join(first, true()))
        return rows.where(best.c.kind == self._kind)

    def _newest_by_row_numbers(self, best: CTE, reaching: Select[Any]) -> Select[Any]:
        # SQLite has no LATERAL. A row's own number is the fastest way back to it, and leaves the planner no choice.
        row = aliased(self._table, name=f"row{self._kind}")
        numbers: Select[Any] = reaching.with_only_columns(literal_column(f"post{self._kind}.rowid")).correlate(best)
        here = literal_column(f"row{self._kind}.rowid", Integer()).in_(numbers)
        columns: tuple[Any, ...] = (row.listed_at.label("moment"), row.post_id)
        return select(*columns).select_from(best.join(row, here)).where(best.c.kind == self._kind)

    def _posts_of(self, source_id: Any) -> Select[Any]:
        """The posts of one source from the cursor on, `LOOKED_AT` of them: one range of the index."""
        post = self._post
        rows = select(post).where(self._owner == source_id, post.listed_at.is_not(None))
        if self._older is not None:
            here = tuple_(post.listed_at, post.post_id)
            edge = tuple_(bindparam("moment", type_=UtcDateTime()), bindparam("post", type_=Integer()))
            rows = rows.where(here < edge if self._older else here > edge)
        if self._has_away:
            rows = rows.where(~_is_by_somebody_away(post.post_id))
        return _ordered(rows, post.listed_at, post.post_id, self._older)


def _is_by_somebody_away(post_id: Any) -> ColumnElement[bool]:
    author, oneself = aliased(PostAuthor, name="author"), aliased(PostAuthor, name="oneself")
    by_away = exists().where(author.post_id == post_id, author.user_id.in_(_away()))
    by_me = exists().where(oneself.post_id == post_id, oneself.user_id == bindparam("me"))
    return and_(by_away, ~by_me)
