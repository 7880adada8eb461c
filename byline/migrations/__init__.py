"""The schema's history: Alembic, one straight line, up and down on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from byline.kernel import checks
from byline.kernel.checks import Finding, State
from byline.kernel.db import Database
from byline.kernel.settings import Settings


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema to `revision`; nothing happens when it is there already. Two at once wait for each other."""
    with _changing(database) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to `revision` (`base` for an empty database). Data in what is dropped is lost."""
    with _changing(database) as connection:
        command.downgrade(_config(connection), revision)


@contextmanager
def _changing(database: Database) -> Iterator[Connection]:
    """One transaction for a change of the schema; on SQLite with foreign keys checked at its end.

    SQLite rebuilds a table to change it, and dropping the old one would delete, by cascade, whatever refers to it.
    Its foreign keys can only be suspended before a transaction begins.
    """
    with database.writer.connect() as connection:
        _enforce_foreign_keys(connection, database, "OFF")
        try:
            with connection.begin():
                yield connection
                if database.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise RuntimeError("This change of the schema would leave rows that refer to nothing.")
        finally:
            _enforce_foreign_keys(connection, database, "ON")


def _enforce_foreign_keys(connection: Connection, database: Database, state: str) -> None:
    raw = connection.connection.driver_connection
    if database.is_sqlite and raw is not None:
        raw.execute(f"PRAGMA foreign_keys = {state}")


def current(database: Database) -> str | None:
    """The revision the database stands at, None when it is empty."""
    with database.reader.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The newest revision this version of Byline knows."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def schema(_settings: Settings, database: Database) -> Finding:
    """Whether the database has the schema that this version of Byline needs."""
    if checks.is_missing(database):
        return Finding("schema", State.WARNING, "There is none yet; the first start makes it.")
    stands, newest = current(database), head()
    if stands == newest:
        return Finding("schema", State.WELL, f"It is up to date, at revision {newest}.")
    known = {script.revision for script in ScriptDirectory.from_config(_config(None)).walk_revisions()}
    if stands is None or stands in known:
        sentence = f"It stands at revision {stands or 'none'}, not at {newest}. Run: byline migrate"
        return Finding("schema", State.BROKEN, sentence)
    return Finding("schema", State.BROKEN, f"Revision {stands} is from a newer Byline than this one. Update Byline.")


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config
