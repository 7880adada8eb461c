"""Has anything changed? What a process read before is used again exactly while nobody has committed since."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from byline.kernel import commits
from byline.kernel.db import Database
from byline.kernel.state import CONTENT_VERSION, TOPIC_VERSION, TOPIC_VERSIONS

T = TypeVar("T")
MOST_REMEMBERED = 2_000
ASKED_EVERY_SECONDS = 0.02
"""How long another program's commit may stay unseen, such as one of the command line beside a running site."""
VERSION_KEY = "content version"
NO_VALUES: Mapping[str, str] = {}


@dataclass(slots=True)
class Memory:
    """What one thread read since the last commit of anybody, as of the look that gave it."""

    read_version: Callable[[], int | None]
    read_topic: Callable[[str], int | None]
    read_topics: Callable[[Collection[str]], Mapping[str, int] | None]
    kept: dict[Hashable, Any] = field(default_factory=dict)

    def remember(self, key: Hashable, read: Callable[[], T]) -> T:
        """What `read` gives, or gave before. A unit of work must not have queried before the look."""
        if key not in self.kept:
            self.kept[key] = read()
        found: T = self.kept[key]
        return found

    def note(self, key: Hashable, value: object) -> None:
        """Remember what was read along with something else, after the look."""
        self.kept[key] = value

    def knows(self, key: Hashable) -> bool:
        """Whether something was read since the last commit of anybody."""
        return key in self.kept

    def content_version(self) -> int | None:
        """The site's content version, None when the database could not be asked."""
        return self.remember(VERSION_KEY, self.read_version)

    def topic_version(self, topic: str) -> int | None:
        """The version of a topic that pages lean on, 0 before its first change, None like the content version."""
        return self.remember(("topic", topic), lambda: self.read_topic(topic))

    def topic_versions(self, topics: Collection[str]) -> Mapping[str, int] | None:
        """The versions of many topics, read anew in one statement; None like the content version."""
        return self.read_topics(topics)


class Watch:
    """Watches one database. SQLite tells for a few microseconds whether any process committed; PostgreSQL does not.

    Each thread has a connection and a memory of its own: SQLite's number means something only to the connection that
    asked for it. Asking lets other threads have their turn first, which costs a busy site more than the answer; so
    where the site's processes hear of each other's commits, silence among them is believed for a moment.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._local = threading.local()

    def look(self) -> Memory:
        """What this thread may still use. Empty after any commit, and always on PostgreSQL or without a database."""
        if not self._database.is_sqlite:
            return Memory(lambda: self._ask_server(CONTENT_VERSION), self._topic_of_server, self._topics_of_server)
        try:
            return self._memory_of_sqlite()
        except sqlite3.Error:
            self._local.__dict__.clear()
            return Memory(lambda: None, lambda _topic: None, lambda _topics: None)

    def _memory_of_sqlite(self) -> Memory:
        local = self._local
        if not hasattr(local, "connection"):
            path = quote(self._database.url.database or "")
            local.connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1)
            local.seen = local.stamp = None
        stamp, now = commits.last(), time.monotonic()
        if stamp != local.stamp or now - local.asked_at > ASKED_EVERY_SECONDS or not commits.are_heard():
            seen = local.connection.execute("PRAGMA data_version").fetchone()[0]
            local.stamp, local.asked_at = stamp, now
            if seen != local.seen:
                local.memory, local.seen = self._empty_memory(), seen
        if len(local.memory.kept) > MOST_REMEMBERED:
            local.memory = self._empty_memory()
        memory: Memory = local.memory
        return memory

    def _empty_memory(self) -> Memory:
        return Memory(self._version_of_sqlite, self._topic_of_sqlite, self._topics_of_sqlite)

    def _version_of_sqlite(self) -> int | None:
        return self._ask_sqlite(CONTENT_VERSION)

    def _topic_of_sqlite(self, topic: str) -> int | None:
        return self._ask_sqlite(TOPIC_VERSION, {"name": topic})

    def _topics_of_sqlite(self, topics: Collection[str]) -> Mapping[str, int] | None:
        names = list(topics)
        marks = ", ".join("?" * len(names))
        try:
            statement = f"SELECT name, version FROM page_topics WHERE name IN ({marks})"  # noqa: S608  (only marks)
            rows = dict(self._local.connection.execute(statement, names).fetchall())
        except sqlite3.Error:
            self._local.__dict__.clear()
            return None
        return {name: int(rows.get(name, 0)) for name in names}

    def _topics_of_server(self, topics: Collection[str]) -> Mapping[str, int] | None:
        names, rows = list(topics), dict[str, int]()
        try:
            with self._database.reader.connect() as connection:
                rows = dict(connection.execute(text(TOPIC_VERSIONS), {"names": names}).tuples().all())
        except SQLAlchemyError:
            return None
        return {name: int(rows.get(name, 0)) for name in names}

    def _topic_of_server(self, topic: str) -> int | None:
        return self._ask_server(TOPIC_VERSION, {"name": topic})

    def _ask_sqlite(self, statement: str, values: Mapping[str, str] = NO_VALUES) -> int | None:
        try:
            row = self._local.connection.execute(statement, values).fetchone()
        except sqlite3.Error:
            self._local.__dict__.clear()
            return None
        return int(row[0]) if row else 0

    def _ask_server(self, statement: str, values: Mapping[str, str] = NO_VALUES) -> int | None:
        try:
            with self._database.reader.connect() as connection:
                return int(connection.execute(text(statement), dict(values)).scalar() or 0)
        except SQLAlchemyError:
            return None


def memory_of(opened: Session, watch: Watch) -> Memory:
    """The memory of one unit of work: the database is looked at once for all of it."""
    if "memory" not in opened.info:
        opened.info["memory"] = watch.look()
    memory: Memory = opened.info["memory"]
    return memory
