"""An administrator, and their browser."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from byline.accounts.models import User
from tests.factories import LogIn, MakeUser


@pytest.fixture
def root(make_user: MakeUser) -> User:
    """An administrator."""
    return make_user("rooter", role="Administrator")


@pytest.fixture
def admin(log_in: LogIn, root: User) -> FlaskClient:
    """Their browser."""
    return log_in(root)
