"""Making a used PostgreSQL database what it was: only what was written is taken away, and it is checked to be alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg

Connection = psycopg.Connection[Any]
Row = tuple[Any, ...]

LARGE_BYTES = 4 * 1024**2
"""From here on a new database is cheaper than an emptied one."""
OURS = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
SCHEMA = f"""
SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM (
  SELECT 'relation ' || c.oid || c.relname || c.relkind::text || coalesce(c.reloptions::text, '') AS line
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS}
  UNION ALL SELECT 'column ' || a.attrelid || a.attname || a.atttypid || a.atttypmod || a.attnotnull || a.atthasdef
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE {OURS} AND a.attnum > 0
  UNION ALL SELECT 'constraint ' || oid || conname || convalidated FROM pg_constraint
  UNION ALL SELECT 'trigger ' || oid || tgname || tgenabled::text FROM pg_trigger
  UNION ALL SELECT 'function ' || p.oid || p.proname || p.xmin
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {OURS}
  UNION ALL SELECT 'statistics ' || starelid FROM pg_statistic s JOIN pg_class c ON c.oid = s.starelid
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS}
  UNION ALL SELECT 'setting ' || setconfig::text FROM pg_db_role_setting WHERE setdatabase =
    (SELECT oid FROM pg_database WHERE datname = current_database())
) AS schema
"""  # noqa: S608  (every word is written here)
WRITTEN = f"""
SELECT c.oid::regclass::text, pg_relation_size(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {OURS} AND c.relkind = 'r' AND pg_relation_size(c.oid) > 0 ORDER BY 1
"""  # noqa: S608  (every word is written here)
COUNTERS = f"""
SELECT c.oid::regclass::text, s.seqstart, pg_sequence_last_value(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence s ON s.seqrelid = c.oid
WHERE {OURS} ORDER BY 1
"""  # noqa: S608  (every word is written here)
OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class Contents:
    """What a new database holds: its schema, its first rows and where its counters stand."""

    def __init__(self, template: Connection) -> None:
        self._schema = _one(template, SCHEMA)
        self._counters = {name: last for name, _, last in _rows(template, COUNTERS)}
        self._first = {table: _copied_out(template, table) for table, _ in _rows(template, WRITTEN)}

    def put_back(self, used: Connection) -> bool:
        """Make a used database hold this again; answer False when it has another schema, statistics or many rows."""
        _rows(used, OTHERS)
        written = _rows(used, WRITTEN)
        if sum(size for _, size in written) > LARGE_BYTES or _one(used, SCHEMA) != self._schema:
            return False
        changed = [table for table, _ in written if not self._is_as_it_was(used, table)]
        # Whoever wrote a row has checked what it refers to; nothing needs to be checked while all of them go.
        emptied = ["SET session_replication_role = replica", *(f"DELETE FROM {table}" for table in changed)]  # noqa: S608  (names of our tables)
        used.execute("; ".join([*emptied, *self._setbacks(used)]))
        for table in changed:
            if table in self._first:
                _copy_in(used, table, self._first[table])
        return True

    def _is_as_it_was(self, used: Connection, table: str) -> bool:
        return table in self._first and _copied_out(used, table) == self._first[table]

    def _setbacks(self, used: Connection) -> Iterator[str]:
        """The statements that let counters stand where they stood."""
        for name, start, last in _rows(used, COUNTERS):
            before = self._counters[name]
            if last != before:
                yield f"SELECT setval('{name}', {before or start}, {before is not None})"


def _rows(connection: Connection, query: str) -> list[Row]:
    return connection.execute(query).fetchall()


def _one(connection: Connection, query: str) -> Any:
    return _rows(connection, query)[0][0]


def _copied_out(connection: Connection, table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as lines:
        return b"".join(bytes(line) for line in lines)


def _copy_in(connection: Connection, table: str, lines: bytes) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        copy.write(lines)
