"""Searches of many kinds among 100,000 posts by 100,000 members, on both databases, beside a page that asks nothing.

Pages are asked for in this process, one after the other, in turns between the kinds: what is measured is what a page
costs. With `--load` the running server is asked as well, by eight connections at once, beside bare Flask.
"""

from __future__ import annotations

import argparse
import gc
import logging
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.parse import quote_plus

import structlog
from sqlalchemy import func, select, text

from bench import asking, community, controls, library, load, servers
from bench.load import Target
from byline.app import create_app
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from byline.posts.models import Post
from tests.databases import migrate

P99_MOST_MS = 100.0
BARE = "a page that asks nothing"
_clock = time.perf_counter
SCRIPT = """local paths = {{ {paths} }}
local turn = 0
request = function()
  turn = turn + 1
  return wrk.format("GET", paths[turn % #paths + 1])
end
"""


def main() -> None:
    """Measure on the databases that are wanted, print tables, and end with 1 when the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--databases", nargs="+", default=("sqlite", "postgresql"), choices=("sqlite", "postgresql"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pages", type=int, default=100, help="of each kind in each round")
    parser.add_argument(
        "--processor", action="store_true", help="count processor time, on a machine that is not at rest"
    )
    parser.add_argument("--load", action="store_true", help="ask the running server too, with wrk")
    parser.add_argument(
        "--at", nargs="+", default=(), metavar="ADDRESS", help="databases to fill once and keep, in place of new ones"
    )
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    kept = [partial(_measure, address, chosen) for address in chosen.at]
    fresh = [partial(_measure_fresh, name, chosen) for name in chosen.databases]
    met = [measure() for measure in kept or fresh]
    sys.exit(0 if all(met) else 1)


def _measure_fresh(name: str, chosen: argparse.Namespace) -> bool:
    with ExitStack() as open_things:
        folder = Path(open_things.enter_context(tempfile.TemporaryDirectory(prefix="byline-bench-")))
        if name == "sqlite":
            return _measure(f"sqlite:///{folder / 'byline.db'}", chosen)
        server = open_things.enter_context(servers.postgres())
        return _measure(servers.empty_database(server, "site"), chosen)


def _measure(address: str, chosen: argparse.Namespace) -> bool:
    kinds = _kinds(chosen.posts)
    with ExitStack() as open_things:
        data = Path(open_things.enter_context(tempfile.TemporaryDirectory(prefix="byline-bench-")))
        database = _filled(address, chosen.posts)
        open_things.callback(database.dispose)
        worst = _table(database, _pages(database, address, data), kinds, chosen)
        if chosen.load and database.is_sqlite:
            _under_load(Path(address.removeprefix("sqlite:///")).parent, kinds)
    met = worst <= P99_MOST_MS
    print(f"{'met   ' if met else 'MISSED'}  slowest kind: p99 {worst:.0f} ms (target {P99_MOST_MS:.0f})\n", flush=True)
    return met


def _filled(address: str, posts: int) -> Database:
    migrate(address)
    database = Database(address)
    with database.unit_of_work(write=False) as session:
        if session.scalar(select(func.count()).select_from(Post)):
            return database
    community.fill(database, posts)
    library.give_texts(database, posts)
    with database.reader.connect() as connection:
        before = community.size_megabytes(connection)
    began = time.perf_counter()
    library.fill_index(database)
    seconds = time.perf_counter() - began
    # As it is after a while: with statistics, and with the many small parts of the index made one.
    with database.writer.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("INSERT INTO search_posts_index (search_posts_index) VALUES ('optimize')")
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")
        size = community.size_megabytes(connection)
    print(f"{posts:,} posts: {before:,.0f} MB, with the index {size:,.0f} MB, filled in {seconds:.0f} s", flush=True)
    return database


def _kinds(posts: int) -> Mapping[str, Sequence[str]]:
    """Addresses of each kind of question, the same in every run."""
    chance = random.Random(11)
    some = list(library.texts(min(posts, 300)))

    def words(*ranks: tuple[int, int]) -> list[str]:
        return [" ".join(library.word(chance.randrange(*rank)) for rank in ranks) for _ in range(100)]

    def ask(questions: Sequence[str], more: str = "") -> list[str]:
        return [f"/search?q={quote_plus(question)}{more}" for question in questions]

    phrases = [" ".join(each.body.split()[5:8]) for each in some]
    beginnings = [each.title.split()[0][: chance.randint(2, 4)].lower() for each in some]
    return {
        BARE: ["/search"],
        "a rare word": ask(words((5_000, 50_000))),
        "a usual word": ask(words((200, 5_000))),
        "two usual words": ask(words((50, 1_000), (50, 1_000))),
        "a word of half the posts": ask(words((30, 60))),
        "a word of nearly every post": ask(words((0, 5))),
        "three words of many posts": ask(words((0, 30), (0, 30), (0, 30))),
        "three words in quotes": ask([f'"{phrase}"' for phrase in phrases]),
        "one word and not another": ask([pair.replace(" ", " -") for pair in words((0, 100), (0, 100))]),
        "a usual word of one year": ask(words((20, 1_000)), "&year=2025"),
        "a usual word under a tag": ask(words((0, 100)), "&tag=tag-7"),
        "twelve words": ask(words(*[(0, 200)] * 12)),
        "letters being typed": [f"/search/suggestions?q={quote_plus(letters)}" for letters in beginnings],
    }


def _pages(database: Database, address: str, data: Path) -> Callable[[str], object]:
    # As `byline serve` does: what is loaded to stay is not looked through for garbage.
    gc.collect()
    gc.freeze()
    given = {"BYLINE_DATA": str(data), "BYLINE_DATABASE_URL": address, "BYLINE_URL": "http://localhost"}
    app = create_app(Settings.load(given), secret_key="a key for measurements, long enough", database=database)
    return lambda path: asking.answer(app.wsgi_app, path)


def _processor_clock(database: Database) -> Callable[[], float]:
    """Seconds of the processor that this process and those of the database that work for it have had."""
    if database.is_sqlite:
        return time.process_time
    with database.reader.connect() as connection:
        pids = connection.scalars(text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")).all()
    spent = [Path(f"/proc/{pid}/schedstat") for pid in pids]
    return lambda: time.process_time() + sum(int(each.read_text().split()[0]) for each in spent if each.exists()) / 1e9


def _table(
    database: Database, page: Callable[[str], object], kinds: Mapping[str, Sequence[str]], chosen: argparse.Namespace
) -> float:
    """Ask for the kinds in turns, print the medians of the rounds, answer the worst of the slowest hundredths."""
    for addresses in kinds.values():
        for address in addresses[:10]:
            page(address)
    global _clock
    _clock = _processor_clock(database) if chosen.processor else time.perf_counter
    rounds = [_round(page, kinds, chosen.pages, seed) for seed in range(chosen.rounds)]
    hello = [_milliseconds(lambda: asking.answer(controls.flask.wsgi_app, "/")) for _ in range(chosen.pages)]
    print(f"\n{database.reader.dialect.name}\n{'':32}{'p50 ms':>10}{'p99 ms':>10}")
    print(f"{'bare Flask hello':32}{_part(hello, 0.5):>10.2f}{_part(hello, 0.99):>10.2f}")
    worst = 0.0
    for kind in kinds:
        middle, slow = (statistics.median(_part(times[kind], part) for times in rounds) for part in (0.5, 0.99))
        worst = max(worst, slow)
        print(f"{kind:32}{middle:>10.2f}{slow:>10.2f}", flush=True)
    return worst


def _round(
    page: Callable[[str], object], kinds: Mapping[str, Sequence[str]], pages: int, seed: int
) -> Mapping[str, list[float]]:
    chance = random.Random(seed)
    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    gc.collect()
    for _ in range(pages):
        for kind, addresses in kinds.items():
            address = chance.choice(addresses)
            times[kind].append(_milliseconds(partial(page, address)))
    return times


def _milliseconds(act: Callable[[], object]) -> float:
    began = _clock()
    act()
    return (_clock() - began) * 1e3


def _part(times: Sequence[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


def _under_load(data: Path, kinds: Mapping[str, Sequence[str]]) -> None:
    """Ask the server with every kind mixed, by eight connections at once, and print what it did."""
    load.require_wrk()
    mixed = [address for kind, addresses in kinds.items() if kind != BARE for address in addresses]
    random.Random(3).shuffle(mixed)
    script = data / "search.lua"
    script.write_text(SCRIPT.format(paths=", ".join(f"{path!r}" for path in mixed)))
    with servers.control("flask") as flask, servers.byline(data) as (address, _process):
        targets = [
            Target("bare Flask hello", flask),
            Target(BARE, f"{address}/search"),
            Target("searches of every kind, mixed", address, script=script),
        ]
        results = load.measure(targets, rounds=3, seconds=5)
    print(f"\nunder load, {load.CONNECTIONS} connections at once\n{'':32}{'requests/s':>12}{'p99 ms':>10}")
    for name, measured in results.items():
        print(f"{name:32}{measured.requests_per_second:>12,.0f}{measured.p99_ms:>10.1f}")
    print()


if __name__ == "__main__":
    main()
