"""Who and what is called so: people and tags of a search, and what is offered while it is still being typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, literal, null, or_, select, union_all

from byline.accounts.models import User
from byline.kernel import db
from byline.posts.models import Post, PostTag, Tag
from byline.search import engine
from byline.search.models import SearchName
from byline.search.queries import languages_in_use
from byline.search.questions import Match, Question

WEIGHED = 1_000
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


def of(question: Question) -> Names:
    """The people and tags that match, in one statement."""
    match = question.name_match(languages_in_use())
    parts = (_people(match, MOST_PEOPLE), _tags(match, MOST_TAGS))
    return _read(db.session().execute(union_all(*parts)))


def suggested(question: Question) -> Suggestions:
    """At most a handful of titles, people and tags that begin so, in one statement."""
    match = question.beginning_match()
    parts = (_titles(match, 5), _people(match, 3), _tags(match, 3))
    rows = db.session().execute(union_all(*parts)).all()
    posts = [
        Post(title=row.name, slug=row.key, author=User(username=row.username)) for row in rows if row.kind == "post"
    ]
    return Suggestions(posts, _read(rows))


def _people(match: Match, limit: int) -> Select[Any]:
    found = engine.best(engine.NAMES, match, WEIGHED).subquery()
    columns = _columns("person", key=User.username_key, name=User.name, username=User.username, avatar=User.avatar_key)
    query = select(*columns).select_from(found).join(SearchName, SearchName.id == found.c.key)
    query = query.join(User, User.id == SearchName.user_id).where(is_shown())
    return _cut(query.order_by(found.c.score, User.id).limit(limit))


def _tags(match: Match, limit: int) -> Select[Any]:
    found = engine.best(engine.NAMES, match, WEIGHED).subquery()
    columns = _columns("tag", key=Tag.slug, name=Tag.name)
    query = select(*columns).select_from(found).join(SearchName, SearchName.id == found.c.key)
    is_listed = exists().where(PostTag.tag_id == Tag.id, PostTag.listed_at.is_not(None))
    query = query.join(Tag, Tag.id == SearchName.tag_id).where(is_listed)
    return _cut(query.order_by(found.c.score, Tag.id).limit(limit))


def _titles(match: Match, limit: int) -> Select[Any]:
    found = engine.newest(engine.POSTS, match, limit).subquery()
    columns = _columns("post", key=Post.slug, name=Post.title, username=User.username)
    query = select(*columns).select_from(found).join(Post, Post.id == found.c.key)
    query = query.join(User, User.id == Post.author_id)
    return _cut(query.where(Post.listed_at.is_not(None)).order_by(Post.id.desc()).limit(limit))


def _columns(kind: str, **given: Any) -> list[Any]:
    """The same columns for every kind, as PostgreSQL asks for one type in every part of a union."""
    texts = [cast(given.get(name, null()), String).label(name) for name in ("key", "name", "username", "avatar")]
    return [literal(kind).label("kind"), *texts]


def _cut(query: Select[Any]) -> Select[Any]:
    # A part of a union may be ordered and cut only inside brackets, which SQLite takes as a query of its own.
    return select(query.subquery())


def _read(rows: Iterable[Any]) -> Names:
    people, tags = [], []
    for row in rows:
        if row.kind == "person":
            people.append(User(username=row.username, username_key=row.key, name=row.name, avatar_key=row.avatar))
        elif row.kind == "tag":
            tags.append(Tag(slug=row.key, name=row.name))
    return Names(people, tags)
