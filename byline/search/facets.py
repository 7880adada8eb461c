"""By whom, under which tags and of which years the posts are that a search finds, with how many there are of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, String, cast, func, literal, select, union_all

from byline.accounts.models import User
from byline.kernel import db
from byline.posts.models import PostAuthor, PostTag, Tag
from byline.search import engine
from byline.search.models import SearchPost
from byline.search.queries import WEIGHED, languages_in_use
from byline.search.questions import Question

MOST = 8


@dataclass(frozen=True, slots=True)
class Value:
    """One author, tag or year: how addresses name it, how people do, and how many posts it has."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """The values with most posts, and how many posts there are in all.

    Of more than are weighed only those are counted by value; `is_partial` says so.
    """

    total: int = 0
    authors: Sequence[Value] = ()
    tags: Sequence[Value] = ()
    years: Sequence[Value] = ()

    @property
    def is_partial(self) -> bool:
        """Whether more posts match than were counted by value."""
        return self.total > WEIGHED


def of(question: Question, marks: tuple[str, ...]) -> Facets:
    """What the posts that match have in common, in one statement."""
    match = question.match(languages_in_use(), marks=marks)
    hits = engine.newest(engine.POSTS, match, WEIGHED).cte("hits").prefix_with("MATERIALIZED", dialect="postgresql")
    total = engine.number(engine.POSTS, match).scalar_subquery()
    row = select(literal("total").label("kind"), *_texts(literal(""), literal("")), total.label("number"))
    found = db.session().execute(union_all(row, _authors(hits), _tags(hits), _years(hits))).all()

    def of_kind(kind: str) -> list[Value]:
        return [Value(each.key, each.label or each.key, each.number) for each in found if each.kind == kind]

    years = sorted(of_kind("year"), key=lambda value: value.key, reverse=True)
    return Facets(next(each.number for each in found if each.kind == "total"), of_kind("author"), of_kind("tag"), years)


def _authors(hits: CTE) -> Select[Any]:
    query = _counted("author", User.username, User.name).select_from(hits)
    query = query.join(PostAuthor, PostAuthor.post_id == hits.c.key).join(User, User.id == PostAuthor.user_id)
    # Whoever is leaving is named nowhere, also beside what they wrote with others.
    return _most(query.where(User.deletion_asked_at.is_(None)).group_by(User.id, User.username, User.name))


def _tags(hits: CTE) -> Select[Any]:
    query = _counted("tag", Tag.slug, Tag.name).select_from(hits)
    query = query.join(PostTag, PostTag.post_id == hits.c.key).join(Tag, Tag.id == PostTag.tag_id)
    return _most(query.group_by(Tag.id, Tag.slug, Tag.name))


def _years(hits: CTE) -> Select[Any]:
    year = cast(SearchPost.year, String)
    query = _counted("year", year, year).select_from(hits).join(SearchPost, SearchPost.post_id == hits.c.key)
    return _most(query.group_by(SearchPost.year))


def _counted(kind: str, key: Any, label: Any) -> Select[Any]:
    columns: list[Any] = [literal(kind).label("kind"), *_texts(key, label), func.count().label("number")]
    return select(*columns)


def _texts(key: Any, label: Any) -> tuple[ColumnElement[str], ColumnElement[str]]:
    # PostgreSQL asks for one type in every part of a union.
    return cast(key, String).label("key"), cast(label, String).label("label")


def _most(query: Select[Any]) -> Select[Any]:
    # A part of a union may be ordered and cut only inside brackets, which SQLite takes as a query of its own.
    return select(query.order_by(func.count().desc(), query.selected_columns.key).limit(MOST).subquery())
