"""What lists load of a person."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError

from byline.accounts import shown
from byline.accounts.models import User
from byline.kernel.db import Database


def test_a_line_has_the_name_and_the_picture_of_a_person_and_nothing_secret(database: Database, ada: User) -> None:
    with database.unit_of_work(write=False) as session:
        found = session.scalars(select(User).options(*shown.person(User.about))).one()
        assert (found.username, found.shown_name, found.avatar_key) == ("ada", ada.shown_name, None)
        assert found.about == ""
        for secret in ("email", "password", "role", "location"):
            with pytest.raises(InvalidRequestError, match=r"raiseload|lazy=.raise"):
                getattr(found, secret)
