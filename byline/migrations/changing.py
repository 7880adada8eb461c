"""Changes of the schema, run by Alembic. Only an upgrade imports it: most starts find nothing to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from byline.kernel.db import Database
from byline.migrations import Line


def upgrade(database: Database, revision: str, line: Line) -> None:
    """Bring the schema up to `revision`."""
    with _changing(database) as connection:
        command.upgrade(_config(connection, database, line), revision)


def downgrade(database: Database, revision: str, line: Line) -> None:
    """Take the schema back to `revision`."""
    with _changing(database) as connection:
        command.downgrade(_config(connection, database, line), revision)


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


def _config(connection: Connection, database: Database, line: Line) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(line.folder))
    config.attributes.update(connection=connection, line=line, schema=database.schema)
    return config
