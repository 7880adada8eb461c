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
from byline.kernel.db import Database
from tests.factories import MakeUser

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
