"""Writes what a batch changed: many rows with few statements, in the transaction that the caller opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection

from byline.analytics.store.dimensions import BITS
from byline.analytics.store.ledger import Ledger, columns
from byline.analytics.store.memory import Memory
from byline.analytics.store.merging import Changes
from byline.analytics.store.people import EXIT, View, Visit
from byline.analytics.store.spool_reading import REMOVED
from byline.analytics.store.tables import SUMS, events, visits

Row = tuple[Any, ...]
_VISIT = tuple(column.name for column in visits.c)
_EVENT = tuple(column.name for column in events.c)
_DAILY = ("site_id", "dimension", "day", "word_id", "origin")
_HOURLY = ("site_id", "hour", "origin")
_GROWING = ("other_visitor", "last_at", "events", "pageviews", "interactions", "engaged_ms", "is_bounce", "exit")
_DIMENSIONS = (1 << BITS) - 1
AT_ONCE = 20
"""Rows that one run of a statement inserts into SQLite."""


class Overtaken(Exception):
    """Somebody else wrote since the memory was filled: what was worked out from it may be wrong."""


def write(connection: Connection, changes: Changes, memory: Memory, positions: Mapping[str, int]) -> None:
    """Write a batch, with where it ends in each file of the spool; raises Overtaken before anything is written."""
    _take_turn(connection, memory)
    writer = _Server(connection) if connection.dialect.name == "postgresql" else _File(connection)
    _write_words(writer, memory)
    _write_visits(writer, changes)
    writer.insert("events", _EVENT, changes.rows)
    raised = [(*_read(view), site_id, view.visit.id, view.number) for view, site_id in changes.raised.items()]
    writer.update("events", ("engaged_ms", "scroll", "is_read"), ("site_id", "visit_id", "number"), raised)
    _write_sums(writer, changes.ledger)
    refused = [(*key, number) for key, number in changes.ledger.refusals.items()]
    writer.add("refusals", ("site_id", "day", "reason"), ("number",), refused)
    moved = [(name, position) for name, position in positions.items() if position != REMOVED]
    writer.put("spool_positions", ("file",), ("offset",), moved)
    for name in positions.keys() - {name for name, _ in moved}:
        writer.run("DELETE FROM spool_positions WHERE file = ?", (name,))


def _take_turn(connection: Connection, memory: Memory) -> None:
    statement = _marked(connection, "UPDATE turns SET number = number + 1, next_visit = ? WHERE id = 1 AND number = ?")
    if connection.exec_driver_sql(statement, (memory.next_visit, memory.turn)).rowcount != 1:
        raise Overtaken
    memory.turn = (memory.turn or 0) + 1


def _write_words(writer: _File | _Server, memory: Memory) -> None:
    new = [site for site in memory.sites.values() if site.is_new]
    grown = [site for site in memory.sites.values() if site.made and not site.is_new]
    rows = [(site.site_id, site.days.name, site.next_word, 0) for site in new]
    writer.insert("measured", ("site_id", "time_zone", "next_word", "pruned_before"), rows)
    writer.update("measured", ("next_word",), ("site_id",), [(site.next_word, site.site_id) for site in grown])
    made = [row for site in (*new, *grown) for row in site.made]
    writer.insert("words", ("site_id", "id", "digest", "text"), made)


def _write_visits(writer: _File | _Server, changes: Changes) -> None:
    for site_id, old, visit_id, added in changes.moves:
        writer.run(
            "UPDATE events SET visit_id = ?, number = number + ? WHERE site_id = ? AND visit_id = ?",
            (visit_id, added, site_id, old),
        )
    for key in changes.gone:
        writer.run("DELETE FROM visits WHERE site_id = ? AND id = ?", key)
    new: list[Row] = []
    grown: list[Row] = []
    for person in changes.people.values():
        for visit in person.visits:
            if visit.changed and visit.stored:
                grown.append((*_growing(visit), person.site_id, visit.id))
            elif visit.changed:
                new.append(_whole(person.site_id, person.origin, visit))
    writer.insert("visits", _VISIT, new)
    writer.update("visits", _GROWING, ("site_id", "id"), grown)


def _whole(site_id: int, origin: int, visit: Visit) -> Row:
    begin = (site_id, visit.id, origin, visit.visitor, visit.other_visitor, visit.day, visit.began_at, visit.last_at)
    counted = (visit.events, visit.pageviews, visit.interactions, visit.engaged, int(visit.is_bounce))
    return (*begin, *counted, *visit.words)


def _growing(visit: Visit) -> Row:
    counted = (visit.events, visit.pageviews, visit.interactions, visit.engaged, int(visit.is_bounce))
    return (visit.other_visitor, visit.last_at, *counted, visit.words[EXIT])


def _read(view: View) -> Row:
    return (view.engaged, view.scroll, view.is_read)


def _write_sums(writer: _File | _Server, ledger: Ledger) -> None:
    daily: list[Row] = []
    for (site_id, origin, day), rows in ledger.days.items():
        daily += (
            (site_id, key & _DIMENSIONS, day, key >> BITS, origin, *columns(row)) for key, row in rows.items() if row
        )
    _write_rows(writer, "daily", _DAILY, sorted(daily))
    hourly = [
        (site_id, hour, origin, *columns(row))
        for (site_id, origin), rows in ledger.hours.items()
        for hour, row in rows.items()
        if row
    ]
    _write_rows(writer, "hourly", _HOURLY, hourly)


def _write_rows(writer: _File | _Server, table: str, key: Row, rows: Sequence[Row]) -> None:
    writer.add(table, key, SUMS, rows)
    visitors = len(key)
    visits = visitors + 1
    fewer = [row[:visitors] for row in rows if row[visitors] < 0 or row[visits] < 0]
    writer.remove_empty(table, key, fewer)


def _marked(connection: Connection, statement: str) -> str:
    return statement.replace("?", "%s") if connection.dialect.name == "postgresql" else statement


class _File:
    """How SQLite takes many rows: one prepared statement for all of them, which takes several at once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def run(self, statement: str, values: Row) -> None:
        """One statement."""
        self._connection.exec_driver_sql(statement, tuple(values))

    def insert(self, table: str, columns: Row, rows: Sequence[Sequence[Any]]) -> None:
        """New rows."""
        # FAIL, as what a statement did before it failed is undone with the whole transaction: SQLite need not note it.
        self._values(f"INSERT OR FAIL INTO {table} ({', '.join(columns)}) VALUES ", len(columns), rows)  # noqa: S608  (our own names)

    def update(self, table: str, columns: Row, key: Row, rows: Sequence[Row]) -> None:
        """Other values of rows; each of `rows` has the values, then the key."""
        sets, where = (f"{name} = ?" for name in columns), (f"{name} = ?" for name in key)
        self._many(f"UPDATE {table} SET {', '.join(sets)} WHERE {' AND '.join(where)}", rows)  # noqa: S608  (our own names)

    def add(self, table: str, key: Row, columns: Row, rows: Sequence[Row]) -> None:
        """Add to rows, which are made where they are missing."""
        self._upsert(table, key, columns, rows, "{0} = {0} + excluded.{0}")

    def put(self, table: str, key: Row, columns: Row, rows: Sequence[Row]) -> None:
        """Replace rows or make them."""
        self._upsert(table, key, columns, rows, '"{0}" = excluded."{0}"')

    def remove_empty(self, table: str, key: Row, keys: Sequence[Row]) -> None:
        """Remove rows that count nothing any more."""
        where = [f"{name} = ?" for name in key]
        empty = [f"{name} = 0" for name in ("visitors", "visits", "pageviews", "events")]
        self._many(f"DELETE FROM {table} WHERE {' AND '.join([*where, *empty])}", keys)  # noqa: S608  (our own names)

    def _upsert(self, table: str, key: Row, columns: Row, rows: Sequence[Row], change: str) -> None:
        names = ", ".join(f'"{name}"' for name in (*key, *columns))
        changes = ", ".join(change.format(name) for name in columns)
        conflict = f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"
        self._values(f"INSERT INTO {table} ({names}) VALUES ", len(key) + len(columns), rows, conflict)  # noqa: S608  (our own names)

    def _values(self, begin: str, columns: int, rows: Sequence[Sequence[Any]], end: str = "") -> None:
        """Rows for one statement, several with each run of it: a run costs about as much as a row."""
        marks = f"({', '.join('?' * columns)})"
        whole = len(rows) - len(rows) % AT_ONCE
        several = [list(chain.from_iterable(rows[place : place + AT_ONCE])) for place in range(0, whole, AT_ONCE)]
        self._many(f"{begin}{', '.join([marks] * AT_ONCE)}{end}", several)
        self._many(f"{begin}{marks}{end}", rows[whole:])

    def _many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            self._connection.connection.driver_connection.executemany(statement, rows)  # type: ignore[union-attr]


