"""The world that every contract looks at."""

from __future__ import annotations

import pytest
from flask import Flask

from byline.kernel.db import Database
from tests.contracts.world import World, fill
from tests.factories import MakePost, MakeUser


@pytest.fixture
def world(app: Flask, database: Database, make_user: MakeUser, make_post: MakePost) -> World:
    """A filled site; forms need no token, and nobody is too fast for it."""
    app.config.update(RATE_LIMITS=False, TESTING=False, PROPAGATE_EXCEPTIONS=False)
    return fill(app, database, make_user, make_post)


@pytest.fixture
def guarded_world(world: World) -> World:
    """The same site, with forms that need their token."""
    world.app.config.update(WTF_CSRF_ENABLED=True)
    return world
