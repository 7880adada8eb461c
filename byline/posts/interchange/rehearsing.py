"""A place for a dry run: everything really happens there, and nothing of it stays."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from byline.kernel import db
from byline.kernel.commands import Site
from byline.kernel.db import Database
from byline.kernel.storage import Storage
from byline.posts.interchange.importing import UnitOfWork


@contextmanager
def site(here: Site) -> Iterator[tuple[UnitOfWork, Storage]]:
    """Transactions and a storage that are thrown away at the end, without a lock on the real site.

    SQLite is copied, since one long transaction would keep every member from saving; a server's transaction is rolled
    back.
    """
    with tempfile.TemporaryDirectory() as folder:
        storage = Storage(Path(folder) / "media")
        if here.database.is_sqlite:
            copy = Path(folder) / "byline.db"
            _copy(Path(here.database.url.database or ""), copy)
            database = Database(f"sqlite:///{copy}")
            try:
                yield database.unit_of_work, storage
            finally:
                database.dispose()
        else:
            with _rolled_back(here.database) as unit_of_work:
                yield unit_of_work, storage


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing)


@contextmanager
def _rolled_back(database: Database) -> Iterator[UnitOfWork]:
    opened = database.open(write=True)
    try:
        yield lambda: db.session().begin_nested()
    finally:
        opened.rollback()
        database.close(opened)
