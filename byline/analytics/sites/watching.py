"""What a collector knows of all sites, kept up to date for the price of a glance at the clock."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Mapping
from datetime import date

from sqlalchemy.exc import SQLAlchemyError

from byline.analytics.sites import keys, queries
from byline.analytics.sites.queries import Collected
from byline.kernel import clock
from byline.kernel.db import Database
from byline.kernel.watch import Watch

LOOK_EVERY_SECONDS = 1.0


class Directory:
    """The sites of one database as of at most about a second ago. Threads may share it."""

    def __init__(self, database: Database, watch: Watch | None = None) -> None:
        self._database = database
        self._watch = watch or Watch(database)
        self._looking = threading.Lock()
        self._due = 0.0
        self._version: int | None = None
        self._sites: Mapping[int, Collected] = {}
        self._used: dict[int, date] = {}

    def sites(self) -> Mapping[int, Collected]:
        """Every site for which something is collected; what was known last while the database is away."""
        if time.monotonic() >= self._due and self._looking.acquire(blocking=self._version is None):
            try:
                self._look()
            finally:
                self._looking.release()
        return self._sites

    def look_again(self) -> None:
        """Look at the database with the next question, whenever the last look was."""
        self._due = 0.0

    def note_use(self, key_id: int) -> None:
        """Remember that a write key was used today. It costs a write once a day; a database that is away forgets it."""
        today = clock.now().date()
        if self._used.get(key_id) == today:
            return
        self._used[key_id] = today
        with contextlib.suppress(SQLAlchemyError), self._database.unit_of_work():
            keys.note_use(key_id, today)

    def _look(self) -> None:
        if time.monotonic() < self._due:
            return  # Somebody else looked while this thread waited.
        # The version is read before the sites: what changes meanwhile makes them outdated, not the other way round.
        version = self._watch.look().topic_version(queries.TOPIC)
        if version is not None and version != self._version:
            self._read(version)
        self._due = time.monotonic() + LOOK_EVERY_SECONDS

    def _read(self, version: int) -> None:
        try:
            with self._database.unit_of_work(write=False):
                self._sites = queries.collected()
                self._version = version
        except SQLAlchemyError:
            return
