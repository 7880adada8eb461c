"""The store on SQLite or PostgreSQL: a database of its own kind and pool beside the site's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from byline.analytics.store import rebuilding, removing
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

    def rebuild(self, site_id: int, from_day: int, to_day: int) -> int:
        """Work the sums of some days out anew from the single events; answer how many days that were."""
        return rebuilding.rebuild(self.database, site_id, from_day, to_day)

    def rezone(self, site_id: int, time_zone: str) -> int:
        """Sort a site's days anew by another time zone; answer how many days were rebuilt."""
        return rebuilding.rezone(self.database, site_id, time_zone)

    def prune(self, site_id: int, before: int) -> int:
        """Delete single events and visits of days before one; the sums stay. Answers how many visits went."""
        return removing.prune(self.database, site_id, before)

    def delete_site(self, site_id: int) -> None:
        """Delete everything of a site."""
        removing.delete_site(self.database, site_id)

    def delete_import(self, site_id: int, origin: int) -> None:
        """Delete what one import brought."""
        removing.delete_import(self.database, site_id, origin)

    def dispose(self) -> None:
        """Close every connection."""
        self.database.dispose()
