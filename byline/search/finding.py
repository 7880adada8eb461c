"""Which posts match a question: the best of them, how many there are, and whose, under which tags, of which years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, Float, Select, String, cast, func, literal, select, union_all

from byline.accounts.models import User
from byline.kernel import db
from byline.posts.models import PostAuthor, PostTag, Tag
from byline.search import engine
from byline.search.engine import POSTS
from byline.search.models import SearchPost
from byline.search.queries import MOST, languages_in_use
from byline.search.questions import Question, Where

WEIGHED = 2_000
"""How many matches are compared with one another, the newest; weighing all of a word that every post has takes long."""
VALUES = 8


@dataclass(frozen=True, slots=True)
class Value:
    """One author, tag or year: how addresses name it, how people do, and how many posts it has."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Found:
    """What matches: the numbers of the best posts, the best first, and what all have in common.

    Of more than are weighed only those are counted by author, tag and year; `is_partial` says so.
    """

    total: int = 0
    best: Sequence[int] = ()
    authors: Sequence[Value] = ()
    tags: Sequence[Value] = ()
    years: Sequence[Value] = ()

    @property
    def is_partial(self) -> bool:
        """Whether more posts match than were weighed and counted by value."""
        return self.total > WEIGHED


def of(question: Question, marks: tuple[str, ...]) -> Found:
    """What matches the question among the posts that have these marks, in one statement.

    Of more than are weighed those come first that have every word in title or tags, and then the best of the newest.
    """
    match = question.match(languages_in_use(), marks=marks)
    in_title = question.match(languages_in_use(), where=Where.TITLE, marks=marks)
    hits = engine.newest(POSTS, match, WEIGHED).cte("hits").prefix_with("MATERIALIZED", dialect="postgresql")
    total = select(*_columns("total", "", "", engine.number(POSTS, match).scalar_subquery()))
    parts = (_best("title", in_title), _best("text", match), _authors(hits), _tags(hits), _years(hits))
    rows = db.session().execute(union_all(total, *parts)).all()
    return _read({kind: [row for row in rows if row.kind == kind] for kind in {row.kind for row in rows}})


def _read(rows: dict[str, list[Any]]) -> Found:
    total = int(rows["total"][0].number)
    # What stands in a title is among the best anyway where everything was weighed.
    kinds = ("title", "text") if total > WEIGHED else ("text",)
    ordered = [row for kind in kinds for row in sorted(rows.get(kind, ()), key=lambda row: (row.number, -int(row.key)))]
    best = list(dict.fromkeys(int(row.key) for row in ordered))[:MOST]
    years = sorted(_values(rows.get("year", ())), key=lambda value: value.key, reverse=True)
    return Found(total, best, _values(rows.get("author", ())), _values(rows.get("tag", ())), years)


def _values(rows: Sequence[Any]) -> list[Value]:
    values = [Value(row.key, row.label or row.key, int(row.number)) for row in rows]
    return sorted(values, key=lambda value: (-value.count, value.label.casefold()))


def _best(kind: str, match: Any) -> Select[Any]:
    found = engine.best(POSTS, match, MOST, among=WEIGHED).subquery()
    return select(*_columns(kind, found.c.key, "", found.c.score))


def _authors(hits: CTE) -> Select[Any]:
    query = select(*_columns("author", User.username, User.name, func.count())).select_from(hits)
    query = query.join(PostAuthor, PostAuthor.post_id == hits.c.key).join(User, User.id == PostAuthor.user_id)
    # Whoever is leaving is named nowhere, also beside what they wrote with others.
    return _most(query.where(User.deletion_asked_at.is_(None)).group_by(User.id, User.username, User.name))


def _tags(hits: CTE) -> Select[Any]:
    query = select(*_columns("tag", Tag.slug, Tag.name, func.count())).select_from(hits)
    query = query.join(PostTag, PostTag.post_id == hits.c.key).join(Tag, Tag.id == PostTag.tag_id)
    return _most(query.group_by(Tag.id, Tag.slug, Tag.name))


def _years(hits: CTE) -> Select[Any]:
    query = select(*_columns("year", SearchPost.year, SearchPost.year, func.count())).select_from(hits)
    return _most(query.join(SearchPost, SearchPost.post_id == hits.c.key).group_by(SearchPost.year))


def _columns(kind: str, key: Any, label: Any, number: Any) -> list[Any]:
    """The same columns for every part, as PostgreSQL asks for one type in all of a union."""
    texts = [cast(key, String).label("key"), cast(label, String).label("label")]
    return [literal(kind).label("kind"), *texts, cast(number, Float).label("number")]


def _most(query: Select[Any]) -> Select[Any]:
    # A part of a union may be ordered and cut only inside brackets, which SQLite takes as a query of its own.
    return select(query.order_by(func.count().desc(), query.selected_columns.key).limit(VALUES).subquery())
