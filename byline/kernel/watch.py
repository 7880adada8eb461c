"""Has anything changed? What a process read before is used again exactly while nobody has committed since."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from byline.kernel.db import Database
from byline.kernel.state import CONTENT_VERSION

T = TypeVar("T")
MOST_REMEMBERED = 2_000


class Watch:
    """Watches one database. SQLite tells for a few microseconds whether any process committed; PostgreSQL does not.

    Each thread has a connection and a memory of its own: SQLite's number means something only to the connection that
    asked for it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._local = threading.local()

    def content_version(self) -> int | None:
        """The site's content version now, None when the database cannot be asked."""
        try:
            if self._database.is_sqlite:
                memory = self._memory_of_sqlite()
                return int(_remembered(memory, "content version", self._read_content_version))
            with self._database.reader.connect() as connection:
                return int(connection.execute(text(CONTENT_VERSION)).scalar_one())
        except (sqlite3.Error, SQLAlchemyError):
            self._local.__dict__.clear()
            return None

    def remember(self, key: Hashable, read: Callable[[], T]) -> T:
        """What `read` gives, or gave since the last commit of anybody; always read anew on PostgreSQL.

        Call it before the unit of work's first query, whose snapshot could otherwise be older than the watch.
        """
        if not self._database.is_sqlite:
            return read()
        try:
            memory = self._memory_of_sqlite()
        except sqlite3.Error:
            self._local.__dict__.clear()
            return read()
        return _remembered(memory, key, read)

    def _memory_of_sqlite(self) -> dict[Hashable, Any]:
        local = self._local
        if not hasattr(local, "connection"):
            file = quote(self._database.url.database or "")
            local.connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=1)
            local.seen = None
        seen = local.connection.execute("PRAGMA data_version").fetchone()[0]
        if seen != local.seen or len(local.memory) > MOST_REMEMBERED:
            local.memory, local.seen = {}, seen
        memory: dict[Hashable, Any] = local.memory
        return memory

    def _read_content_version(self) -> int:
        return int(self._local.connection.execute(CONTENT_VERSION).fetchone()[0])


def _remembered(memory: dict[Hashable, Any], key: Hashable, read: Callable[[], T]) -> T:
    if key not in memory:
        memory[key] = read()
    found: T = memory[key]
    return found
