"""Traffic that looks like that of real sites: a few large and many small ones, pages by Zipf, days with nights.

The same seed gives the same hits. Where that would take too long, the traffic of some days comes again and again, each
time of other people. Other measurements fill their store with it:

    python -m bench.traffic --events 1000000 --data /tmp/measured      # a store, filled as the ingester does
    python -m bench.traffic --events 1000000 --spool /tmp/measured     # lines for the ingester
"""

from __future__ import annotations

import argparse
import itertools
import math
import random
import time
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

from byline import migrations
from byline.analytics import store
from byline.analytics.hits import Hit, Kind, encode
from byline.kernel.settings import Settings

SITES, DAYS, PAGES = 20, 90, 4_000
LAST_DAY = date(2026, 11, 20)
ENGAGED_SHARE = 0.6
"""How many pageviews tell how long they were read: such a hit makes no row of its own."""
BATCH = 10_000
DAY = 86_400
# A visit for each hour of the day: few at night, most in the evening.
HOURS = (2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 9, 10, 10, 9, 9, 9, 9, 10, 11, 12, 11, 8, 4)
SOURCES = (
    ("", "Direct", ""),
    ("Google", "Organic Search", "google.com/"),
    ("Bing", "Organic Search", "bing.com/"),
    ("Hacker News", "Organic Social", "news.ycombinator.com/item"),
    ("Mastodon", "Organic Social", "mastodon.social/"),
    ("newsletter", "Email", ""),
    *((f"site{number}.example", "Referral", f"site{number}.example/links") for number in range(60)),
)
# fmt: off
COUNTRIES = (
    "US", "DE", "GB", "FR", "IN", "CA", "NL", "BR", "AU", "ES", "IT", "PL", "SE", "JP", "CH",
    "AT", "BE", "DK", "NO", "FI", "PT", "CZ", "IE", "MX", "AR", "ZA", "KR", "SG", "NZ",
)
# fmt: on
LANGUAGES = ["en", "de", "fr", "es", "pt", "nl", "it", "pl", "ja", "sv"]
BROWSERS = ("Chrome", "Safari", "Firefox", "Edge", "Samsung Internet", "Opera")
SYSTEMS = (("Windows", "desktop"), ("Android", "phone"), ("iOS", "phone"), ("macOS", "desktop"), ("Linux", "desktop"))
SCREENS = ("<576", "<768", "<992", "<1200", "<1440", "≥1440")


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shape:
    """How much traffic, over how many sites and days."""

    events: int
    sites: int = SITES
    days: int = DAYS
    seed: int = 1
    different_days: int | None = None
    """After how many days the same visits come again, of other people at the same times of day; None for never."""

    def __post_init__(self) -> None:
        if self.days % self.block:
            raise ValueError(f"{self.days} days are no whole number of times {self.block} different ones.")

    @property
    def first_day(self) -> int:
        """The first day, counted from 1970-01-01 on."""
        return (LAST_DAY - date(1970, 1, 1)).days - self.days + 1

    @property
    def block(self) -> int:
        """How many days are made; all others repeat them."""
        return self.different_days or self.days

    @property
    def repetitions(self) -> int:
        """How often the block comes, the first time among them."""
        return self.days // self.block


@dataclass(frozen=True, slots=True)
class Change:
    """What tells the people of one repetition from those of the first: bits of their numbers that are turned."""

    visitor: int
    view: int

    @classmethod
    def of(cls, repetition: int) -> Change:
        """The change of a repetition, nothing for number 0.

        It leaves the sign and the lowest bit alone. The lowest bit of each visitor and of each folded view is 1, so
        no number ever becomes 0, which means "none", and folding a view does not undo or add anything.
        """
        spread = repetition * 0x9E3779B97F4A7C15
        return cls(spread & 0x7FFF_FFFF_FFFF_FFFE, spread >> 8 & 0x7FFF_FFFE)


def zipf(number: int, exponent: float = 1.0) -> list[float]:
    """Weights of things of which the nth is n times as rare as the first."""
    return [1 / (place + 1) ** exponent for place in range(number)]


def drawn(things: Sequence[T], weights: Sequence[float]) -> Callable[[random.Random], T]:
    """What draws one of some things again and again; the weights are added up once."""
    bounds = list(itertools.accumulate(weights))
    whole, last = bounds[-1], len(bounds) - 1
    return lambda chance: things[bisect(bounds, chance.random() * whole, 0, last)]


