"""What the hooks know of a member is never older than the last commit."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from byline.accounts import roles
from byline.accounts.models import LoginSession, User
from byline.kernel.db import Database
from tests.budget import at_most
from tests.factories import LogIn, MakeUser


def test_ended_session_is_a_stranger_at_the_next_page(make_user: MakeUser, log_in: LogIn, database: Database) -> None:
    browser = log_in(make_user("ada"))
    assert b"Log out" in browser.get("/").data
    assert b"Log out" in browser.get("/").data
    with database.unit_of_work() as session:
        session.execute(delete(LoginSession))
    assert b"Log out" not in browser.get("/").data


def test_taken_role_is_gone_at_the_next_page(make_user: MakeUser, log_in: LogIn, database: Database) -> None:
    ada = make_user("ada", role=roles.ADMINISTRATOR)
    browser = log_in(ada)
    assert browser.get("/admin", follow_redirects=True).status_code == 200
    with database.unit_of_work() as session:
        session.execute(update(User).where(User.id == ada.id).values(role_id=roles.named(roles.USER).id))
    assert browser.get("/admin").status_code in (403, 404)


def test_reading_again_asks_the_database_for_nothing(make_user: MakeUser, log_in: LogIn, database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL does not tell cheaply whether anybody committed, so nothing is remembered there.")
    browser = log_in(make_user("ada"))
    browser.get("/")
    browser.get("/")
    with at_most(0):
        assert browser.get("/").status_code == 200
