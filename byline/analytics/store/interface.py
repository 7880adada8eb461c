"""What the rest of Byline asks of a store. The embedded one is on SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from byline.analytics.hits import Hit, Refused

ZoneOf = Callable[[int], str | None]
"""The name of a site's time zone; None for a site that is gone, whose hits are dropped."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one turn of the ingester did."""

    lines: int = 0
    """Read, whatever became of them."""
    events: int = 0
    """Stored as new rows."""
    dropped: int = 0
    """Of no use: damaged lines, engagement without its view, hits of sites that are gone."""
    more: bool = False
    """Whether the spool holds more than this turn could take."""


class Taking(Protocol):
    """Counts hits."""

    def take(self, batch: Sequence[Hit | Refused], positions: Mapping[str, int], corrupt: int = 0) -> Taken:
        """Count a batch and move the positions of the spool's files to where it ends, in one transaction."""


class Store(Protocol):
    """Keeps what was counted. Each method is all or nothing, in one transaction or in steps that may be repeated."""

    def turns(self, zone_of: ZoneOf) -> Taking:
        """What counts hits into it, one batch after another, and remembers what it needs for the next one."""

    def rebuild(self, site_id: int, from_day: int, to_day: int) -> int:
        """Work the sums of some days out anew from the single events; answer how many days that were.

        Days whose events are pruned, and imports that never had events, are left alone.
        """

    def rezone(self, site_id: int, time_zone: str) -> int:
        """Sort a site's days anew by another time zone; answer how many days were rebuilt."""

    def prune(self, site_id: int, before: int) -> int:
        """Delete single events and visits of days before one, in small steps; the sums stay. Answer how many visits."""

    def delete_site(self, site_id: int) -> None:
        """Delete everything of a site, in small steps."""

    def delete_import(self, site_id: int, origin: int) -> None:
        """Delete everything that one import brought, in small steps."""