class Traffic:
    """Makes the hits of one day after another."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self._site = drawn(range(1, shape.sites + 1), zipf(shape.sites))
        paths = [f"/{2015 + page % 12}/{page}-{'on-writing-well'[: 5 + page % 10]}" for page in range(PAGES)]
        self._path = drawn(paths, zipf(PAGES, 1.05))

    def days(self) -> Iterator[list[Hit]]:
        """The hits of each day, in the order of their times; `events` of them in all, engagement apart."""
        for made in self.visits():
            yield sorted(itertools.chain.from_iterable(made), key=_moment)

    def visits(self) -> Iterator[list[list[Hit]]]:
        """The same, each visit by itself, in no order of times."""
        for repetition in range(self.shape.repetitions):
            yield from self._block(repetition)

    def first_block(self) -> Iterator[list[list[Hit]]]:
        """The visits of the days that are not made from others."""
        return self._block(0)

    def _block(self, repetition: int) -> Iterator[list[list[Hit]]]:
        self._chance = random.Random(self.shape.seed)
        self._views = itertools.count(1)
        self._change = Change.of(repetition)
        begin = self.shape.first_day + repetition * self.shape.block
        left = self.shape.events // self.shape.repetitions
        for number in range(self.shape.block):
            wanted = left // (self.shape.block - number)
            made, events = self._day((begin + number) * DAY, wanted)
            left -= events
            yield made

    def _day(self, begin: int, wanted: int) -> tuple[list[list[Hit]], int]:
        chance = self._chance
        made: list[list[Hit]] = []
        events = 0
        while events < wanted:
            site = self._site(chance)
            at = begin + _HOUR(chance) * 3600 + chance.randrange(3600)
            made.append(self._visit(site, at))
            events += sum(hit.kind is not Kind.ENGAGEMENT for hit in made[-1])
        return made, events

    def _visit(self, site: int, at: int) -> list[Hit]:
        chance = self._chance
        source, channel, referrer = _SOURCE(chance)
        system, device = _SYSTEM(chance)
        first = Hit(
            site,
            at * 1000 + chance.randrange(1000),
            (chance.getrandbits(64) - (1 << 63) | 1) ^ self._change.visitor,
            host=f"www{site}.example",
            source=source,
            channel=channel,
            referrer=referrer,
            utm_campaign="autumn" if channel == "Email" else "",
            country=_rare(chance, COUNTRIES),
            language=_rare(chance, LANGUAGES),
            browser=_rare(chance, BROWSERS),
            system=system,
            device=device,
            screen=chance.choice(SCREENS),
        )
        return list(self._pages_of(first))

    def _view(self) -> int:
        number = next(self._views) * 0x9E3779B97F4A7C15 % (1 << 62)
        return (number & ~(1 << 32) | 1) ^ self._change.view

    def _pages_of(self, first: Hit) -> Iterator[Hit]:
        chance = self._chance
        # Half of all visits see one page; on average there are three.
        number = 1 if chance.random() < 0.5 else 2 + int(chance.expovariate(1 / 3))
        at = first.at_ms
        for _ in range(number):
            page = first._replace(at_ms=at, path=self._path(chance), view=self._view())
            yield page
            spent = int(min(1_200, math.exp(chance.gauss(3.6, 1.1))) * 1000)
            if chance.random() < ENGAGED_SHARE:
                scroll = chance.randrange(20, 101)
                yield page._replace(
                    at_ms=at + spent, kind=Kind.ENGAGEMENT, engaged_ms=spent, scroll=scroll, read_seconds=90
                )
            if chance.random() < 0.03:
                yield page._replace(at_ms=at + spent // 2, kind=Kind.OUTBOUND, name="https://example.com/", view=0)
            if chance.random() < 0.03:
                props = (("plan", chance.choice(("free", "paid"))),)
                yield page._replace(at_ms=at + spent // 2, kind=Kind.EVENT, name="Sign-up", props=props, view=0)
            at += spent + chance.randrange(500, 4_000)


_moment = attrgetter("at_ms")
_HOUR = drawn(range(24), HOURS)
_SOURCE = drawn(SOURCES, (30, 30, 4, 5, 3, 4, *(20 / (place + 1) for place in range(len(SOURCES) - 6))))
_SYSTEM = drawn(SYSTEMS, (5, 5, 3, 2, 1))


def _rare(chance: random.Random, choices: Sequence[str]) -> str:
    return choices[min(int(chance.expovariate(0.5)), len(choices) - 1)]


def batches(shape: Shape, size: int = BATCH) -> Iterator[list[Hit]]:
    """All hits in batches as the ingester takes them."""
    everything = itertools.chain.from_iterable(Traffic(shape).days())
    while batch := list(itertools.islice(everything, size)):
        yield batch


def fill_store(settings: Settings, shape: Shape) -> None:
    """Fill the store of these settings exactly as the ingester would, without the way through the spool."""
    settings.data.mkdir(parents=True, exist_ok=True)
    kept = store.create(settings)
    migrations.upgrade(kept.database, line=migrations.STORE)
    turns = kept.turns(lambda _site: "UTC")
    for batch in batches(shape):
        turns.take(batch, {})
    kept.dispose()


def fill_spool(folder: Path, shape: Shape, lines_in_file: int = 60_000) -> int:
    """Write the hits as lines into finished files of a spool; answer how many lines."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = 0
    for number, batch in enumerate(batches(shape, lines_in_file)):
        (folder / f"{number:016x}-0.log").write_bytes(b"".join(map(encode, batch)))
        lines += len(batch)
    return lines


def main() -> None:
    """Fill a store or a spool, and say how long that took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--sites", type=int, default=SITES)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--different-days", type=int, help="after how many days the same comes again")
    parser.add_argument("--data", type=Path, help="data folder whose store is filled")
    parser.add_argument("--spool", type=Path, help="folder into which lines are written")
    chosen = parser.parse_args()
    shape = Shape(chosen.events, chosen.sites, chosen.days, different_days=chosen.different_days)
    began = time.perf_counter()
    if chosen.spool:
        fill_spool(chosen.spool, shape)
    if chosen.data:
        fill_store(Settings.load(data=str(chosen.data)), shape)
    print(f"{chosen.events:,} events in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
