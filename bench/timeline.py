"""A member's timeline on a small and on a large site, on both databases, and what writing it in advance would cost.

Both sites have 100,000 members; the readers follow 1,000 of them and some tags. Pages are asked for in this process,
in turns between the two sites, without a network between; so what is measured is what the page costs.
"""

from __future__ import annotations

import argparse
import gc
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import event

from bench import asking, community, in_advance, servers
from byline.accounts.models import User
from byline.app import create_app
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from byline.timeline import reading
from byline.web import paging
from tests.databases import PostgresServer, migrate
from tests.factories import browser_of

GROWTH_MOST = 1.5
"""How much slower the slowest hundredth of the large site's pages may be."""
DEEP_PAGES = 5
WALL, THREAD = 0, 1
"""On SQLite one thread does everything, so its own clock says what a page costs even on a busy machine."""
Ask = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Site:
    """A filled site: its database and, for each reader, a page to ask for."""

    posts: int
    database: Database
    page: Ask
    deep_page: Ask


def main() -> None:
    """Measure on the databases that are wanted, print tables, and end with 1 when the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs=2, default=(10_000, 1_000_000), metavar=("SMALL", "LARGE"))
    parser.add_argument("--databases", nargs="+", default=("sqlite", "postgresql"), choices=("sqlite", "postgresql"))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--pages", type=int, default=200, help="of each site in each round")
    parser.add_argument("--plans", action="store_true", help="print the statement's plans on the large site")
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    met = [_measure(name, chosen) for name in chosen.databases]
    sys.exit(0 if all(met) else 1)


def _measure(name: str, chosen: argparse.Namespace) -> bool:
    with ExitStack() as open_things:
        folder = Path(open_things.enter_context(tempfile.TemporaryDirectory(prefix="byline-bench-")))
        server = open_things.enter_context(servers.postgres()) if name == "postgresql" else None
        sites = [_site(posts, folder, server, open_things) for posts in chosen.sizes]
        print(f"\n{name}: {community.MEMBERS:,} members, {community.FOLLOWED:,} of them followed by the reader\n")
        print(f"{'':34}" + "".join(f"{f'{site.posts:,} posts':>24}" for site in sites) + f"{'p99 grows':>20}")
        print(f"{'':34}" + f"{'p50 ms':>14}{'p99 ms':>10}" * 2 + f"{'':>9}{'computing':>11}")
        growth = _compare("the page /following", [site.page for site in sites], chosen)
        _compare(f"its {DEEP_PAGES + 1}th page", [site.deep_page for site in sites], chosen)
        _compare("of it, finding the posts", [_keys(site.database) for site in sites], chosen)
        for site in sites:
            in_advance.prepare(site.database)
        _compare("found in a table kept in advance", [in_advance.reader(site.database) for site in sites], chosen)
        for line in in_advance.cost_of_writing(sites[-1].database):
            print(line)
        if chosen.plans:
            _print_plan(sites[-1].database)
    met = growth <= GROWTH_MOST
    print(f"\n{'met   ' if met else 'MISSED'}  p99 of the page grows {growth:.2f} x (target {GROWTH_MOST})", flush=True)
    return met


def _site(posts: int, folder: Path, server: PostgresServer | None, open_things: ExitStack) -> Site:
    """A site of this size, filled, with every reader logged in and on a visit."""
    began = time.perf_counter()
    data = folder / f"site-{posts}"
    data.mkdir()
    address = servers.empty_database(server, f"site_{posts}") if server else f"sqlite:///{data / 'byline.db'}"
    migrate(address)
    database = Database(address)
    open_things.callback(database.dispose)
    community.fill(database, posts)
    with database.reader.connect() as connection:
        size = community.size_megabytes(connection)
    print(f"{posts:,} posts filled in {time.perf_counter() - began:.0f} s, {size:,.0f} MB", file=sys.stderr, flush=True)
    pages = _pages(database, address, data)
    return Site(posts, database, pages("/following"), pages(_deep_address(database)))


def _pages(database: Database, address: str, data: Path) -> Callable[[str], Ask]:
    given = {"BYLINE_DATA": str(data), "BYLINE_DATABASE_URL": address, "BYLINE_URL": "http://localhost"}
    app = create_app(Settings.load(given), secret_key="a key for measurements, long enough", database=database)
    cookies = []
    for number in range(1, community.READERS + 1):
        with database.unit_of_work(write=False) as session:
            member = session.get_one(User, number)
        browser = browser_of(app, member)
        browser.get("/following")
        cookies.append(f"session={browser.get_cookie('session').value}")  # type: ignore[union-attr]

    def at(path: str) -> Ask:
        def ask(number: int) -> object:
            return _answer(app.wsgi_app, path, cookies[number % len(cookies)])

        return ask

    return at


def _answer(application: Any, address: str, cookie: str) -> bytes:
    body = asking.answer(application, address, cookie=cookie)
    if body.count(b'class="card-post') != paging.PAGE_SIZE:
        sys.exit(f"{address} shows {body.count(b'card-post')} posts.")
    return body


def _deep_address(database: Database) -> str:
    """Where the first reader is after some pages; every reader starts from there."""
    with database.unit_of_work(write=False):
        page = reading.keys(1)
        for _ in range(DEEP_PAGES - 1):
            page = reading.keys(1, paging.Cursor(paging.decode(page.older or "")))
    return f"/following?before={page.older}"


def _keys(database: Database) -> Ask:
    def ask(number: int) -> object:
        with database.unit_of_work(write=False):
            return reading.keys(number % community.READERS + 1)

    return ask


def _compare(name: str, asks: Sequence[Ask], chosen: argparse.Namespace) -> float:
    """Ask both in turns, print the medians of the rounds, answer the median growth of the slowest hundredth."""
    for ask in asks:
        for number in range(2 * community.READERS):
            ask(number)
    # What the warm-up left would be looked through again at the same place of every round, so at one site's cost.
    gc.collect()
    gc.freeze()
    rounds = [_round(asks, chosen.pages) for _ in range(chosen.rounds)]
    cells = [
        statistics.median(_part(sites[place], clock, part) for sites in rounds)
        for place in range(2)
        for clock, part in ((WALL, 0.5), (WALL, 0.99))
    ]
    growth, computing = (
        statistics.median(_part(sites[1], clock, 0.99) / _part(sites[0], clock, 0.99) for sites in rounds)
        for clock in (WALL, THREAD)
    )
    figures = "".join(f"{cell:>14.2f}" if place % 2 == 0 else f"{cell:>10.2f}" for place, cell in enumerate(cells))
    print(f"{name:34}{figures}{growth:>9.2f}{computing:>11.2f}", flush=True)
    return growth


def _round(asks: Sequence[Ask], pages: int) -> list[list[tuple[float, float]]]:
    """Milliseconds by the wall's clock and by this thread's, of each page of each site.

    They are asked for in turns, so that a busy moment of the machine hits both.
    """
    times: list[list[tuple[float, float]]] = [[] for _ in asks]
    for number in range(pages):
        for place, ask in enumerate(asks):
            began, computed = time.perf_counter(), time.thread_time()
            ask(number)
            times[place].append(((time.perf_counter() - began) * 1e3, (time.thread_time() - computed) * 1e3))
    return times


def _part(times: list[tuple[float, float]], clock: int, part: float) -> float:
    return sorted(pair[clock] for pair in times)[min(len(times) - 1, int(len(times) * part))]


def _print_plan(database: Database) -> None:
    seen: list[tuple[str, Any]] = []

    def note(*arguments: Any) -> None:
        seen.append((arguments[2], arguments[3]))

    event.listen(database.reader, "before_cursor_execute", note)
    _keys(database)(0)
    event.remove(database.reader, "before_cursor_execute", note)
    statement, given = next(one for one in seen if one[0].startswith("WITH heads"))
    explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF)"
    with database.reader.connect() as connection:
        print(f"\n{explain}")
        for row in connection.exec_driver_sql(f"{explain} {statement}", given):
            print("  " + str(row[-1]))


if __name__ == "__main__":
    main()
