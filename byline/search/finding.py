"""What matches a question: the best posts, how many there are, whose, under which tags, of which years; and names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, Select, func, select, union_all

from byline.accounts.models import User
from byline.kernel import db
from byline.posts.models import PostAuthor, PostTag, Tag
from byline.search import engine, names, rows
from byline.search.engine import POSTS
from byline.search.models import SearchPost
from byline.search.names import Names
from byline.search.queries import MOST, languages_in_use
from byline.search.questions import Match, Question, Where

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
    """What matches: the numbers of the best posts, the best first, and what all have in common; people and tags.

    Of more than are weighed only those are counted by author, tag and year; `is_partial` says so.
    """

    total: int = 0
    best: Sequence[int] = ()
    authors: Sequence[Value] = ()
    tags: Sequence[Value] = ()
    years: Sequence[Value] = ()
    names: Names = Names()

    @property
    def is_partial(self) -> bool:
        """Whether more posts match than were weighed and counted by value."""
        return self.total > WEIGHED


def of(question: Question, marks: tuple[str, ...], *, with_names: bool = False) -> Found:
    """What matches the question among the posts that have these marks, and people and tags on request.

    One statement. Of more posts than are weighed those come first that have every word in title or tags, and then the
    best of the newest.
    """
    match = question.match(languages_in_use(), marks=marks)
    in_title = question.match(languages_in_use(), where=Where.TITLE, marks=marks)
    hits = engine.newest(POSTS, match, WEIGHED).cte("hits").prefix_with("MATERIALIZED", dialect="postgresql")
    total = select(*rows.columns("total", number=engine.number(POSTS, match).scalar_subquery()))
    parts = [total, _best("title", in_title), _best("text", match), _authors(hits), _tags(hits), _years(hits)]
    if with_names:
        parts += names.parts(question)
    return _read(db.session().execute(union_all(*parts)).all())


def _read(found: Sequence[Any]) -> Found:
    of_kind: dict[str, list[Any]] = defaultdict(list)
    for row in found:
        of_kind[row.kind].append(row)
    total = int(of_kind["total"][0].number)
    # What stands in a title is among the best anyway where everything was weighed.
    kinds = ("title", "text") if total > WEIGHED else ("text",)
    ordered = [row for kind in kinds for row in sorted(of_kind[kind], key=lambda row: (row.number, -int(row.key)))]
    return Found(
        total,
        list(dict.fromkeys(int(row.key) for row in ordered))[:MOST],
        _values(of_kind["author"]),
        _values(of_kind["under"]),
        sorted(_values(of_kind["year"]), key=lambda value: value.key, reverse=True),
        names.read(found),
    )


def _values(found: Sequence[Any]) -> list[Value]:
    values = [Value(row.key, row.label or row.key, int(row.number)) for row in found]
    return sorted(values, key=lambda value: (-value.count, value.label.casefold()))


def _best(kind: str, match: Match) -> Select[Any]:
    found = engine.best(POSTS, match, MOST, among=WEIGHED).subquery()
    return select(*rows.columns(kind, key=found.c.key, number=found.c.score))


def _authors(hits: CTE) -> Select[Any]:
    columns = rows.columns("author", key=User.username, label=User.name, number=func.count())
    query = select(*columns).select_from(hits).join(PostAuthor, PostAuthor.post_id == hits.c.key)
    # Whoever is leaving is named nowhere, also beside what they wrote with others.
    query = query.join(User, User.id == PostAuthor.user_id).where(User.deletion_asked_at.is_(None))
    return _most(query.group_by(User.id, User.username, User.name))


def _tags(hits: CTE) -> Select[Any]:
    columns = rows.columns("under", key=Tag.slug, label=Tag.name, number=func.count())
    query = select(*columns).select_from(hits).join(PostTag, PostTag.post_id == hits.c.key)
    return _most(query.join(Tag, Tag.id == PostTag.tag_id).group_by(Tag.id, Tag.slug, Tag.name))


def _years(hits: CTE) -> Select[Any]:
    columns = rows.columns("year", key=SearchPost.year, label=SearchPost.year, number=func.count())
    query = select(*columns).select_from(hits).join(SearchPost, SearchPost.post_id == hits.c.key)
    return _most(query.group_by(SearchPost.year))


def _most(query: Select[Any]) -> Select[Any]:
    return rows.part(query.order_by(func.count().desc(), query.selected_columns.key).limit(VALUES))
