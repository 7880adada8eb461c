"""The two engines: a `Match` as SQLite's FTS5 and as PostgreSQL's full text search understand it.

Terms are plain letters and digits, so a match can be written into either language without any sign of it meaning
something. Statements name a parameter for it and are the same whatever is asked, so they are built only once;
`written` gives its value. Everything above this module is the same on both engines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    TableClause,
    bindparam,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR
from sqlalchemy.types import REAL

from byline.kernel import db
from byline.search.questions import Match, Sought, Where


@dataclass(frozen=True, slots=True)
class Index:
    """A table of terms: the columns of each part of a document, and how much a word weighs in each."""

    table: str
    key: str
    columns: Mapping[Where, str]
    bm25: str


USUAL = 4
"""Of so many documents one matches what is usual."""
WEIGHTS = (0.0, 0.1, 0.5, 1.0)
"""Of D, C, B and A on PostgreSQL."""


POSTS = Index(
    "search_posts",
    "post_id",
    {Where.TEXT: "title tags body", Where.TITLE: "title tags", Where.BEGINNINGS: "words"},
    "bm25(8.0, 5.0, 1.0, 1.0, 0.0)",
)
NAMES = Index("search_names", "id", {Where.BEGINNINGS: "words", Where.ABOUT: "about"}, "bm25(10.0, 1.0)")


def newest(index: Index, asked: str, limit: int) -> Select[int]:
    """The keys of the documents that match the parameter `asked`, newest first, at most `limit`."""
    key, condition = _found(index, asked)
    return select(key.label("key")).where(condition).order_by(key.desc()).limit(limit)


def newest_looked_up(index: Index, asked: str, limit: int, *, together: str = "") -> Select[int]:
    """The same by the index of words. `together` is the parameter that `words_together` gives."""
    if not is_postgresql():
        return newest(index, asked, limit)
    key, condition = _found(index, asked)
    query = select(key.label("key")).where(condition)
    if together:
        query = query.where(_pairs(_words_of_posts()).op("@>")(_pairs(bindparam(together, type_=String()))))
    # By an order that no index has: PostgreSQL would go through the documents from the newest on until enough match,
    # and believes that looking into one costs nothing.
    return query.order_by((key + literal_column("0")).desc()).limit(limit)


def look_up_words() -> None:
    """Have PostgreSQL answer the rest of the unit of work by indexes: it takes a look into every document for cheap.

    And in one process, as what is asked takes less long than starting a second.
    """
    if is_postgresql():
        off = ("enable_seqscan", "off"), ("max_parallel_workers_per_gather", "0")
        db.session().execute(select(*(func.set_config(name, value, True) for name, value in off)))


def is_usual(index: Index, written: str) -> bool:
    """Whether PostgreSQL expects so many documents to match that the newest of them are found without its index."""
    if not is_postgresql():
        return False
    every = f"SELECT 1 FROM {index.table}"  # noqa: S608  (a name of ours)
    asked = text(f"EXPLAIN (FORMAT JSON) {every} UNION ALL {every} WHERE search_index @@ CAST(:asked AS tsquery)")
    plan = db.session().scalars(asked, {"asked": written}).one()[0]["Plan"]
    total, matching = (part["Plan Rows"] for part in plan["Plans"])
    return bool(matching * USUAL >= total)


def words_together(match: Match) -> str:
    """Words that a document must have next to each other, where PostgreSQL has an index of pairs; nothing elsewhere.

    Without it every document that has the words must be read, to see where they stand.
    """
    if not is_postgresql():
        return ""
    phrases = (group[0].terms for group in match.all_of if len(group) == 1)
    # Two blanks end a phrase.
    return "  ".join(" ".join(phrase) for phrase in phrases if len(phrase) > 1)


def best(index: Index, asked: str, limit: int, *, among: FromClause) -> Select[Any]:
    """Keys and scores of the documents that match the parameter `asked` best, the lowest score first.

    `among` is what `newest` found. Weighing one takes microseconds, and on SQLite a look through the index for each
    word and phrase before the first.
    """
    if is_postgresql():
        return _best_of_server(index, asked, limit, among)
    key, condition = _found(index, asked)
    rank: ColumnElement[float] = literal_column("rank")
    found: Any = select(key.label("key"), rank.label("score"))
    # A bound, as FTS5 would look each of many keys up by itself.
    bound = key >= select(func.min(among.c.key)).scalar_subquery()
    query: Select[Any] = found.where(condition, rank.op("MATCH")(index.bm25), bound)
    return query.order_by(rank).limit(limit)


def _best_of_server(index: Index, asked: str, limit: int, among: FromClause) -> Select[Any]:
    documents = _documents(index)
    key = documents.c[index.key]
    weights = cast(literal(list(WEIGHTS), ARRAY(REAL)), ARRAY(REAL))
    # The fourth argument divides by the logarithm of the length, so that a long text is not found for its length.
    score = (-func.ts_rank(weights, documents.c.search_index, _query(asked), 1)).label("score")
    query: Any = select(key.label("key"), score)
    found: Select[Any] = query.join(among, among.c.key == key)
    return found.order_by(score, key.desc()).limit(limit)


def _found(index: Index, asked: str) -> tuple[ColumnElement[int], ColumnElement[bool]]:
    """The key of a document, and the condition that it matches."""
    if is_postgresql():
        documents = _documents(index)
        return documents.c[index.key], documents.c.search_index.op("@@")(_query(asked))
    name = f"{index.table}_index"
    source = table(name, column("rowid"), column(name))
    return source.c.rowid, source.c[name].op("MATCH")(bindparam(asked))


def _documents(index: Index) -> TableClause:
    return table(index.table, column(index.key), column("search_index", TSVECTOR))


def _words_of_posts() -> ColumnElement[str]:
    """As the index of pairs has it."""
    return literal_column("title || '  ' || tags || '  ' || body", String())


def _pairs(words: ColumnElement[str]) -> ColumnElement[Any]:
    return func.byline_pairs(words)


def _query(asked: str) -> ColumnElement[Any]:
    return cast(bindparam(asked, type_=String()), TSQUERY)


def is_postgresql() -> bool:
    """Which of the two engines the unit of work under way has."""
    return db.session().get_bind().dialect.name == "postgresql"


def written(index: Index, match: Match) -> str:
    """A match as the engine of the unit of work under way reads it: the value of a parameter `asked`."""
    return tsquery(match) if is_postgresql() else fts5(index, match)


def fts5(index: Index, match: Match) -> str:
    """The match in the query language of SQLite's FTS5."""
    groups = [f"({' OR '.join(_fts5_of(index, sought) for sought in group)})" for group in match.all_of]
    groups += [f"marks : {mark}" for mark in match.marks]
    wanted = " AND ".join(groups)
    unwanted = " OR ".join(_fts5_of(index, sought) for sought in match.none_of)
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def _fts5_of(index: Index, sought: Sought) -> str:
    return f'{{{index.columns[sought.where]}}} : "{" ".join(sought.terms)}"{"*" if sought.goes_on else ""}'


def tsquery(match: Match) -> str:
    """The match in the query language of PostgreSQL."""
    parts = [f"({' | '.join(map(_tsquery_of, group))})" for group in match.all_of]
    parts += [f"!({_tsquery_of(sought)})" for sought in match.none_of]
    return " & ".join([*parts, *match.marks])


def _tsquery_of(sought: Sought) -> str:
    # A GIN index knows no weights: it would have to read every text that has the word, to see where. So what stands
    # in a title is in it a second time, behind letters of its own.
    before = "zt" if sought.where is Where.TITLE else ""
    return " <-> ".join(before + term for term in sought.terms) + (":*" if sought.goes_on else "")
