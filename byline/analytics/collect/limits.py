"""How many hits of one visitor, and of one address, count in a minute. Kept in memory, by each process for itself."""

from __future__ import annotations

from collections.abc import Hashable

MINUTE_MS = 60_000
MOST_OF_VISITOR = 300
"""A minute. Nobody opens five pages a second; a page that reports more by itself is not reading."""
MOST_OF_ADDRESS = 6_000
"""A minute. A school or a telephone network may stand behind one address."""
MOST_REMEMBERED = 200_000


class Limit:
    """So many a minute of each. When too many different ones come to remember, nobody is refused.

    A flood from everywhere must not become the means to leave a site's readers uncounted.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._minute = 0
        self._counts: dict[Hashable, int] = {}

    def is_over(self, who: Hashable, at_ms: int) -> bool:
        """Count one of `who`, and answer whether it is more than counts."""
        minute = at_ms // MINUTE_MS
        counts = self._counts
        if minute != self._minute or len(counts) > MOST_REMEMBERED:
            self._minute, self._counts = minute, {}
            counts = self._counts
        # Two threads may lose one of each other's counts; a limit is no ledger.
        number = counts.get(who, 0) + 1
        counts[who] = number
        return number > self._most
