"""What an import of lines brought: each line is counted once, whichever file it comes in and whatever was cut short.

A line's digest is written down before its hit is counted, with the number of its batch; counting moves the import's
position to that number, in one transaction of `take`. So whatever stands behind the position was never counted, and
`settle` forgets it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from contextlib import closing

from sqlalchemy import Connection, Table, and_, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnElement

from byline.analytics.store.dimensions import Dimension
from byline.analytics.store.import_tables import ALL, import_days, import_lines, import_refusals, import_salts
from byline.analytics.store.salts import SALT_BYTES
from byline.analytics.store.tables import daily, refusals, spool_positions
from byline.kernel import clock
from byline.kernel.db import Database

KEPT_SECONDS = 48 * 3600
"""How long after its last use the salt of an imported day stays, so that the import can be repeated or go on."""
AT_ONCE = 900
SETTLED = 0
"""The number of the batch to which all that is settled belongs."""


class ImportedLines:
    """The lines of one import into one site. A day is a number of days since 1970, UTC."""

    def __init__(self, database: Database, site_id: int, origin: int) -> None:
        self._database = database
        self._site_id = site_id
        self._origin = origin
        self._salts: dict[int, bytes | None] = {}
        self.position = f"import-{origin}"
        """Its name among the positions of the spool."""
        self.batch = 0
        """The number of the last batch that was counted; known after `settle`."""

    def settle(self) -> None:
        """Forget what was written down and never counted; must come before anything is noted."""
        self._salts = {}
        with self._database.writer.begin() as connection:
            query = select(spool_positions.c.offset).where(spool_positions.c.file == self.position)
            self.batch = connection.scalar(query) or 0
            for table in (import_lines, import_refusals):
                connection.execute(delete(table).where(self._mine(table), table.c.batch > self.batch))
            self._gather_refusals(connection)

    def salt(self, day: int) -> bytes | None:
        """A day's salt, made on its first use; None for a day that is closed, whose lines cannot be told apart."""
        if day not in self._salts:
            self._salts[day] = self._open(day)
        return self._salts[day]

    def known(self, digests: Mapping[int, Iterable[int]]) -> set[int]:
        """Those of the digests, given by day, that were counted before."""
        found: set[int] = set()
        with self._database.reader.connect() as connection:
            for day, each in digests.items():
                asked = sorted(each)
                for begin in range(0, len(asked), AT_ONCE):
                    some = import_lines.c.digest.in_(asked[begin : begin + AT_ONCE])
                    query = select(import_lines.c.digest).where(self._mine(import_lines), import_lines.c.day == day)
                    found.update(connection.scalars(query.where(some)))
        return found

    def note(self, digests: Mapping[int, Iterable[int]], refused: Mapping[tuple[int, str], int]) -> int:
        """Write down the next batch before it is counted: digests by UTC day, refusals by the site's day and reason.

        Answers the number to which counting must move the position.
        """
        number = self.batch + 1
        own = {"site_id": self._site_id, "origin": self._origin}
        lines = [{**own, "day": day, "digest": one, "batch": number} for day, each in digests.items() for one in each]
        told = [
            {**own, "batch": number, "day": day, "reason": reason, "number": count}
            for (day, reason), count in refused.items()
        ]
        now = int(clock.now().timestamp())
        with self._database.writer.begin() as connection:
            used = self._mine(import_salts) & import_salts.c.day.in_(list(digests))
            connection.execute(update(import_salts).where(used).values(used_at=now))
            if digests:
                days = [{**own, "day": day} for day in digests]
                connection.execute(self._insert(import_days).on_conflict_do_nothing(), days)
            if lines:
                connection.execute(insert(import_lines), lines)
            if told:
                connection.execute(insert(import_refusals), told)
        return number

    def first_own_day(self) -> int | None:
        """The first day, on the site's clock, of which something was counted that is no import."""
        return first_own_day(self._database, self._site_id)

    def kept(self, day: int) -> tuple[bool, bytes | None]:
        """Whether a day is closed, and its salt if there is one; nothing is made."""
        with self._database.reader.connect() as connection:
            return self._kept(connection, day)

    def _kept(self, connection: Connection, day: int) -> tuple[bool, bytes | None]:
        mine = self._mine(import_salts) & (import_salts.c.day == day)
        found = connection.scalar(select(import_salts.c.salt).where(mine))
        if found is not None:
            return False, bytes(found)
        counted = select(import_days.c.day).where(self._mine(import_days), import_days.c.day == day)
        return connection.scalar(counted) is not None, None

    def _open(self, day: int) -> bytes | None:
        with self._database.writer.begin() as connection:
            is_closed, found = self._kept(connection, day)
            if is_closed or found:
                return found
            fresh = secrets.token_bytes(SALT_BYTES)
            now = int(clock.now().timestamp())
            own = {"site_id": self._site_id, "origin": self._origin, "day": day}
            connection.execute(insert(import_salts).values(**own, salt=fresh, used_at=now))
        return fresh

    def _gather_refusals(self, connection: Connection) -> None:
        """Let refusals of many small batches be one row each day and reason."""
        mine = and_(self._mine(import_refusals), import_refusals.c.batch != SETTLED)
        total = func.sum(import_refusals.c.number)
        query = select(import_refusals.c.day, import_refusals.c.reason, total).where(mine)
        rows = connection.execute(query.group_by(import_refusals.c.day, import_refusals.c.reason)).all()
        if not rows:
            return
        own = {"site_id": self._site_id, "origin": self._origin, "batch": SETTLED}
        upsert = self._insert(import_refusals)
        added = {"number": import_refusals.c.number + upsert.excluded.number}
        key = [column.name for column in import_refusals.primary_key]
        gathered = [{**own, "day": day, "reason": reason, "number": int(number)} for day, reason, number in rows]
        connection.execute(upsert.on_conflict_do_update(index_elements=key, set_=added), gathered)
        connection.execute(delete(import_refusals).where(mine))

    def _mine(self, table: Table) -> ColumnElement[bool]:
        return and_(table.c.site_id == self._site_id, table.c.origin == self._origin)

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        return sqlite.insert(table) if self._database.is_sqlite else postgresql.insert(table)


