"""Home and post page, logged out and logged in, on sites of three sizes, against the same server's raw speed."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from bench import filling, load, servers
from bench.load import Measured, Target

SIZES = (100, 10_000, 100_000)
PAGES = {"home": "/", "post": filling.POST_ADDRESS, "post with comments": filling.COMMENTED_ADDRESS}
LEAST = {
    "home logged out": 0.50,
    "post logged out": 0.50,
    "post with comments logged out": 0.50,
    "home logged in": 0.15,
    "post with comments logged in": 0.09,
}
"""Requests a second, as a part of bare Flask's."""
GROWTH_MOST = 1.2
"""How much more a page of the largest site may cost than one of the smallest."""


def main() -> None:
    """Measure, print a table, and end with 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    chosen = parser.parse_args()
    load.require_wrk()
    with ExitStack() as running:
        targets = [
            Target("raw WSGI hello", running.enter_context(servers.control("raw"))),
            Target("bare Flask hello", running.enter_context(servers.control("flask"))),
        ]
        for size in chosen.sizes:
            targets += _pages(size, running)
        results = load.measure(targets, rounds=chosen.rounds, seconds=chosen.seconds)
    _print_table(results)
    sys.exit(_verdict(results, sorted(chosen.sizes)))


def _pages(size: int, running: ExitStack) -> list[Target]:
    """A running site of this size, and its pages for a stranger and for a member."""
    folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="byline-bench-")))
    filling.fill(folder, size)
    address, _process = running.enter_context(servers.byline(folder))
    cookie = servers.log_in(address, filling.EMAIL, filling.PASSWORD)
    readers: dict[str, Mapping[str, str]] = {"logged out": {}, "logged in": {"Cookie": cookie}}
    return [
        Target(_name(f"{page} {reader}", size), address + path, headers)
        for reader, headers in readers.items()
        for page, path in PAGES.items()
    ]


def _name(page: str, size: int) -> str:
    return f"{page}, {size:,} posts"


def _print_table(results: Mapping[str, Measured]) -> None:
    print(f"{'':44}{'requests/s':>12}{'p99 ms':>9}{'of Flask':>10}{'of WSGI':>9}")
    bare, raw = (results[f"{name} hello"].requests_per_second for name in ("bare Flask", "raw WSGI"))
    for name, measured in results.items():
        rate = measured.requests_per_second
        print(f"{name:44}{rate:>12,.0f}{measured.p99_ms:>9.1f}{rate / bare:>10.0%}{rate / raw:>9.1%}")


def _verdict(results: Mapping[str, Measured], sizes: list[int]) -> bool:
    """Whether a target was missed; says which were met."""
    print()
    bare = results["bare Flask hello"].requests_per_second
    missed = False
    for page in (f"{page} {reader}" for reader in ("logged out", "logged in") for page in PAGES):
        rates = [results[_name(page, size)].requests_per_second for size in sizes]
        worst, growth, least = min(rates) / bare, rates[0] / rates[-1], LEAST.get(page, 0.0)
        met = worst >= least and growth <= GROWTH_MOST
        missed = missed or not met
        wanted = f" (target {least:.0%})" if least else ""
        print(
            f"{'met   ' if met else 'MISSED'}  {page}: at least {worst:.0%} of bare Flask{wanted}; "
            f"{sizes[-1]:,} posts cost {growth:.2f} x what {sizes[0]:,} cost (target {GROWTH_MOST})"
        )
    return missed


if __name__ == "__main__":
    main()
