"""Changes of the sums, gathered while a batch is counted and added to the tables at its end.

What a row of `daily` counts, for a site, an import, a day and one word of a dimension:

- `visitors`: different visitors with an event on that day that has the word, by itself or by its visit
- `visits`: visits that began on that day and have the word; for a page or an event those in which it happened at all
- `pageviews`, `events`: pageviews of that day, and everything else that happened on it
- `bounces`, `duration_s`: of the visits that began on that day; 0 for what is an event's own
- `engaged_ms`, `scroll_sum`, `scroll_views`, `reads`: of that day's pageviews; 0 for what is another event's own

A row of `hourly` counts the same for all of a site, with an hour in the day's place.

While a batch is counted, a row is one number in which each column has 64 bits of its own. So whatever a visit adds, to
whichever of the ten columns, is one addition for each of its words, and nothing but a number to remember.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from struct import Struct

from byline.analytics.store.tables import SUMS

COLUMN_BITS = 64
VISITORS, VISITS, PAGEVIEWS, EVENTS, BOUNCES, DURATION, ENGAGED, SCROLL, SCROLLED, READS = (
    1 << COLUMN_BITS * place for place in range(len(SUMS))
)
"""The row with one in a single column: `VISITS + 30 * DURATION` is a row with two columns."""
Row = int
Rows = defaultdict[int, Row]
_SIGNS = sum(1 << COLUMN_BITS * place + COLUMN_BITS - 1 for place in range(len(SUMS)))
_ROW_BYTES = len(SUMS) * COLUMN_BITS // 8
_unpack = Struct(f"<{len(SUMS)}q").unpack


def _rows() -> Rows:
    return defaultdict(int)


class Ledger:
    """Rows of differences, all of them 0 at first."""

    def __init__(self) -> None:
        self.days: defaultdict[tuple[int, int, int], Rows] = defaultdict(_rows)
        """By site, import and day, then by key."""
        self.hours: defaultdict[tuple[int, int], Rows] = defaultdict(_rows)
        """By site and import, then by hour."""
        self.refusals: dict[tuple[int, int, str], int] = {}

    def refuse(self, site_id: int, day: int, reason: str, number: int = 1) -> None:
        """Count what was not counted."""
        key = (site_id, day, reason)
        self.refusals[key] = self.refusals.get(key, 0) + number


def add(rows: Rows, keys: Iterable[int], row: Row) -> None:
    """Add the same to the rows of several keys."""
    for key in keys:
        rows[key] += row


def columns(row: Row) -> tuple[int, ...]:
    """The numbers of a row, in the order of `SUMS`."""
    # A column below 0 has taken one from its neighbour; with the signs turned round there and back it is returned.
    return _unpack((row + _SIGNS ^ _SIGNS).to_bytes(_ROW_BYTES, "little"))