def first_own_day(database: Database, site_id: int) -> int | None:
    """The first day, on a site's clock, of which something was counted that is no import."""
    own = and_(daily.c.site_id == site_id, daily.c.dimension == Dimension.TOTAL, daily.c.origin == 0)
    with database.reader.connect() as connection:
        found: int | None = connection.scalar(select(func.min(daily.c.day)).where(own))
        return found


def close_days(database: Database) -> int:
    """Delete the salts of imported days that nobody needed for long, with what they were the key to.

    Afterwards nobody can tell whether an address was among the lines, nor can lines of such a day be told from those
    that were counted. Answers how many days were closed; safe to run twice.
    """
    before = int(clock.now().timestamp()) - KEPT_SECONDS
    with database.writer.begin() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
        keys = connection.execute(
            select(import_salts.c.site_id, import_salts.c.origin, import_salts.c.day).where(
                import_salts.c.used_at < before
            )
        ).all()
        for site_id, origin, day in keys:
            for table in (import_lines, import_salts):
                mine = and_(table.c.site_id == site_id, table.c.origin == origin, table.c.day == day)
                connection.execute(delete(table).where(mine))
    if keys and database.is_sqlite:
        # What was deleted is still in the log of the database until that is begun anew.
        with closing(database.writer.raw_connection()) as raw:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return len(keys)


def forget(database: Database, site_id: int, origin: int) -> None:
    """Forget which lines an import brought and take back what it told of refusals. Its hits are `delete_import`'s."""
    with database.writer.begin() as connection:
        mine = and_(import_refusals.c.site_id == site_id, import_refusals.c.origin == origin)
        total = func.sum(import_refusals.c.number)
        query = select(import_refusals.c.day, import_refusals.c.reason, total).where(mine)
        for day, reason, number in connection.execute(
            query.group_by(import_refusals.c.day, import_refusals.c.reason)
        ).all():
            row = and_(refusals.c.site_id == site_id, refusals.c.day == day, refusals.c.reason == reason)
            connection.execute(update(refusals).where(row).values(number=refusals.c.number - int(number)))
            connection.execute(delete(refusals).where(row, refusals.c.number <= 0))
        for table in ALL:
            connection.execute(delete(table).where(table.c.site_id == site_id, table.c.origin == origin))
        connection.execute(delete(spool_positions).where(spool_positions.c.file == f"import-{origin}"))
