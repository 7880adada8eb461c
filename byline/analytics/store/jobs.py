"""Work on the store that nobody waits for."""

from __future__ import annotations

from byline.analytics import store
from byline.analytics.sites import queries as sites
from byline.analytics.store.days import calendar
from byline.analytics.store.messages import PruneEvents
from byline.kernel import clock, db
from byline.kernel.settings import Settings


def prune_events(task: PruneEvents, _settings: Settings) -> None:  # noqa: ARG001  (a job takes its task)
    """Delete single events after the time that each site has set; their sums stay. Safe to run twice."""
    kept = sites.retentions()
    # It takes long, and has transactions of its own in the other database.
    db.let_others_write()
    now = int(clock.now().timestamp())
    for site_id, (zone, days) in kept.items():
        store.here().prune(site_id, calendar(zone).of(now)[0] - days)
