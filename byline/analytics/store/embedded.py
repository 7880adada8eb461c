"""The store on SQLite or PostgreSQL: a database of its own kind and pool beside the site's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from byline.analytics.store.interface import ZoneOf
from byline.analytics.store.taking import Turns
from byline.kernel.db import Database
from byline.kernel.settings import Settings

SCHEMA = "analytics"
"""Where the tables are on PostgreSQL, so that the store may share a database with the site."""


def database_of(settings: Settings, *, pool_size: int = 4) -> Database:
    """The store's database; nothing is opened before it is asked."""
    return Database(settings.analytics_address, pool_size=pool_size, schema=SCHEMA)


class Embedded:
    """The store of one site, with the database that reports read."""

    def __init__(self, settings: Settings, *, pool_size: int = 4) -> None:
        self.database = database_of(settings, pool_size=pool_size)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection on which nothing can be changed."""
        with self.database.reader.connect() as connection:
            yield connection

    def turns(self, zone_of: ZoneOf) -> Turns:
        """What counts hits into this store."""
        return Turns(self.database, zone_of)

    def dispose(self) -> None:
        """Close every connection."""
        self.database.dispose()
