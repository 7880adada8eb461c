"""What all hits of a quarter of an hour have in common, looked up once for all of them."""

from __future__ import annotations

from byline.analytics.store.dimensions import OF_VISITS
from byline.analytics.store.ledger import Rows
from byline.analytics.store.people import mark_of
from byline.analytics.store.vocabulary import Vocabulary

TAKEN_OVER = tuple(map(int, OF_VISITS[2:]))
"""Attributes of a hit that its visit takes over, behind its entry and exit page, in the order of its shared texts."""


class Slot:
    """A quarter of an hour of one site and import, with what every hit in it needs."""

    __slots__ = ("day", "hour", "hours", "keys", "known", "mark", "rows", "shared", "when", "words")

    def __init__(self, words: Vocabulary, when: tuple[int, int], rows: Rows, hours: Rows) -> None:
        self.words = words
        self.when = when
        """Its day, and the second at which its hour began."""
        self.day, self.hour = when
        self.mark = mark_of(self.hour)
        self.rows = rows
        """Of its day, by key."""
        self.hours = hours
        """The sums of all hours."""
        self.known = words.known(self.day)
        self.shared = [self.known[dimension] for dimension in TAKEN_OVER]
        keys = words.keys(self.day)
        self.keys = [keys[dimension] for dimension in TAKEN_OVER]
