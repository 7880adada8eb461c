"""Says which variant a visitor sees, and counts that they saw it: once a day, and only whoever would be counted."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from byline.analytics.collect.collector import Asked, Collector, Known
from byline.analytics.collect.ids import DAY_MS
from byline.analytics.collect.reading import Sent
from byline.analytics.experiments import assignment, watching
from byline.analytics.experiments.queries import Shown
from byline.analytics.hits import EXPOSURE, Kind
from byline.analytics.sites.queries import Collected
from byline.kernel.errors import Unavailable

MOST_REMEMBERED = 50_000
"""Visitors of today whose exposure is written already. One who is forgotten is written again, and counted once."""


class Draws:
    """The variants of one process. Threads may share it."""

    def __init__(self, collector: Collector, known: watching.Known) -> None:
        self.known = known
        self._collector = collector
        self._day = 0
        self._told: set[tuple[int, int]] = set()

    def variant(self, site: Collected, experiment: Shown, sent: Sent, asked: Asked, *, is_told: bool = False) -> str:
        """The variant that a visitor sees. Never fails: what cannot be counted is answered with the control.

        `sent` says where the visitor is, `is_told` that a server speaks for its visitors.
        """
        if not experiment.is_running:
            return experiment.settled
        try:
            visitor = self._collector.known(site, sent, asked, is_told=is_told)
            if visitor is None:
                return experiment.settled
            place = assignment.place(experiment.id, visitor.visitor, experiment.weights)
            self._tell(site, _exposure(sent, experiment.key, experiment.variants[place]), asked, visitor, experiment.id)
        except (Unavailable, SQLAlchemyError):
            return experiment.settled
        return experiment.variants[place]

    def _tell(self, site: Collected, exposure: Sent, asked: Asked, visitor: Known, experiment_id: int) -> None:
        today = visitor.at_ms // DAY_MS
        if today != self._day or len(self._told) >= MOST_REMEMBERED:
            self._told, self._day = set(), today
        mark = (experiment_id, visitor.visitor)
        if mark not in self._told:
            self._collector.keep(site, exposure, asked, visitor)
            self._told.add(mark)


def _exposure(sent: Sent, key: str, variant: str) -> Sent:
    said = (("key", key), ("variant", variant))
    return sent._replace(kind=Kind.EVENT, name=EXPOSURE, props=said, view=0, engaged_ms=0, scroll=-1, read_seconds=0)
