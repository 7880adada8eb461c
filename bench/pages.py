"""Home and post page, logged out and logged in, on sites of three sizes, against the same server's raw speed."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bench import filling, load, servers
from bench.load import Measured

SIZES = (100, 10_000, 100_000)
PAGES = {"home": "/", "post": filling.POST_ADDRESS}
LEAST = {"home logged out": 0.50, "post logged out": 0.50, "home logged in": 0.15}
"""Requests a second, as a part of bare Flask's."""
GROWTH_MOST = 1.2
"""How much more a page of the largest site may cost than one of the smallest."""


def main() -> None:
    """Measure, print a table, and end with 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    chosen = parser.parse_args()
    load.require_wrk()
    bare, raw = (_control(name, chosen) for name in ("flask", "raw"))
    print(f"{'':34}{'requests/s':>12}{'p99 ms':>9}{'of Flask':>10}{'of WSGI':>9}")
    _print_row("raw WSGI hello", raw, bare, raw)
    _print_row("bare Flask hello", bare, bare, raw)
    results = {}
    for size in chosen.sizes:
        for name, measured in _site(size, chosen).items():
            results[name, size] = measured
            _print_row(f"{name}, {size:,} posts", measured, bare, raw)
    sys.exit(_verdict(results, bare, sorted(chosen.sizes)))


def _control(name: str, chosen: argparse.Namespace) -> Measured:
    with servers.control(name) as address:
        return load.measure(address, {}, rounds=chosen.rounds, seconds=chosen.seconds)


def _site(size: int, chosen: argparse.Namespace) -> dict[str, Measured]:
    with tempfile.TemporaryDirectory(prefix="byline-bench-") as folder:
        filling.fill(Path(folder), size)
        with servers.byline(Path(folder)) as (address, _process):
            cookie = servers.log_in(address, filling.EMAIL, filling.PASSWORD)
            readers: dict[str, Mapping[str, str]] = {"logged out": {}, "logged in": {"Cookie": cookie}}
            return {
                f"{page} {reader}": load.measure(address + path, headers, rounds=chosen.rounds, seconds=chosen.seconds)
                for reader, headers in readers.items()
                for page, path in PAGES.items()
            }


def _print_row(name: str, measured: Measured, bare: Measured, raw: Measured) -> None:
    rate = measured.requests_per_second
    ratios = f"{rate / bare.requests_per_second:>9.0%} {rate / raw.requests_per_second:>8.1%}"
    print(f"{name:34}{rate:>12,.0f}{measured.p99_ms:>9.1f}{ratios:>19}", flush=True)


def _verdict(results: dict[tuple[str, int], Measured], bare: Measured, sizes: list[int]) -> bool:
    print()
    missed = False
    for name in dict.fromkeys(name for name, _ in results):
        worst = min(results[name, size].requests_per_second for size in sizes) / bare.requests_per_second
        growth = results[name, sizes[0]].requests_per_second / results[name, sizes[-1]].requests_per_second
        least = LEAST.get(name, 0.0)
        met = worst >= least and growth <= GROWTH_MOST
        missed = missed or not met
        wanted = f" (target {least:.0%})" if least else ""
        print(
            f"{'met   ' if met else 'MISSED'}  {name}: at least {worst:.0%} of bare Flask{wanted}; "
            f"{sizes[-1]:,} posts cost {growth:.2f} x what {sizes[0]:,} cost (target {GROWTH_MOST})"
        )
    return missed


if __name__ == "__main__":
    main()
