"""A database that a test has used is as good as a new one for the next test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import inspect, text

from byline.kernel.db import Database
from tests.contracts.world import dump
from tests.databases import Databases
from tests.factories import MakePost, MakeUser


@contextmanager
def lent(databases: Databases, folder: Path) -> Iterator[Database]:
    folder.mkdir()
    address = databases.create(folder)
    opened = Database(address)
    try:
        yield opened
    finally:
        opened.dispose()
        databases.drop(address)


def test_what_a_test_wrote_is_gone_for_the_next(databases: Databases, database_address: str, tmp_path: Path) -> None:
    with lent(databases, tmp_path / "one") as first:
        before = dump(first)
        written = MakePost(first, MakeUser(first))(tags=("News",)).id
        with first.unit_of_work() as session:
            session.execute(text("UPDATE roles SET permissions = 0"))
            session.execute(text("DELETE FROM site_state"))
        assert dump(first) != before
    with lent(databases, tmp_path / "two") as second:
        assert dump(second) == before
        assert MakePost(second, MakeUser(second))().id == written


def test_what_a_test_built_is_gone_for_the_next(databases: Databases, database_address: str, tmp_path: Path) -> None:
    with lent(databases, tmp_path / "one") as first, first.unit_of_work() as session:
        session.execute(text("CREATE TABLE oddments (id INTEGER PRIMARY KEY)"))
    with lent(databases, tmp_path / "two") as second:
        assert not inspect(second.reader).has_table("oddments")
