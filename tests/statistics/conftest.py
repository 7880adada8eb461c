"""Sites, their people, and hits that were counted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from byline.accounts.models import User
from byline.analytics import store
from byline.analytics.hits import Hit
from byline.analytics.sites import service
from byline.analytics.sites.content import General
from byline.analytics.sites.models import Site
from byline.kernel import clock
from byline.kernel.db import Database
from byline.statistics.sharing import service as sharing
from byline.statistics.sharing.models import Share
from byline.statistics.sharing.rules import NewShare
from tests.factories import MakeUser
from tests.statistics.looking import MakeShare

Count = Callable[..., None]


@pytest.fixture
def grace(make_user: MakeUser) -> User:
    return make_user("grace")


@pytest.fixture
def lamps(database: Database, ada: User) -> Site:
    """A site of ada's."""
    with database.unit_of_work():
        return service.add(ada.actor, General("Lamps", "https://lamps.example", "Europe/Berlin"))


@pytest.fixture
def count(app: Flask) -> Count:
    """Count hits as the worker does; days are those of Berlin."""

    def counted(*hits: Hit) -> None:
        store.of(app).turns(lambda _: "Europe/Berlin").take(hits, {})

    return counted


@pytest.fixture
def share(database: Database, lamps: Site, ada: User) -> MakeShare:
    """Make a link to ada's site."""

    def made(name: str = "Press", **given: object) -> Share:
        with database.unit_of_work():
            return sharing.make_share(ada.actor, lamps.id, NewShare(name, **given))  # type: ignore[arg-type]

    return made


@pytest.fixture
def three_visitors(count: Count, lamps: Site) -> None:
    """Three visitors today, two of them on one page."""
    at = int(clock.now().timestamp() * 1000)
    paths = ("/red", "/red", "/blue")
    count(*(Hit(lamps.id, at, visitor=number, path=path, view=number) for number, path in enumerate(paths, 1)))
