"""Days on which another tool counted more different words of a dimension than the store keeps: the rest is (other)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from byline.analytics.hits import Hit
from byline.analytics.importing.others.reading import Row
from byline.analytics.store import dimensions
from byline.analytics.store.dimensions import OTHER_TEXT, Dimension
from byline.analytics.store.vocabulary import LONGEST_TEXT

Dated = tuple[date, Row | Hit]


class Crowds:
    """The words that keep their name on crowded days: the first ones of the file, so that a second reading agrees."""

    def __init__(self, made: Iterable[Dated]) -> None:
        """Look through everything once. Only crowded days are remembered, and of others how many rows they have."""
        rows = Counter((day, each.dimension) for day, each in made if isinstance(each, Row))
        self._kept: dict[tuple[date, Dimension], set[str]] = {
            at: set() for at, number in rows.items() if number > dimensions.MOST_WORDS
        }

    def settled(self, made: Iterable[Dated]) -> Iterator[Dated]:
        """The same again, in the same order, with one word for all that come too late."""
        for day, each in made:
            yield day, self._settled(day, each) if isinstance(each, Row) else each

    def _settled(self, day: date, row: Row) -> Row:
        kept = self._kept.get((day, row.dimension))
        if kept is None:
            return row
        text = row.text[:LONGEST_TEXT]
        if text not in kept:
            if len(kept) >= dimensions.MOST_WORDS:
                return row._replace(text=OTHER_TEXT)
            kept.add(text)
        return row
