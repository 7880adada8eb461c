"""A collector of its own for each test: salts in memory, a spool in a folder, no database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from byline.analytics import hits
from byline.analytics.collect.collector import Asked, Collector
from byline.analytics.collect.ids import SaltsInMemory, Visitors
from byline.analytics.collect.spool import Spool
from byline.analytics.hits import Hit, Refused
from byline.analytics.sites.queries import Collected

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
SITE = Collected(
    id=7,
    hostnames=("example.org", "*.example.org"),
    excluded_paths=(),
    excluded_addresses=(),
    honours_dnt=True,
    counts_outbound=True,
    time_zone="UTC",
    host="example.org",
)
READER = Asked("81.2.69.142", FIREFOX, "en-GB,en;q=0.9")


class Kept:
    """What lies in a spool's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def lines(self) -> list[bytes]:
        files = sorted(self.folder.glob("*.log")) if self.folder.exists() else []
        return [line for file in files for line in file.read_bytes().splitlines(keepends=True)]

    @property
    def entries(self) -> list[Hit | Refused]:
        return [hits.decode(line) for line in self.lines]

    @property
    def hits(self) -> list[Hit]:
        return [entry for entry in self.entries if isinstance(entry, Hit)]

    @property
    def refused(self) -> dict[str, int]:
        numbers: dict[str, int] = {}
        for entry in self.entries:
            if isinstance(entry, Refused):
                numbers[entry.reason] = numbers.get(entry.reason, 0) + entry.number
        return numbers


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """What `collector` wrote."""
    return Kept(tmp_path / "spool")


@pytest.fixture
def collector(kept: Kept) -> Iterator[Collector]:
    """A collector without a database."""
    made = Collector(Visitors(SaltsInMemory()), Spool(kept.folder, 10_000_000))
    yield made
    made.close()
