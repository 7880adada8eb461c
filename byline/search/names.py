"""Who and what is called so: people and tags of a search, and what is offered while it is still being typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, exists, or_, select, union_all

from byline.accounts.models import User
from byline.kernel import db
from byline.posts.models import Post, PostTag, Tag
from byline.search import engine, rows
from byline.search.models import SearchName
from byline.search.questions import Question

WEIGHED = 2_000
"""How many names that match are compared with one another, the newest."""
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
    """Members that a search names: here, confirmed or waiting to be claimed, and not shut out."""
    here = and_(User.deletion_asked_at.is_(None), User.suspended_at.is_(None), User.active)
    return and_(here, or_(User.confirmed_at.is_not(None), User.claimed.is_(False)))


def parts(asked: str, people: int = MOST_PEOPLE, tags: int = MOST_TAGS) -> list[Select[Any]]:
    """The people and tags that match a parameter, as parts of a statement; `read` makes them of its rows."""
    return [_people(asked, people), _tags(asked, tags)]


def suggested(question: Question) -> Suggestions:
    """At most a handful of titles, people and tags that begin so, in one statement."""
    match = question.beginning_match()
    asked = {"title": engine.written(engine.POSTS, match), "name": engine.written(engine.NAMES, match)}
    found = db.session().execute(_offered(engine.is_postgresql()), asked).all()
    posts = [
        Post(title=row.label, slug=row.key, author=User(username=row.username)) for row in found if row.kind == "post"
    ]
    return Suggestions(posts, read(found))


@lru_cache
def _offered(_is_postgresql: bool) -> CompoundSelect[Any]:
    return union_all(_titles("title", 5), *parts("name", people=3, tags=3))


def _people(asked: str, limit: int) -> Select[Any]:
    found = engine.best(engine.NAMES, asked, WEIGHED, among=WEIGHED).subquery()
    columns = rows.columns(
        "person", key=User.username_key, label=User.name, username=User.username, avatar=User.avatar_key
    )
    query = select(*columns).select_from(found).join(SearchName, SearchName.id == found.c.key)
    query = query.join(User, User.id == SearchName.user_id).where(is_shown())
    return rows.part(query.order_by(found.c.score, User.id).limit(limit))


def _tags(asked: str, limit: int) -> Select[Any]:
    found = engine.best(engine.NAMES, asked, WEIGHED, among=WEIGHED).subquery()
    columns = rows.columns("tag", key=Tag.slug, label=Tag.name)
    query = select(*columns).select_from(found).join(SearchName, SearchName.id == found.c.key)
    is_listed = exists().where(PostTag.tag_id == Tag.id, PostTag.listed_at.is_not(None))
    query = query.join(Tag, Tag.id == SearchName.tag_id).where(is_listed)
    return rows.part(query.order_by(found.c.score, Tag.id).limit(limit))


def _titles(asked: str, limit: int) -> Select[Any]:
    found = engine.newest(engine.POSTS, asked, limit).subquery()
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
