"""Does collecting work? What `byline doctor` says of the spool."""

from __future__ import annotations

from byline.analytics.collect import spool
from byline.kernel.checks import Finding, State
from byline.kernel.db import Database
from byline.kernel.settings import Settings

NAME = "spool"
FILLING = 0.5


def waiting_hits(settings: Settings, _database: Database) -> Finding:
    """How much waits to be counted, and how much may."""
    used, limit = spool.size_bytes(settings.spool_folder), settings.spool_limit_mb * 1024 * 1024
    sentence = f"{used / 1024**2:.1f} of {settings.spool_limit_mb} MB of hits wait to be counted."
    if used >= limit:
        return Finding(NAME, State.BROKEN, f"{sentence} Visits are turned away. Is `byline work` running?")
    if used >= limit * FILLING:
        return Finding(NAME, State.WARNING, f"{sentence} Is `byline work` running?")
    return Finding(NAME, State.WELL, sentence)
