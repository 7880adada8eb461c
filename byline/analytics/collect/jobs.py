"""What the worker does for collecting. Each job may run twice."""

from __future__ import annotations

from byline.analytics import store
from byline.analytics.collect import spool
from byline.analytics.collect.ids import DAY_MS
from byline.analytics.collect.messages import RenewSalts, SweepSpool
from byline.analytics.store.salts import KeptSalts
from byline.kernel import clock, db
from byline.kernel.settings import Settings


def renew_salts(_task: RenewSalts, _settings: Settings) -> None:
    """Make the salts of today and tomorrow, and delete those from before yesterday.

    Run once an hour, this leaves no salt older than two days and an hour: yesterday's is needed shortly after midnight
    alone, and for what a server tells of yesterday.
    """
    # The salts are in a database of their own; nobody has to wait for that.
    db.let_others_write()
    kept, today = KeptSalts(store.here().database), clock.milliseconds() // DAY_MS
    for day in (today, today + 1):
        kept.for_day(day)
    kept.forget_before(today - 1)


def sweep_spool(_task: SweepSpool, settings: Settings) -> None:
    """Remove batches that nobody will finish."""
    spool.sweep(settings.spool_folder)
