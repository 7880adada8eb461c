"""What matches a question: the best posts, how many there are, whose, under which tags, of which years; and names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, CompoundSelect, Integer, Select, case, func, literal, select, union_all

from byline.accounts.models import User
from byline.kernel import db
from byline.posts.models import PostAuthor, PostTag, Tag
from byline.search import engine, names, rows, weighing
from byline.search.engine import POSTS
from byline.search.models import SearchPost
from byline.search.names import Names
from byline.search.queries import MOST, languages_in_use
from byline.search.questions import Match, Question, Where
from byline.search.weighing import BETWEEN, Document

WEIGHED = 1_000
"""How many matches are compared with one another, the newest; weighing all of a word that every post has takes long."""
READ = 250
"""Of how many matches at most each is read to weigh it; more are weighed by the engine, which takes less long then."""
READ_LETTERS = 20_000
"""How much of each text is read: what a post is about, it says on its first pages."""
COMPARED = 100
"""How many posts of the site, the newest, tell how usual each of several words is."""
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
    """How many posts match; of more than are weighed, one more than those."""
    best: Sequence[int] = ()
    authors: Sequence[Value] = ()
    tags: Sequence[Value] = ()
    years: Sequence[Value] = ()
    names: Names = Names()

    @property
    def is_partial(self) -> bool:
        """Whether more posts match than were weighed and counted."""
        return self.total > WEIGHED


def of(question: Question, marks: tuple[str, ...], *, with_names: bool = False) -> Found:
    """What matches the question among the posts that have these marks, and people and tags on request.

    One statement. Of more posts than are weighed those come first that have every word in title or tags, the newest
    first, and then the best of the newest.
    """
    known = languages_in_use()
    match = question.match(known, marks=marks)
    asked = {
        "text": engine.written(POSTS, match),
        "title": engine.written(POSTS, question.match(known, where=Where.TITLE, marks=marks)),
    }
    together = engine.words_together(match)
    if together:
        asked["together"] = together
    if with_names:
        asked |= names.asked(question, question.name_match(known))
    engine.look_up_words()
    is_usual = not together and engine.is_usual(POSTS, asked["text"])
    kind = _Kind(engine.is_postgresql(), with_names, len(match.all_of) > 1, bool(together), is_usual)
    statement = _statement(kind, WEIGHED, READ)
    return _read(match, db.session().execute(statement, asked).all())


@dataclass(frozen=True, slots=True)
class _Kind:
    """What statements differ by."""

    is_postgresql: bool
    with_names: bool
    has_several_words: bool
    has_phrase: bool
    is_usual: bool


@lru_cache
def _statement(kind: _Kind, weighed: int, read: int) -> CompoundSelect[Any]:
    # Building it takes as long as running it for a rare word, so it is built once for each engine.
    together = "together" if kind.has_phrase else ""
    matching = engine.newest_looked_up(POSTS, "text", weighed + 1, together=together)
    if kind.is_usual:
        matching = engine.newest(POSTS, "text", weighed + 1)
    found = matching.cte("found").prefix_with("MATERIALIZED")
    hits = select(found.c.key).order_by(found.c.key.desc()).limit(weighed).cte("hits").prefix_with("MATERIALIZED")
    number = select(func.count()).select_from(found).scalar_subquery()
    total = select(*rows.columns("total", number=number))
    parts = [total, _newest_titles(number > weighed), _best(hits, number > read), _texts(hits, number <= read)]
    # A single word is as usual for one post as for another.
    parts += [_others(number <= read)] if kind.has_several_words else []
    parts += [_authors(hits), _tags(hits), _years(hits)]
    return union_all(*parts, *(names.parts() if kind.with_names else ()))


def _read(match: Match, found: Sequence[Any]) -> Found:
    of_kind: dict[str, list[Any]] = defaultdict(list)
    for row in found:
        of_kind[row.kind].append(row)
    total = int(of_kind["total"][0].number)
    texts, others = ([Document.read(int(row.key), row.label) for row in of_kind[kind]] for kind in ("text", "other"))
    # What stands in a title is among the best anyway where everything was weighed, and not looked for.
    titles = sorted((int(row.key) for row in of_kind["title"]), reverse=True)
    # One of the two finds something: many are weighed by the engine, few are read.
    best = [int(row.key) for row in sorted(of_kind["best"], key=lambda row: (row.number, -int(row.key)))]
    best += weighing.best(match, texts, others, MOST)
    return Found(
        total,
        list(dict.fromkeys([*titles, *best]))[:MOST],
        _values(of_kind["author"]),
        _values(of_kind["under"]),
        sorted(_values(of_kind["year"]), key=lambda value: value.key, reverse=True),
        names.read(found),
    )


def _values(found: Sequence[Any]) -> list[Value]:
    values = [Value(row.key, row.label or row.key, int(row.number)) for row in found]
    return sorted(values, key=lambda value: (-value.count, value.label.casefold()))


def _best(hits: CTE, where_many: ColumnElement[bool]) -> Select[Any]:
    found = engine.best(POSTS, "text", MOST, among=hits).limit(_at_most(MOST, where_many)).subquery()
    return select(*rows.columns("best", key=found.c.key, number=found.c.score))


def _texts(hits: CTE, where_few: ColumnElement[bool]) -> Select[Any]:
    columns = rows.columns("text", key=SearchPost.post_id, label=_document())
    query = select(*columns).select_from(hits).join(SearchPost, SearchPost.post_id == hits.c.key)
    return rows.part(query.limit(_at_most(READ, where_few)))


def _others(where_few: ColumnElement[bool]) -> Select[Any]:
    newest = select(SearchPost.post_id, _document().label("terms")).order_by(SearchPost.post_id.desc())
    found = newest.limit(_at_most(COMPARED, where_few)).subquery()
    return select(*rows.columns("other", key=found.c.post_id, label=found.c.terms))


def _at_most(number: int, where: ColumnElement[bool]) -> ColumnElement[int]:
    """So many rows, or none: a condition that names no row SQLite asks again for each."""
    return case((where, literal(number, Integer)), else_=literal(0, Integer))


def _document() -> ColumnElement[str]:
    body = func.substr(SearchPost.body, 1, READ_LETTERS)
    return SearchPost.title + BETWEEN + SearchPost.tags + BETWEEN + body


def _newest_titles(where_many: ColumnElement[bool]) -> Select[Any]:
    # By age: weighing would count every post that has the word a second time.
    newest = engine.newest_looked_up(POSTS, "title", MOST).limit(_at_most(MOST, where_many))
    found = newest.subquery()
    return select(*rows.columns("title", key=found.c.key))


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
