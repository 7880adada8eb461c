"""What is in the tables of a store, so that two stores can be compared whatever numbers their words have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, select

from byline.analytics.store.dimensions import OF_VISITS
from byline.analytics.store.tables import daily, events, hourly, turns, visits, words
from byline.kernel.db import Database

Row = Sequence[Any]


def described(database: Database) -> dict[str, Counter[Row]]:
    """What is in the tables, with texts in the place of their numbers."""
    with database.reader.connect() as connection:
        texts = {(row.site_id, row.id): row.text for row in connection.execute(select(words))}
        found = {}
        for table, named in _NAMED.items():
            rows = connection.execute(select(table)).mappings()
            found[table.name] = Counter(_described(row, named, texts) for row in rows)
        found["words"] = Counter((site_id, text_) for (site_id, _), text_ in texts.items())
        found["turns"] = Counter(map(tuple, connection.execute(select(turns.c.next_visit))))
        return found


_NAMED: dict[Table, tuple[str, ...]] = {
    visits: tuple(dimension.name.lower() for dimension in OF_VISITS),
    events: ("path_id", "name_id"),
    daily: ("word_id",),
    hourly: (),
}


def _described(row: Any, named: tuple[str, ...], texts: dict[tuple[int, int], str]) -> Row:
    site_id = row["site_id"]
    values = {name: texts[site_id, value] if name in named else value for name, value in row.items()}
    if values.get("props"):
        numbers = map(int, values["props"][1:-1].split(","))
        values["props"] = tuple(texts[site_id, number] for number in numbers)
    return tuple(values.values())
