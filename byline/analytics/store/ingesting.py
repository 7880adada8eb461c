"""The ingester: takes what waits in the spool, turn by turn, for as long as the worker runs."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import sqlalchemy.exc
import structlog
from flask import Flask
from sqlalchemy import select

from byline.analytics import store
from byline.analytics.hits import Hit, Refused
from byline.analytics.sites import queries as sites
from byline.analytics.store.interface import Taken, ZoneOf
from byline.analytics.store.spool_reading import Batch, SpoolReader
from byline.analytics.store.tables import spool_positions
from byline.analytics.store.taking import Turns, collect_all, without_collector
from byline.analytics.store.writing import Overtaken
from byline.kernel.db import Database
from byline.web import context

log = structlog.get_logger()

OF_A_LINE = (
    *(ArithmeticError, LookupError, TypeError, ValueError, AttributeError),
    *(sqlite3.IntegrityError, sqlite3.DataError, sqlite3.InterfaceError, psycopg.DataError, psycopg.IntegrityError),
    *(sqlalchemy.exc.DataError, sqlalchemy.exc.IntegrityError),
)
"""What trying the same lines again cannot help; anything else is the database or the disk, which come back."""
MOST_LINES = 12_000
"""In one turn. More of them need less work each, and more memory: about 2.5 MB for each thousand."""
POLL_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
LOCK_NAME = ".ingester"


class Ingester:
    """Stores what waits in one spool folder. Two on one folder take turns: the second waits until the first is gone."""

    def __init__(self, database: Database, folder: Path, zone_of: ZoneOf) -> None:
        self._database = database
        self._folder = folder
        self._turns = Turns(database, zone_of)
        self._reader: SpoolReader | None = None
        self._ahead: Batch | None = None
        """The batch after the one that was stored last, where it has been read already."""
        self._most = MOST_LINES

    def run_once(self) -> Taken:
        """Store the next batch; raises what the database or the disk raises, with nothing lost and nothing stored."""
        reader = self._reader or self._begin()
        batch = self._next(reader)
        if batch.is_empty:
            reader.confirm(batch)
            return Taken()
        try:
            taken = self._turns.take(batch.entries, batch.positions, batch.corrupt, self._reading_ahead(reader, batch))
        except Overtaken:
            self._forget()
            return Taken(more=True)
        except OF_A_LINE as error:
            return self._go_slowly(error)
        except BaseException:
            self._forget()
            raise
        reader.confirm(batch)
        self._most = min(self._most * 10, MOST_LINES)
        return replace(taken, more=batch.more)

    def run(self, stop: threading.Event) -> None:
        """Store batches until stopped. A database that is away is asked again, more and more slowly."""
        pause = 0.0
        while not stop.wait(pause):
            try:
                with self._alone() as is_alone:
                    pause = self._run_while_due(stop) if is_alone else POLL_SECONDS * 4
            except Exception as error:  # noqa: BLE001  (whatever it is, what waits in the spool waits on)
                pause = min(max(pause, POLL_SECONDS) * 2, LONGEST_PAUSE_SECONDS)
                log.error("hits wait", error=type(error).__name__, retry_seconds=pause)

    def _run_while_due(self, stop: threading.Event) -> float:
        lines = 0
        while not stop.is_set():
            taken = self.run_once()
            lines += taken.lines
            if (not taken.more and lines > MOST_LINES) or lines > 50 * MOST_LINES:
                collect_all()
                lines = 0
            if not taken.more and stop.wait(POLL_SECONDS):
                break
        return 0.0

    def _next(self, reader: SpoolReader) -> Batch:
        batch, self._ahead = self._ahead, None
        if batch is None:
            with without_collector():
                batch = reader.read(self._most)
        return batch

    def _reading_ahead(self, reader: SpoolReader, batch: Batch) -> Callable[[], None] | None:
        """What to do while the disk takes a batch: read the next one in its place, where more of them wait."""

        def read() -> None:
            batch.entries.clear()
            self._ahead = reader.read(self._most)

        return read if batch.more else None

    def _forget(self) -> None:
        self._reader = self._ahead = None

    def _begin(self) -> SpoolReader:
        with self._database.reader.connect() as connection:
            rows = connection.execute(select(spool_positions)).all()
        self._reader = SpoolReader(self._folder, {row.file: row.offset for row in rows})
        return self._reader

    def _go_slowly(self, error: Exception) -> Taken:
        """After something that no line should cause: smaller batches, and at last that one line is left out."""
        log.error("a batch cannot be counted", error=type(error).__name__, lines=self._most)
        self._forget()
        if self._most > 1:
            self._most = max(1, self._most // 10)
            return Taken(more=True)
        reader = self._begin()
        batch = reader.read(1)
        nothing: list[Hit | Refused] = []
        taken = self._turns.take(nothing, batch.positions, batch.corrupt + len(batch.entries))
        reader.confirm(batch)
        return replace(taken, more=True)

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Whether no other ingester of this machine works on the folder; it stays so until the block ends."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self._folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(file)


def of(app: Flask) -> Ingester:
    """The ingester of an application: its spool, its store, the time zones of its sites."""
    zone_of = zone_in(context.database_of(app))
    return Ingester(store.of(app).database, context.settings_of(app).spool_folder, zone_of)


def zone_in(database: Database) -> ZoneOf:
    """Tells the time zone of a site as the site's database has it now."""

    def zone_of(site_id: int) -> str | None:
        with database.unit_of_work(write=False):
            return sites.zones().get(site_id)

    return zone_of
