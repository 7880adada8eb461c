"""Where an import of logs counts: in the store, or for a rehearsal nowhere."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from byline.analytics.hits import Hit, Refused
from byline.analytics.importing.access_log import Counted
from byline.analytics.store.imported import ImportedLines
from byline.analytics.store.salts import SALT_BYTES
from byline.analytics.store.taking import Turns
from byline.analytics.store.writing import Overtaken
from byline.kernel.errors import Unavailable

TRIES, PAUSE_SECONDS = 200, 0.02
SETTLE_EVERY = 1_000
"""Batches after which what is known of small ones is gathered, in a log that is followed for long."""


class Counting:
    """Counts into the store. Each batch is written down first, then counted, then known for good."""

    def __init__(self, lines: ImportedLines, turns: Turns, origin: int) -> None:
        self._lines = lines
        self._turns = turns
        self._origin = origin
        lines.settle()

    def salt(self, day: int) -> bytes | None:
        """A day's salt, made on its first use; None for a day that is closed."""
        return self._lines.salt(day)

    def known(self, digests: Mapping[int, Iterable[int]]) -> set[int]:
        """Those of the digests that were counted before."""
        return self._lines.known(digests)

    def first_own_day(self) -> int | None:
        """The first day that the site measured itself."""
        return self._lines.first_own_day()

    def count(self, batch: Counted) -> None:
        """Count a batch."""
        number = self._lines.note(batch.digests, batch.refused)
        entries = [each._replace(origin=self._origin) if isinstance(each, Hit) else each for each in batch.entries]
        take(self._turns, entries, {self._lines.position: number})
        self._lines.batch = number
        if number % SETTLE_EVERY == 0:
            self._lines.settle()


def take(turns: Turns, batch: Sequence[Hit | Refused], positions: Mapping[str, int]) -> None:
    """Count a batch that nobody else counts, however often others write in between."""
    for _ in range(TRIES):
        try:
            turns.take(batch, positions)
        except Overtaken:
            time.sleep(PAUSE_SECONDS)
        else:
            return
    raise Unavailable("store-busy", "Others write into the store all the time. Try again in a moment.")


class Rehearsal:
    """Counts nothing and writes nothing: salts of days without one are forgotten with the process."""

    def __init__(self, lines: ImportedLines) -> None:
        self._lines = lines
        self._salts: dict[int, bytes | None] = {}
        self._counted: set[int] = set()

    def salt(self, day: int) -> bytes | None:
        """A day's salt, if there is one in the store, else one of this rehearsal."""
        if day not in self._salts:
            is_closed, found = self._lines.kept(day)
            self._salts[day] = None if is_closed else found or secrets.token_bytes(SALT_BYTES)
        return self._salts[day]

    def known(self, digests: Mapping[int, Iterable[int]]) -> set[int]:
        """Those of the digests that were counted before, or were met in this rehearsal."""
        return self._lines.known(digests) | {each for day in digests.values() for each in day if each in self._counted}

    def first_own_day(self) -> int | None:
        """The first day that the site measured itself."""
        return self._lines.first_own_day()

    def count(self, batch: Counted) -> None:
        """Remember the lines, so that those of a second file are known."""
        self._counted.update(*batch.digests.values())


class _Salted(Protocol):
    def salt(self, day: int) -> bytes | None: ...


class DaySalts:
    """The salts of an import in the form in which visitors' ids are made of them.

    The day before is asked for half an hour long. Its salt is made if there is none, so that it does not matter which
    of two days is read first; nobody is known by the salt of a day that is closed.
    """

    def __init__(self, salted: _Salted) -> None:
        self._salted = salted

    def for_day(self, day: int) -> bytes:
        """The day's salt."""
        salt = self._salted.salt(day)
        if salt is None:
            raise LookupError(f"Day {day} is closed.")
        return salt

    def known(self, day: int) -> bytes | None:
        """The same, None for a day that is closed."""
        return self._salted.salt(day)
