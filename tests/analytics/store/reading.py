"""What stands in the store's tables, in the form in which `counting` counts."""

from __future__ import annotations

from sqlalchemy import select

from byline.analytics.store.dimensions import Dimension
from byline.analytics.store.tables import SUMS, daily, hourly, refusals, words
from byline.kernel.db import Database
from tests.analytics.store.counting import Sums


def stored(database: Database) -> tuple[Sums, Sums]:
    """Sums per day, with words in the place of their numbers, and sums per hour."""
    days: Sums = {}
    hours: Sums = {}
    with database.reader.connect() as connection:
        texts = {(row.site_id, row.id): row.text for row in connection.execute(select(words))}
        for row in connection.execute(select(daily)).mappings():
            dimension = Dimension(row["dimension"])
            text = texts[row["site_id"], row["word_id"]]
            days[row["site_id"], row["origin"], row["day"], dimension, text] = {name: row[name] for name in SUMS}
        for row in connection.execute(select(hourly)).mappings():
            hours[row["site_id"], row["origin"], row["hour"]] = {name: row[name] for name in SUMS}
    return days, hours


def refused(database: Database) -> dict[tuple[int, str], int]:
    """What was not counted, by site and reason."""
    found: dict[tuple[int, str], int] = {}
    with database.reader.connect() as connection:
        for row in connection.execute(select(refusals)):
            key = (row.site_id, row.reason)
            found[key] = found.get(key, 0) + row.number
    return found


def without_empty(sums: Sums) -> Sums:
    """Rows that count something."""
    return {key: row for key, row in sums.items() if any(row.values())}