_TYPES = {
    "props": "text",
    "text": "text",
    "reason": "text",
    "file": "text",
    "time_zone": "text",
}


class _Server:
    """How PostgreSQL takes many rows: COPY for new ones, arrays for all others."""

    def __init__(self, connection: Connection) -> None:
        self._cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]

    def run(self, statement: str, values: Row) -> None:
        """One statement."""
        self._cursor.execute(statement.replace("?", "%s"), tuple(values))

    def insert(self, table: str, columns: Row, rows: Sequence[Sequence[Any]]) -> None:
        """New rows."""
        if rows:
            with self._cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)

    def update(self, table: str, columns: Row, key: Row, rows: Sequence[Row]) -> None:
        """Other values of rows; each of `rows` has the values, then the key."""
        names = (*columns, *key)
        sets = ", ".join(f"{name} = given.{name}" for name in columns)
        where = " AND ".join(f"{table}.{name} = given.{name}" for name in key)
        self._arrays(f"UPDATE {table} SET {sets} FROM {{}} WHERE {where}", names, rows)  # noqa: S608  (our own names)

    def add(self, table: str, key: Row, columns: Row, rows: Sequence[Row]) -> None:
        """Add to rows, which are made where they are missing."""
        self._upsert(table, key, columns, rows, "{0} = {1}.{0} + excluded.{0}")

    def put(self, table: str, key: Row, columns: Row, rows: Sequence[Row]) -> None:
        """Replace rows or make them."""
        self._upsert(table, key, columns, rows, '"{0}" = excluded."{0}"')

    def remove_empty(self, table: str, key: Row, keys: Sequence[Row]) -> None:
        """Remove rows that count nothing any more."""
        where = [f"{table}.{name} = given.{name}" for name in key]
        empty = [f"{table}.{name} = 0" for name in ("visitors", "visits", "pageviews", "events")]
        statement = f"DELETE FROM {table} USING {{}} WHERE {' AND '.join([*where, *empty])}"  # noqa: S608  (our own names)
        self._arrays(statement, key, keys)

    def _upsert(self, table: str, key: Row, columns: Row, rows: Sequence[Row], change: str) -> None:
        names = (*key, *columns)
        listed = ", ".join(f'"{name}"' for name in names)
        changes = ", ".join(change.format(name, table) for name in columns)
        conflict = f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"
        self._arrays(f"INSERT INTO {table} ({listed}) SELECT * FROM {{}} {conflict}", names, rows)  # noqa: S608  (our own names)

    def _arrays(self, statement: str, names: Row, rows: Sequence[Row]) -> None:
        if not rows:
            return
        arrays = ", ".join(f"%s::{_TYPES.get(name, 'bigint')}[]" for name in names)
        listed = ", ".join(f'"{name}"' for name in names)
        given = f"unnest({arrays}) AS given ({listed})"
        self._cursor.execute(statement.format(given), [list(column) for column in zip(*rows, strict=True)])
