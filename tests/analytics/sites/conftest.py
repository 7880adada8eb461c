"""A site, its people, and what collectors know of it."""

from __future__ import annotations

import pytest

from byline.accounts.models import User
from byline.analytics.sites import service
from byline.analytics.sites.content import General
from byline.analytics.sites.models import Site
from byline.kernel.db import Database
from tests.factories import MakeUser


@pytest.fixture
def grace(make_user: MakeUser) -> User:
    return make_user("grace")


@pytest.fixture
def root(make_user: MakeUser) -> User:
    return make_user("root", role="Administrator")


@pytest.fixture
def lamps(database: Database, ada: User) -> Site:
    """A site of ada's."""
    with database.unit_of_work():
        return service.add(ada.actor, General("Lamps", "https://lamps.example", "Europe/Berlin"))
