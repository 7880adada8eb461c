"""The store's own history leads to its tables, there and back, beside the site's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select

from byline import migrations
from byline.analytics.store import embedded, tables
from byline.kernel.db import Database
from byline.kernel.settings import Settings


@pytest.fixture
def beside(settings: Settings) -> Iterator[Database]:
    """The store's database of this test."""
    opened = embedded.database_of(settings)
    yield opened
    opened.dispose()


def test_the_history_leads_to_the_tables(beside: Database) -> None:
    with beside.reader.connect() as connection:
        options = {"compare_type": True, "version_table": migrations.STORE.table}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, tables.metadata) == []
        assert connection.execute(select(tables.turns.c.id)).scalars().all() == [1]


def test_going_back_leaves_nothing_of_the_store_and_all_of_the_site(beside: Database, database: Database) -> None:
    migrations.downgrade(beside, "base", migrations.STORE)
    left = inspect(beside.writer).get_table_names(schema=beside.schema or None)
    assert set(left) <= {migrations.STORE.table}
    assert migrations.current(beside, migrations.STORE) is None
    assert migrations.current(database) == migrations.head()
    migrations.upgrade(beside, line=migrations.STORE)
    assert migrations.current(beside, migrations.STORE) == migrations.head(migrations.STORE)
