"""The schema's history leads to the models, there and back, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from byline import migrations
from byline.accounts.models import LoginSession, Role
from byline.kernel import clock
from byline.kernel.db import Base, Database
from tests.contracts.world import World, dump
from tests.databases import migrate

SCRIPTS = Path(migrations.__file__).parent


@pytest.fixture
def emptied(database: Database) -> Iterator[Database]:
    """A database that was taken all the way back."""
    migrations.downgrade(database, "base")
    yield database
    database.dispose()


def test_the_history_is_one_straight_line() -> None:
    scripts = ScriptDirectory(str(SCRIPTS))
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
    assert all(not isinstance(one.down_revision, tuple) for one in scripts.walk_revisions())


def test_the_names_of_the_files_tell_the_history() -> None:
    scripts = ScriptDirectory(str(SCRIPTS))
    assert migrations.head() == scripts.get_current_head()
    assert migrations._revisions() == [one.revision for one in scripts.walk_revisions()][::-1]


def test_the_history_leads_to_the_models(database: Database) -> None:
    with database.reader.connect() as connection:
        options = {"compare_type": True, "compare_server_default": False, "include_object": of_both_databases}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def of_both_databases(_item: object, name: str, kind: str, is_reflected: bool, counterpart: object) -> bool:
    """Whether the models can know of it: what finds words is made by its migration, and differs."""
    searches = name == "search_index" or name.startswith(("search_posts_index", "search_names_index"))
    return not (is_reflected and counterpart is None and searches)


def test_going_back_leaves_nothing(emptied: Database) -> None:
    assert set(inspect(emptied.writer).get_table_names()) <= {"alembic_version"}
    assert migrations.current(emptied) is None


def test_the_way_back_and_forth_ends_at_the_same_schema(emptied: Database, database_address: str) -> None:
    migrate(database_address)
    assert migrations.current(emptied) == migrations.head()
    with emptied.unit_of_work(write=False) as session:
        assert "User" in set(session.scalars(select(Role.name)))


def test_every_step_back_and_forth_works_alone(database: Database) -> None:
    scripts = ScriptDirectory(str(SCRIPTS))
    for script in scripts.walk_revisions():
        migrations.downgrade(database, str(script.down_revision or "base"))
        migrations.upgrade(database, script.revision)
        migrations.downgrade(database, str(script.down_revision or "base"))
    assert migrations.current(database) is None


def test_the_last_step_keeps_what_was_written(world: World, database: Database) -> None:
    """In the tables that were there before it: what it adds goes with it on the way back."""
    before = dump(database)
    head = ScriptDirectory(str(SCRIPTS)).get_revision("head")
    assert head is not None
    migrations.downgrade(database, str(head.down_revision or "base"))
    kept = before.keys() & set(inspect(database.writer).get_table_names())
    migrations.upgrade(database)
    after = dump(database)
    assert {name: len(after[name]) for name in kept} == {name: len(before[name]) for name in kept}


def test_foreign_keys_are_enforced_again_after_a_change(database: Database) -> None:
    migrations.upgrade(database)
    with pytest.raises(IntegrityError), database.unit_of_work() as session:
        session.add(LoginSession(token_digest="x", user_id=999_999, created_at=clock.now(), seen_at=clock.now()))
