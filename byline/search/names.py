"""Who and what is called so: people and tags of a search, and what is offered while it is still being typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    and_,
    bindparam,
    exists,
    or_,
    select,
    union_all,
)

from byline.accounts import rules
from byline.accounts.models import User
from byline.comments.models import Comment
from byline.conversations import queries as conversations
from byline.kernel import db
from byline.kernel.access import Actor
from byline.posts.models import Post, PostAuthor, PostTag, Tag
from byline.search import engine, rows
from byline.search.models import SearchName
from byline.search.questions import Match, Question

WEIGHED = 20_000
"""How many names that match are compared with one another, the newest: more than a flood of accounts brings."""
EXACT = "username_key"
MOST_PEOPLE = 5
MOST_TAGS = 12


@dataclass(frozen=True, slots=True)
class Names:
    """People and tags, the best first. People are detached and hold what a list shows of them."""

    people: Sequence[User] = ()
    tags: Sequence[Tag] = ()


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What the question may become: titles with the name their address begins with, people and tags."""

    posts: Sequence[Post] = ()
    names: Names = Names()


def is_shown() -> ColumnElement[bool]:
    """Members that a search names: here, not shut out, and with something that readers see.

    A flood of new accounts has nothing of that kind, whatever it calls itself. Who knows somebody's exact username,
    the parameter `username_key`, finds them all the same once they have confirmed their address.
    """
    here = and_(User.deletion_asked_at.is_(None), User.suspended_at.is_(None), User.active, User.apart_at.is_(None))
    writes = exists().where(PostAuthor.user_id == User.id, PostAuthor.listed_at.is_not(None))
    comments = exists().where(Comment.author_id == User.id, Comment.shown_at.is_not(None))
    is_asked_for = User.username_key == bindparam(EXACT, type_=String())
    return and_(here, or_(User.confirmed_at.is_not(None), User.claimed.is_(False)), or_(writes, comments, is_asked_for))


def asked(question: Question, match: Match) -> dict[str, str]:
    """The values of the parameters of `parts`."""
    return {"name": engine.written(engine.NAMES, match), EXACT: rules.username_key(question.text.removeprefix("@"))}


def parts(people: int = MOST_PEOPLE, tags: int = MOST_TAGS) -> list[Select[Any]]:
    """The people and tags that match, as parts of a statement: `asked` gives its values, `read` reads its rows."""
    found = _best()
    return [_people(found, people), _tags(found, tags)]


def suggested(question: Question) -> Suggestions:
    """At most a handful of titles, people and tags that begin so, in one statement."""
    match = question.beginning_match()
    values = {"title": engine.written(engine.POSTS, match), **asked(question, match)}
    found = db.session().execute(_offered(engine.is_postgresql()), values).all()
    posts = [
        Post(title=row.label, slug=row.key, author=User(username=row.username)) for row in found if row.kind == "post"
    ]
    return Suggestions(posts, read(found))


def people_to_write_to(actor: Actor, question: Question) -> Sequence[User]:
    """At most a handful of members whose name begins so and to whom the actor may write, in one statement."""
    match = question.beginning_match()
    query = _people(_best(), MOST_PEOPLE, conversations.would_read(actor))
    return read(db.session().execute(query, asked(question, match))).people


@lru_cache
def _offered(_is_postgresql: bool) -> CompoundSelect[Any]:
    return union_all(_titles(5), *parts(people=3, tags=3))


def _best() -> CTE:
    among = engine.newest(engine.NAMES, "name", WEIGHED).subquery()
    return engine.best(engine.NAMES, "name", WEIGHED, among=among).cte("named").prefix_with("MATERIALIZED")


def _people(found: CTE, limit: int, *also: ColumnElement[bool]) -> Select[Any]:
    columns = rows.columns(
        "person", key=User.username_key, label=User.name, username=User.username, avatar=User.avatar_key
    )
    query = select(*columns).select_from(found).join(SearchName, SearchName.id == found.c.key)
    query = query.join(User, User.id == SearchName.user_id).where(is_shown(), *also)
    return rows.part(query.order_by(found.c.score, User.id).limit(limit))


def _tags(found: CTE, limit: int) -> Select[Any]:
    columns = rows.columns("tag", key=Tag.slug, label=Tag.name)
    query = select(*columns).select_from(found).join(SearchName, SearchName.id == found.c.key)
    is_listed = exists().where(PostTag.tag_id == Tag.id, PostTag.listed_at.is_not(None))
    query = query.join(Tag, Tag.id == SearchName.tag_id).where(is_listed)
    return rows.part(query.order_by(found.c.score, Tag.id).limit(limit))


def _titles(limit: int) -> Select[Any]:
    found = engine.newest_looked_up(engine.POSTS, "title", limit).subquery()
    columns = rows.columns("post", key=Post.slug, label=Post.title, username=User.username)
    query = select(*columns).select_from(found).join(Post, Post.id == found.c.key)
    query = query.join(User, User.id == Post.author_id)
    return rows.part(query.where(Post.listed_at.is_not(None)).order_by(Post.id.desc()).limit(limit))


def read(found: Iterable[Any]) -> Names:
    """The people and tags among these rows."""
    people, tags = [], []
    for row in found:
        if row.kind == "person":
            said = {"username": row.username, "username_key": row.key, "name": row.label, "avatar_key": row.avatar}
            people.append(User(**said))
        elif row.kind == "tag":
            tags.append(Tag(slug=row.key, name=row.label))
    return Names(people, tags)
