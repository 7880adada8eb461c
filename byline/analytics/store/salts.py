"""The salts of the days: made on first use, the same for every process, gone for good two days later."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from byline.analytics.store.tables import salts
from byline.kernel.db import Database

SALT_BYTES = 32


class KeptSalts:
    """The salts of one store. A day is a number of days since 1970, UTC."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def for_day(self, day: int) -> bytes:
        """The day's 32 random bytes; made now if nobody did. Raises SQLAlchemyError when the database is away."""
        found = self.known(day)
        if found is None:
            insert = (sqlite if self._database.is_sqlite else postgresql).insert(salts)
            fresh = insert.values(day=day, salt=secrets.token_bytes(SALT_BYTES)).on_conflict_do_nothing()
            with self._database.writer.begin() as connection:
                connection.execute(fresh)
                # Another process may have been faster, and its salt counts for all.
                found = _found(connection, day)
        if found is None:
            raise LookupError(f"There is no salt for day {day}.")
        return found

    def known(self, day: int) -> bytes | None:
        """The salt of a day that has one; nothing is made. Raises as above."""
        with self._database.reader.connect() as connection:
            return _found(connection, day)

    def forget_before(self, day: int) -> None:
        """Delete the salts of days before one, so that nobody can find them in the files either."""
        with self._database.writer.connect() as connection:
            with connection.begin():
                if self._database.is_sqlite:
                    connection.exec_driver_sql("PRAGMA secure_delete = ON")
                gone = connection.execute(delete(salts).where(salts.c.day < day)).rowcount
            if gone and self._database.is_sqlite:
                # What was deleted is still in the log of the database until that is begun anew.
                connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]


def _found(connection: Connection, day: int) -> bytes | None:
    found = connection.scalar(select(salts.c.salt).where(salts.c.day == day))
    return bytes(found) if found is not None else None
