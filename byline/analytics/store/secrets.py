"""What must never be in a copy of the store: with a day's salt anybody could tell whose id an address had."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from byline.analytics.store.import_tables import import_salts
from byline.analytics.store.tables import salts

_TABLES = (salts, import_salts)


def names() -> list[str]:
    """The tables that hold salts."""
    return [table.name for table in _TABLES]


def forget_salts(copy: Path) -> None:
    """Take the salts out of a copy of a SQLite store, from its free pages too."""
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA secure_delete = ON")
        there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        with connection:
            for name in sorted(there & set(names())):
                connection.execute(f"DELETE FROM {name}")  # noqa: S608  (our own tables)
