"""Sums that another tool had worked out go straight into the store's, marked with the number of their import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from byline.analytics.store import sql
from byline.analytics.store.dimensions import NOTHING, OTHER, OTHER_TEXT, Dimension
from byline.analytics.store.rebuilding import tell
from byline.analytics.store.tables import SUMS, daily, measured, spool_positions, words
from byline.analytics.store.vocabulary import AT_ONCE, FIRST_WORD, LONGEST_TEXT
from byline.kernel.db import Database


class Summed(NamedTuple):
    """One row of sums: a day on the site's clock, and one word of a dimension; the empty word for `TOTAL`."""

    day: int
    dimension: Dimension
    text: str
    sums: Mapping[str, int]
    """By the names of `tables.SUMS`; what is missing is 0."""


def position(database: Database, origin: int) -> int:
    """How many parts of an import are in."""
    with database.reader.connect() as connection:
        query = select(spool_positions.c.offset).where(spool_positions.c.file == name_of(origin))
        return connection.scalar(query) or 0


def name_of(origin: int) -> str:
    """What an import is called among the positions of the spool."""
    return f"import-{origin}"


def add(database: Database, site: tuple[int, str], origin: int, part: int, rows: Sequence[Summed]) -> None:
    """Add one part of an import and note that it is in, in one transaction; nothing happens if it is in already.

    `site` is its number and its time zone. Parts come in their order.
    """
    with database.writer.begin() as connection:
        tell(connection)  # First, as whoever counts waits behind it.
        stands = select(spool_positions.c.offset).where(spool_positions.c.file == name_of(origin))
        if (connection.scalar(stands) or 0) >= part:
            return
        numbers = _words(connection, site, {row.text[:LONGEST_TEXT] for row in rows})
        insert_into = sqlite.insert if database.is_sqlite else postgresql.insert
        upsert = insert_into(daily)
        key = [column.name for column in daily.primary_key]
        grown = {name: daily.c[name] + upsert.excluded[name] for name in SUMS}
        keyed = _together(site[0], origin, rows, numbers)
        connection.execute(upsert.on_conflict_do_update(index_elements=key, set_=grown), keyed)
        moved = insert_into(spool_positions).values(file=name_of(origin), offset=part)
        connection.execute(moved.on_conflict_do_update(index_elements=["file"], set_={"offset": part}))


def _together(site_id: int, origin: int, rows: Sequence[Summed], numbers: Mapping[str, int]) -> list[dict[str, int]]:
    """One row for each key, as a statement may not touch a row twice."""
    found: dict[tuple[int, int, int], dict[str, int]] = {}
    for row in rows:
        at = (int(row.dimension), row.day, numbers[row.text[:LONGEST_TEXT]])
        sums = found.setdefault(at, dict.fromkeys(SUMS, 0))
        for name, number in row.sums.items():
            sums[name] += number
    return [
        {"site_id": site_id, "dimension": at[0], "day": at[1], "word_id": at[2], "origin": origin, **sums}
        for at, sums in found.items()
    ]


def _words(connection: Connection, site: tuple[int, str], texts: set[str]) -> dict[str, int]:
    """The numbers of texts; new ones are stored."""
    site_id, zone = site
    next_word = connection.scalar(select(measured.c.next_word).where(measured.c.site_id == site_id))
    if next_word is None:
        next_word = FIRST_WORD
        connection.execute(
            insert(measured).values(site_id=site_id, time_zone=zone, next_word=next_word, pruned_before=0)
        )
        own = {NOTHING: "", OTHER: OTHER_TEXT}.items()
        connection.execute(
            insert(words),
            [{"site_id": site_id, "id": number, "digest": sql.digest(text), "text": text} for number, text in own],
        )
    numbers = {"": NOTHING, OTHER_TEXT: OTHER}
    asked = sorted(texts - numbers.keys())
    for begin in range(0, len(asked), AT_ONCE):
        numbers |= sql.word_ids(connection, site_id, asked[begin : begin + AT_ONCE])
    new = [text for text in asked if text not in numbers]
    if new:
        made = {text: next_word + place for place, text in enumerate(new)}
        rows = [{"site_id": site_id, "id": made[text], "digest": sql.digest(text), "text": text} for text in new]
        connection.execute(insert(words), rows)
        grown = update(measured).where(measured.c.site_id == site_id)
        connection.execute(grown.values(next_word=next_word + len(new)))
        numbers |= made
    return numbers
