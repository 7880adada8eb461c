"""Fills a store in minutes: the rows that the ingester would leave, worked out visit by visit and written in bulk.

    python -m bench.bulk --events 10000000 --data /tmp/measured        # a store, filled
    python -m bench.bulk --check 50000                                 # the same traffic both ways, compared
    python -m bench.bulk --events 100000000 --different-days 9 --data /tmp/measured    # nine days, ten times

It may be quicker because it knows more: nobody in this traffic comes twice, every visit is there as a whole, and all
sites keep UTC. Days that repeat others are copied inside the database. That the tables are the same in the end
`--check` proves, row by row.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import itertools
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, event, select, text

from bench import copying, traffic
from bench.described import described
from bench.rows import Row, Rows
from byline import migrations
from byline.analytics import store
from byline.analytics.store import sql
from byline.analytics.store.tables import daily, events, hourly, measured, turns, visits, words
from byline.analytics.store.vocabulary import FIRST_WORD
from byline.kernel.db import Database
from byline.kernel.settings import Settings

CACHE_KILOBYTES = 4_000_000


def fill_store(settings: Settings, shape: traffic.Shape) -> None:
    """Fill the empty store of these settings; a transaction for each day. One that ends early leaves it spoilt."""
    settings.data.mkdir(parents=True, exist_ok=True)
    kept = store.create(settings)
    migrations.upgrade(kept.database, line=migrations.STORE)
    _hurry(kept.database)
    with kept.database.writer.connect() as connection, _nothing_collected():
        _repeat(connection, shape, _fill(connection, shape))
        _tidy(kept.database, connection)
    kept.dispose()


def _fill(connection: Connection, shape: traffic.Shape) -> int:
    """Write the first block; answer how many visits it has."""
    first_visit: int = connection.execute(select(turns.c.next_visit)).scalar_one()
    connection.rollback()
    rows = Rows(first_visit)
    for number, made in enumerate(traffic.Traffic(shape).first_block()):
        rows.add(made)
        with connection.begin():
            _insert(connection, visits, rows.visits)
            _insert(connection, events, rows.events)
            _insert_sums(connection, rows, shape.first_day + number)
        _tell(number + 1)
    with connection.begin():
        _insert_sums(connection, rows, 1 << 31)
        _insert_words(connection, rows)
    return rows.next_visit - first_visit


def _repeat(connection: Connection, shape: traffic.Shape, visits_of_block: int) -> None:
    for repetition, number in itertools.product(range(1, shape.repetitions), range(shape.block)):
        with connection.begin():
            copying.copy_day(connection, shape, repetition, number, visits_of_block)
        _tell(repetition * shape.block + number + 1)
    with connection.begin():
        copying.add_sums(connection, shape)
        next_visit = turns.c.next_visit + shape.repetitions * visits_of_block
        connection.execute(turns.update().values(next_visit=next_visit, number=turns.c.number + 1))


@contextlib.contextmanager
def _nothing_collected() -> Iterator[None]:
    """Look for no garbage in circles: there is none, and millions of rows would be searched for it."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _tell(days: int) -> None:
    if days % 3 == 0:
        print(f"  {days} days, {time.strftime('%H:%M:%S')}", file=sys.stderr, flush=True)


def _hurry(database: Database) -> None:
    """Wait for no disk and write everything once: what a power cut spoils is filled again."""
    if database.is_sqlite:

        @event.listens_for(database.writer, "connect")
        def _prepare(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")

        database.dispose()


def _tidy(database: Database, connection: Connection) -> None:
    """Leave the database as one that has been running for a while."""
    if database.is_sqlite:
        connection.connection.driver_connection.execute("PRAGMA journal_mode = WAL")  # type: ignore[union-attr]
    else:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))


def _insert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    names = [column.name for column in table.c]
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        driver.executemany(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})", rows)
        return
    with driver.cursor().copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _insert_sums(connection: Connection, rows: Rows, before: int) -> None:
    in_days, in_hours = rows.sums_before(before)
    _insert(connection, daily, in_days)
    _insert(connection, hourly, in_hours)


def _insert_words(connection: Connection, rows: Rows) -> None:
    for site_id, known in sorted(rows.words.items()):
        _insert(connection, measured, [(site_id, "UTC", len(known.numbers) + FIRST_WORD - 2, 0)])
        _insert(
            connection, words, [(site_id, number, sql.digest(text_), text_) for text_, number in known.numbers.items()]
        )


def check(shape: traffic.Shape) -> bool:
    """Fill two stores with the same traffic, as the ingester does and in bulk, and say whether they are the same."""
    found = []
    for fill in (traffic.fill_store, fill_store):
        with tempfile.TemporaryDirectory(prefix="byline-bench-") as folder:
            settings = Settings.load(data=folder)
            fill(settings, shape)
            kept = store.create(settings)
            found.append(described(kept.database))
            kept.dispose()
    one, other = found
    for name, rows in one.items():
        missing, additional = rows - other[name], other[name] - rows
        print(f"{name}: {rows.total():,} rows, {missing.total()} missing, {additional.total()} that should not be")
        for row in itertools.islice(itertools.chain(missing, additional), 3):
            print("   ", row)
    return one == other


def main() -> None:
    """Fill a store and say how long that took, or compare; ends with 1 where there is a difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--sites", type=int, default=traffic.SITES)
    parser.add_argument("--days", type=int, default=traffic.DAYS)
    parser.add_argument("--different-days", type=int, help="after how many days the same comes again, of other people")
    parser.add_argument("--data", type=Path, help="data folder whose store is filled; it must be empty")
    parser.add_argument("--database", default="", help="address of a PostgreSQL that is filled instead")
    parser.add_argument("--check", type=int, metavar="EVENTS", help="compare this many events with the ingester")
    chosen = parser.parse_args()
    if chosen.check:
        days = 2 * chosen.different_days if chosen.different_days else min(chosen.days, 4)
        sys.exit(not check(traffic.Shape(chosen.check, chosen.sites, days, different_days=chosen.different_days)))
    if chosen.data is None:
        parser.error("say which --data folder is filled.")
    began = time.perf_counter()
    settings = Settings.load(data=str(chosen.data), analytics_url=chosen.database)
    fill_store(settings, traffic.Shape(chosen.events, chosen.sites, chosen.days, different_days=chosen.different_days))
    print(f"{chosen.events:,} events in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
