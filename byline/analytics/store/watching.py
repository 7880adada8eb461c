"""What `byline doctor` says of the store."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from byline.analytics.store.embedded import database_of
from byline.analytics.store.joining import CORRUPT
from byline.analytics.store.tables import DAY_SECONDS, refusals
from byline.kernel import checks, clock
from byline.kernel.checks import Finding, State
from byline.kernel.db import Database
from byline.kernel.settings import Settings

LATELY_DAYS = 7


def analytics(settings: Settings, _database: Database) -> Finding:
    """Whether the store can be reached, and could read what was collected."""
    kept = database_of(settings, pool_size=1)
    try:
        return _look(kept)
    except SQLAlchemyError as error:
        shown = kept.url.render_as_string(hide_password=True)
        return Finding("analytics", State.BROKEN, f"{shown} does not answer: {checks.cause(error)}")
    finally:
        kept.dispose()


def _look(kept: Database) -> Finding:
    if checks.is_missing(kept):
        return Finding("analytics", State.WARNING, "There is no store yet; the first start makes it.")
    size = _size(kept)
    today = int(clock.now().timestamp()) // DAY_SECONDS
    lately = (refusals.c.site_id == 0, refusals.c.reason == CORRUPT, refusals.c.day > today - LATELY_DAYS)
    with kept.reader.connect() as connection:
        damaged = int(connection.scalar(select(func.sum(refusals.c.number)).where(*lately)) or 0)
    if damaged:
        sentence = f"Lines that could not be read in the last {LATELY_DAYS} days, and were not counted: {damaged}."
        return Finding("analytics", State.WARNING, f"{sentence} A disk that was full or a power cut leaves such.")
    return Finding(
        "analytics", State.WELL, f"Hits are stored at {kept.url.render_as_string(hide_password=True)}{size}."
    )


def _size(kept: Database) -> str:
    if not kept.is_sqlite:
        return ""
    path = Path(kept.url.database or "")
    files = [path, path.with_name(f"{path.name}-wal")]
    return f" ({sum(file.stat().st_size for file in files if file.exists()) / 1e6:.1f} MB)"
