"""The import of logs into a site: all of its logs are one import, so that visits go on from file to file."""

from __future__ import annotations

from sqlalchemy import select

from byline.analytics.importing.models import Import, Kind, State
from byline.analytics.importing.outcome import Outcome
from byline.kernel import clock, db


def find(site_id: int) -> Import | None:
    """The site's import of logs, if it has one that is not being undone."""
    mine = select(Import).where(Import.site_id == site_id, Import.kind == Kind.ACCESS_LOG.value)
    return db.session().scalar(mine.where(Import.state != State.UNDOING.value).order_by(Import.id.desc()).limit(1))


def begin(site_id: int) -> Import:
    """The site's import of logs, begun now if there is none."""
    found = find(site_id)
    if found is None:
        found = Import(
            site_id=site_id,
            kind=Kind.ACCESS_LOG.value,
            name="Access logs",
            state=State.RUNNING.value,
            asked_at=clock.now(),
        )
        db.session().add(found)
    found.state = State.RUNNING.value
    db.session().flush()
    return found


def end(import_id: int, outcome: Outcome) -> None:
    """Note what a run brought."""
    found = db.session().get(Import, import_id, with_for_update=True)
    if found is None:
        return
    found.state, found.ended_at = State.DONE.value, clock.now()
    if outcome.days:
        found.first_day = min([*outcome.days, *filter(None, [found.first_day])])
        found.last_day = max([*outcome.days, *filter(None, [found.last_day])])
    former = found.numbers.get("pageviews", 0)
    found.numbers = {**found.numbers, "pageviews": former + outcome.pageviews}
