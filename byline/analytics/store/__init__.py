"""The store: what was counted, in a database of its own beside the site's.

Owns the tables of hits, visits and sums, the ingester that fills them from the spool, their rebuilding, retention and
deletion. Does not decide what counts (`collect`) nor what is asked (`report`). `interface.Store` is all that a second
implementation has to offer; statements on these tables are written here and in `report/sql*.py`, nowhere else.
"""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from byline.analytics.store.dimensions import Dimension
from byline.analytics.store.embedded import Embedded
from byline.kernel.settings import Settings

__all__ = ["Dimension", "Embedded", "create", "here", "of"]

EXTENSION = "byline.analytics"


def create(settings: Settings, *, pool_size: int = 4) -> Embedded:
    """The store that the settings name. Nothing is opened before it is asked."""
    return Embedded(settings, pool_size=pool_size)


def of(app: Flask) -> Embedded:
    """The store of an application."""
    return cast(Embedded, app.extensions[EXTENSION])


def here() -> Embedded:
    """The store of the current application."""
    return of(current_app)
