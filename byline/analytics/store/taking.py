"""One turn of counting: recall, join, settle, write. All of it happens or nothing."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from operator import itemgetter

from byline.analytics.hits import Hit, Refused
from byline.analytics.store.interface import Taken, ZoneOf
from byline.analytics.store.joining import CORRUPT, Joiner
from byline.analytics.store.memory import Memory
from byline.analytics.store.merging import Changes
from byline.analytics.store.settling import settle
from byline.analytics.store.tables import DAY_SECONDS
from byline.analytics.store.writing import write
from byline.kernel import clock
from byline.kernel.db import Database

LAST_MS = 1 << 42
"""In the year 2109; what claims to be later is damaged."""
_by_time = itemgetter(1)


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep the collector of garbage from walking through everything remembered again and again: it finds nothing."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            # What is there now is not walked through until `collect_all`; it still goes when nobody refers to it.
            gc.freeze()
            gc.enable()


def collect_all() -> None:
    """Let the collector walk through everything again, and do so now: when there is time for it."""
    gc.unfreeze()
    gc.collect()


class Turns:
    """Takes batches, one after another. Several may share a database: each notices when another one wrote."""

    def __init__(self, database: Database, zone_of: ZoneOf) -> None:
        self._database = database
        self._memory = Memory(zone_of)

    def take(
        self,
        batch: Sequence[Hit | Refused],
        positions: Mapping[str, int],
        corrupt: int = 0,
        meanwhile: Callable[[], None] | None = None,
    ) -> Taken:
        """Count a batch and store where it ends; do something else meanwhile, as soon as only the disk has to work.

        Raises Overtaken when somebody else wrote, perhaps the same batch, so that the positions must be read again;
        else what SQLAlchemy or the driver raises. Nothing is changed then. What doing something else raises comes after
        the batch is stored.
        """
        lines = len(batch) + corrupt
        try:
            with without_collector():
                changes = self._count(batch, corrupt)
                self._write(changes, positions, meanwhile)
        except BaseException:
            self._memory.forget()
            raise
        self._keep(changes)
        return Taken(lines=lines, events=len(changes.rows), dropped=changes.dropped)

    def _count(self, batch: Sequence[Hit | Refused], corrupt: int) -> Changes:
        usable = [entry for entry in batch if entry[1] < LAST_MS]
        usable.sort(key=_by_time)
        memory = self._memory
        memory.trim()
        with self._database.reader.connect() as connection:
            memory.recall(connection, usable)
        joiner = Joiner(memory)
        count = joiner.count
        for entry in usable:
            count(entry)
        changes = joiner.changes
        for person in changes.people.values():
            settle(person, changes.ledger)
        damaged = corrupt + len(batch) - len(usable)
        if damaged:
            changes.dropped += damaged
            changes.ledger.refuse(0, int(clock.now().timestamp()) // DAY_SECONDS, CORRUPT, damaged)
        return changes

    def _write(self, changes: Changes, positions: Mapping[str, int], meanwhile: Callable[[], None] | None) -> None:
        with ThreadPoolExecutor(max_workers=1) as aside, self._database.writer.begin() as connection:
            write(connection, changes, self._memory, positions)
            # Begun last, as only the commit, which comes now, leaves the interpreter to others for long.
            acting = aside.submit(meanwhile) if meanwhile else None
        if acting:
            acting.result()

    def _keep(self, changes: Changes) -> None:
        """What was worked out is stored: from now on it is what the memory stands for."""
        for words in self._memory.sites.values():
            words.made, words.is_new = [], False
        for person in changes.people.values():
            for visit in person.visits:
                if visit.changed:
                    visit.be_stored()
            for view in person.views.values():
                view.fresh = None
