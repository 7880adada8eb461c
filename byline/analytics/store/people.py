"""Visitors with their visits and views, as the ingester remembers them between one batch and the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from byline.analytics.store.dimensions import BITS, OF_VISITS, Dimension, key_of
from byline.analytics.store.ledger import BOUNCES, DURATION, VISITS, Row

BOUNCE_MS = 10_000
ENTRY, EXIT = 0, 1
"""Places in a visit's words, which follow `OF_VISITS`."""
TOTAL_KEY = int(Dimension.TOTAL)
_HOUR = (1 << BITS) - 1
"""In the place of a dimension."""


def mark_of(hour: int) -> int:
    """What stands for an hour among keys."""
    return hour << BITS | _HOUR


def is_mark(key: int) -> bool:
    """Whether this is no key, but stands for an hour."""
    return key & _HOUR == _HOUR


class View:
    """A pageview that can still be engaged with."""

    __slots__ = ("at", "day", "engaged", "fresh", "hour", "is_read", "number", "page", "scroll", "visit")

    def __init__(self, visit: Visit, number: int, at: int, when: tuple[int, int], page: int) -> None:
        self.visit = visit
        self.number = number
        self.at = at
        self.day, self.hour = when
        self.page = page
        """The key of its page in the ledger."""
        self.engaged, self.scroll, self.is_read = 0, -1, 0
        self.fresh: list[Any] | None = None
        """Its row, where that was not stored yet."""


class Visit:
    """One visit, with what it adds to the sums."""

    __slots__ = (
        "began_at",
        "changed",
        "day",
        "days",
        "engaged",
        "events",
        "exit_at",
        "fresh",
        "hour",
        "id",
        "interactions",
        "last_at",
        "other_visitor",
        "own_keys",
        "pageviews",
        "present",
        "stored",
        "visitor",
        "words",
    )

    def __init__(self, id_: int, visitor: int, at: int, when: tuple[int, int], words: list[int]) -> None:
        self.id = id_
        self.visitor = visitor
        self.other_visitor = 0
        self.began_at = self.last_at = at
        self.day, self.hour = when
        self.words = words
        self.own_keys: tuple[int, ...] | None = None
        """The keys of the rows to which it adds, apart from that of its exit page; None where they were not needed."""
        self.exit_at = -1
        self.events = self.pageviews = self.interactions = self.engaged = 0
        self.days: dict[int, Row] = {}
        """Its pageviews and events and how they were read, by day."""
        self.present: dict[tuple[int, int], set[int]] = {}
        """By day and visitor: the keys of what is an event's own, and marks of the hours."""
        self.stored = self.changed = False
        self.fresh: list[list[Any]] = []
        """Rows of its events that were not stored yet."""

    @property
    def keys(self) -> tuple[int, ...]:
        """The keys of the rows to which it adds, the one of all visits among them."""
        if self.own_keys is None:
            known = [key_of(word, dimension) for word, dimension in zip(self.words, OF_VISITS, strict=True)]
            self.own_keys = (TOTAL_KEY, *filter(None, (*known[:EXIT], *known[EXIT + 1 :])))
        exit_key = key_of(self.words[EXIT], Dimension.EXIT)
        return (*self.own_keys, exit_key) if exit_key else self.own_keys

    def be_stored(self) -> None:
        """What it is now stands in the tables; what can be worked out again is forgotten."""
        self.changed, self.stored = False, True
        self.fresh.clear()
        self.own_keys = None

    @property
    def whole(self) -> Row:
        """What it adds to the sums of its first day and of its first hour as a whole."""
        row = VISITS + (self.last_at - self.began_at) * DURATION
        return row + BOUNCES if self.is_bounce else row

    @property
    def is_bounce(self) -> bool:
        """One pageview, nothing done, under ten seconds of engaged time."""
        return self.pageviews == 1 and not self.interactions and self.engaged < BOUNCE_MS

    def leave_at(self, word: int, at: int) -> None:
        """Note the page of a pageview as the last one, unless a later one is known."""
        if at >= self.exit_at:
            self.exit_at = at
            self.words[EXIT] = word


@dataclass(slots=True)
class Before:
    """What a visit added to the sums when a batch came to it first."""

    keys: tuple[int, ...]
    hour: int
    whole: Row
    days: dict[int, Row]
    """With what it adds as a whole."""
    pairs: tuple[tuple[int, int], ...]


def before(visit: Visit) -> Before:
    """What a visit adds to the sums now."""
    whole = visit.whole
    days = {**visit.days, visit.day: visit.days.get(visit.day, 0) + whole}
    return Before(visit.keys, visit.hour, whole, days, tuple(visit.present))


class Person:
    """All visits of one visitor, and of the same one by the next day's salt, that may still change."""

    __slots__ = ("before", "covered", "gone", "origin", "site_id", "views", "visitors", "visits")

    def __init__(self, site_id: int, origin: int, visitor: int) -> None:
        self.site_id = site_id
        self.origin = origin
        self.visits: list[Visit] = []
        """In the order in which they began."""
        self.views: dict[int, View] = {}
        self.visitors: tuple[int, ...] = (visitor,)
        self.covered: tuple[int, int] | None = None
        """First and last day of which every stored visit is here."""
        self.before: dict[Visit, Before] | None = None
        """As the batch under way found it; None while it was not touched."""
        self.gone: tuple[Visit, ...] = ()
        """Visits that became part of others in this batch."""

    def touch(self) -> None:
        """Remember how it was, once per batch."""
        if self.before is None:
            self.before = {visit: before(visit) for visit in self.visits}
