"""Changes of the sums, gathered while a batch is counted and added to the tables at its end.

What a row of `daily` counts, for a site, an import, a day and one word of a dimension:

- `visitors`: different visitors with an event on that day that has the word, by itself or by its visit
- `visits`: visits that began on that day and have the word; for a page or an event those in which it happened at all
- `pageviews`, `events`: pageviews of that day, and everything else that happened on it
- `bounces`, `duration_s`: of the visits that began on that day; 0 for what is an event's own
- `engaged_ms`, `scroll_sum`, `scroll_views`, `reads`: of that day's pageviews; 0 for what is another event's own

A row of `hourly` counts the same for all of a site, with an hour in the day's place.
"""

from __future__ import annotations

from collections.abc import Sequence

from byline.analytics.store.tables import SUMS

BITS = 5
"""A key is a word's number, shifted by this, and the number of its dimension."""
VISITORS, VISITS, PAGEVIEWS, EVENTS, BOUNCES, DURATION, ENGAGED, SCROLL, SCROLLED, READS = range(len(SUMS))
Sums = list[int]
Rows = dict[int, Sums]


class Ledger:
    """Rows of differences: by site, import and day, then by key; and by site, import and hour."""

    def __init__(self) -> None:
        self.days: dict[tuple[int, int, int], Rows] = {}
        self.hours: dict[tuple[int, int, int], Sums] = {}
        self.refusals: dict[tuple[int, int, str], int] = {}

    def rows(self, site_id: int, origin: int, day: int) -> Rows:
        """The rows of one day."""
        found = self.days.get((site_id, origin, day))
        if found is None:
            found = self.days[site_id, origin, day] = {}
        return found

    def hour(self, site_id: int, origin: int, hour: int) -> Sums:
        """The row of one hour."""
        found = self.hours.get((site_id, origin, hour))
        if found is None:
            found = self.hours[site_id, origin, hour] = [0] * len(SUMS)
        return found

    def refuse(self, site_id: int, day: int, reason: str, number: int = 1) -> None:
        """Count what was not counted."""
        key = (site_id, day, reason)
        self.refusals[key] = self.refusals.get(key, 0) + number


def row_of(rows: Rows, key: int) -> Sums:
    """The sums of one key."""
    found = rows.get(key)
    if found is None:
        found = rows[key] = [0] * len(SUMS)
    return found


def add(rows: Rows, keys: Sequence[int], sums: Sequence[int]) -> None:
    """Add the same to the rows of several keys."""
    visitors, visits, pageviews, events, bounces, duration, engaged, scroll, scrolled, reads = sums
    for key in keys:
        row = rows.get(key)
        if row is None:
            rows[key] = list(sums)
            continue
        row[0] += visitors
        row[1] += visits
        row[2] += pageviews
        row[3] += events
        row[4] += bounces
        row[5] += duration
        row[6] += engaged
        row[7] += scroll
        row[8] += scrolled
        row[9] += reads
