"""What a command of a room works on: the site's settings, database and files, made ready by the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click
from sqlalchemy.exc import OperationalError

from byline.kernel import checks
from byline.kernel.db import Database
from byline.kernel.settings import Settings, data_folder
from byline.kernel.storage import Storage

Ready = Callable[[Settings, Database], None]
"""Brings a database up to date and lets events reach those who react. It stands above every room, in server.py."""


@dataclass(frozen=True, slots=True)
class Site:
    """The site a command works on."""

    settings: Settings
    database: Database

    @property
    def storage(self) -> Storage:
        """The site's pictures."""
        return Storage(self.settings.media_folder)


@contextmanager
def site(settings: Settings | None = None) -> Iterator[Site]:
    """Open the site of the environment for the command under way; WrongSetting when a setting is wrong."""
    chosen = settings or Settings.load()
    data_folder(chosen)
    database = Database(chosen.database_address)
    make_ready: Ready | None = click.get_current_context().find_root().obj
    try:
        if make_ready is not None:
            make_ready(chosen, database)
        yield Site(chosen, database)
    except OperationalError as failure:
        raise click.ClickException(f"The database refuses: {checks.cause(failure)}") from failure
    finally:
        database.dispose()
