"""What is known of all experiments, kept up to date for the price of a glance at the clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

from sqlalchemy.exc import SQLAlchemyError

from byline.analytics.experiments import queries
from byline.analytics.experiments.queries import Shown
from byline.kernel.db import Database
from byline.kernel.watch import Watch

LOOK_EVERY_SECONDS = 1.0
NONE: Mapping[str, Shown] = {}


class Known:
    """The experiments of one database as of at most about a second ago. Threads may share it."""

    def __init__(self, database: Database, watch: Watch) -> None:
        self._database = database
        self._watch = watch
        self._looking = threading.Lock()
        self._due = 0.0
        self._read: tuple[int | None, Mapping[int, Mapping[str, Shown]]] = (None, {})

    def of(self, site_id: int) -> Mapping[str, Shown]:
        """A site's experiments by their keys; what was known last while the database is away."""
        return self.with_version(site_id)[1]

    def with_version(self, site_id: int) -> tuple[int, Mapping[str, Shown]]:
        """The same, and the version of `queries.TOPIC` that it was read in."""
        if time.monotonic() >= self._due and self._looking.acquire(blocking=self._read[0] is None):
            try:
                self._look()
            finally:
                self._looking.release()
        version, sites = self._read
        return version or 0, sites.get(site_id, NONE)

    def look_again(self) -> None:
        """Look at the database with the next question, whenever the last look was."""
        self._due = 0.0

    def _look(self) -> None:
        if time.monotonic() < self._due:
            return  # Somebody else looked while this thread waited.
        # The version is read before the experiments: what changes meanwhile makes them outdated, not the other way.
        version = self._watch.look().topic_version(queries.TOPIC)
        if version is not None and version != self._read[0]:
            self._learn(version)
        self._due = time.monotonic() + LOOK_EVERY_SECONDS

    def _learn(self, version: int) -> None:
        try:
            with self._database.unit_of_work(write=False):
                self._read = version, queries.shown()
        except SQLAlchemyError:
            return
