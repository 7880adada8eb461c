"""What the shell of Flask knows by name."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from byline.accounts.models import Role, User
from byline.kernel import db
from byline.kernel.db import Database
from byline.posts.models import Post
from tests.factories import MakeUser


def test_the_shell_knows_tables_and_a_session_that_only_reads(
    app: Flask, database: Database, make_user: MakeUser
) -> None:
    make_user("ada")
    names = app.make_shell_context()
    session = names["session"]
    try:
        assert (names["app"], names["database"], names["db"]) == (app, database, db)
        assert (names["User"], names["Role"], names["Post"]) == (User, Role, Post)
        assert session.scalars(select(names["User"])).one().username == "ada"
        assert names["site"].current().name == "Byline"
        with pytest.raises(DBAPIError):
            session.add(Role(name="Sneaked in", permissions=255))
            session.flush()
    finally:
        session.rollback()
        database.close(session)
