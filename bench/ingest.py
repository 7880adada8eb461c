"""What storing costs: events a second with all sums, memory, bytes per event, and the way from acknowledged to stored.

    python -m bench.ingest [--events 1000000] [--postgresql]

Seconds of the processor are measured beside those of the clock, because the machine may have other work.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import func, select, text

from bench import traffic
from byline import migrations
from byline.analytics import store
from byline.analytics.collect.spool import Spool
from byline.analytics.hits import Hit, decode, encode
from byline.analytics.store import tables
from byline.analytics.store.embedded import Embedded
from byline.analytics.store.ingesting import Ingester
from byline.kernel.settings import Settings
from tests.databases import PostgresServer

LEAST_RATE, MOST_MEGABYTES, MOST_DELAY, RAW_BYTES, SUM_BYTES = 20_000, 200, 5.0, 76, 32
RAW, SUMS = ("events", "visits"), ("daily", "hourly", "words", "measured", "refusals")


def main() -> None:
    """Measure, print, and end with 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=0, help="over how many days; by default as 10 million over 90")
    parser.add_argument("--postgresql", action="store_true")
    chosen = parser.parse_args()
    days = chosen.days or max(1, chosen.events * traffic.DAYS // 10_000_000)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="byline-bench-")))
        address = ""
        if chosen.postgresql:
            server = PostgresServer()
            stack.callback(server.stop)
            server.start()
            address = server.address
        settings = Settings.load({"BYLINE_DATA": str(folder), "BYLINE_ANALYTICS_URL": address})
        sys.exit(not measure(settings, traffic.Shape(chosen.events, days=days)))


def measure(settings: Settings, shape: traffic.Shape) -> bool:
    """Measure one store; answer whether it keeps to the targets."""
    # In a process of its own, as what it needs is not the ingester's memory.
    shown = ["--events", str(shape.events), "--days", str(shape.days), "--spool", str(settings.spool_folder)]
    subprocess.run([sys.executable, "-m", "bench.traffic", *shown], check=True, stdout=subprocess.DEVNULL)
    kept = store.create(settings)
    migrations.upgrade(kept.database, line=migrations.STORE)
    control = decoded(next(settings.spool_folder.glob("*.log")))
    before = memory_megabytes()
    ingester = Ingester(kept.database, settings.spool_folder, lambda _site: "UTC")
    began, used = time.perf_counter(), time.process_time()
    events = lines = 0
    slowest = 0.0
    while True:
        turn = time.perf_counter()
        taken = ingester.run_once()
        events, lines = events + taken.events, lines + taken.lines
        slowest = max(slowest, time.perf_counter() - turn)
        if not taken.more:
            break
    seconds, processor = time.perf_counter() - began, time.process_time() - used
    megabytes = memory_megabytes()
    raw, sums = sizes(kept)
    delay = delays(ingester, kept, settings)
    kept.dispose()
    print(f"{'SQLite' if kept.database.is_sqlite else 'PostgreSQL'}: {events:,} events of {lines:,} lines")
    print(f"  {events / processor:,.0f} events per second of the processor (target {LEAST_RATE:,}), ", end="")
    print(
        f"{events / seconds:,.0f} per second of the clock, {lines / processor:,.0f} lines; longest turn {slowest:.2f} s"
    )
    times = control * processor / lines
    print(f"  control: reading and checking lines alone {control:,.0f} a second, {times:.1f} times as many")
    print(f"  {megabytes:.0f} MB at most, {before:.0f} before it began (target {MOST_MEGABYTES})")
    print(f"  {raw / events:.1f} bytes per event for events and visits (target {RAW_BYTES}), ", end="")
    print(f"{sums / events:.1f} for sums and words (target {SUM_BYTES})")
    print(f"  acknowledged to stored: {delay:.2f} s at most (target {MOST_DELAY:.0f})")
    return events / processor >= LEAST_RATE and megabytes <= MOST_MEGABYTES and delay <= MOST_DELAY


def decoded(file: Path) -> float:
    """Lines that can be read and checked in a second of the processor, with nothing stored."""
    lines = file.read_bytes().splitlines(keepends=True)[:20_000]
    used = time.process_time()
    for line in lines:
        decode(line)
    return len(lines) / (time.process_time() - used)


def memory_megabytes() -> float:
    """The most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def sizes(kept: Embedded) -> tuple[int, int]:
    """Bytes of single events and visits with their indexes, and of everything else."""
    by_table: dict[str, int] = {}
    with kept.database.reader.connect() as connection:
        for table in tables.metadata.sorted_tables:
            names = [table.name, *(str(index.name) for index in table.indexes)]
            if kept.database.is_sqlite:
                size = "SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name = :name"
                by_table[table.name] = sum(
                    connection.execute(text(size), {"name": name}).scalar_one() for name in names
                )
            else:
                size = "SELECT pg_total_relation_size(CAST(:name AS regclass))"
                by_table[table.name] = connection.execute(text(size), {"name": table.name}).scalar_one()
    print({name: f"{size / 1e6:.1f} MB" for name, size in by_table.items() if size > 100_000})
    return sum(by_table[name] for name in RAW), sum(by_table[name] for name in SUMS)


def delays(ingester: Ingester, kept: Embedded, settings: Settings) -> float:
    """How long single hits take from the spool to the sums while the ingester runs as in the worker."""
    spool = Spool(settings.spool_folder, 1 << 30)
    stop = threading.Event()
    thread = threading.Thread(target=ingester.run, args=(stop,))
    thread.start()
    longest = 0.0
    try:
        hit = next(traffic.batches(traffic.Shape(10, seed=7)))[0]
        for number in range(8):
            one = replace_ids(hit, number)
            before = pageviews(kept)
            began = time.perf_counter()
            spool.append(encode(one))
            while pageviews(kept) == before:
                time.sleep(0.01)
            longest = max(longest, time.perf_counter() - began)
    finally:
        stop.set()
        thread.join()
        spool.close()
    return longest


def replace_ids(hit: Hit, number: int) -> Hit:
    """The same hit of somebody else, a day later."""
    return hit._replace(visitor=number + 1, view=number + 1, at_ms=hit.at_ms + traffic.DAY * 1000)


def pageviews(kept: Embedded) -> int:
    """All pageviews that the sums know of."""
    with kept.database.reader.connect() as connection:
        return int(connection.execute(select(func.sum(tables.hourly.c.pageviews))).scalar() or 0)


if __name__ == "__main__":
    main()
