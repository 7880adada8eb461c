"""What was read is used again exactly until somebody commits."""

from __future__ import annotations

import multiprocessing
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from byline import migrations
from byline.kernel import commits
from byline.kernel.db import Database
from byline.kernel.settings import Settings, data_folder
from byline.kernel.watch import Watch


@pytest.fixture(params=[False, True], ids=["alone", "among processes that hear of each other"])
def watch(database: Database, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Watch:
    monkeypatch.setattr(commits, "_heard_by_all", request.param)
    return Watch(database)


def counted() -> tuple[list[int], Callable[[], int]]:
    calls: list[int] = []

    def read() -> int:
        calls.append(len(calls))
        return len(calls)

    return calls, read


def commit_something(database: Database) -> None:
    with database.unit_of_work() as session:
        session.execute(text("UPDATE site_state SET content_version = content_version + 1"))


def test_content_version_is_never_older_than_the_last_commit(watch: Watch, database: Database) -> None:
    before = watch.look().content_version()
    commit_something(database)
    assert before is not None
    assert watch.look().content_version() == before + 1


def test_what_was_read_is_not_read_again_while_nothing_changes(watch: Watch, database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL does not tell cheaply whether anybody committed, so nothing is remembered there.")
    calls, read = counted()
    assert [watch.look().remember("key", read) for _ in range(3)] == [1, 1, 1]
    assert len(calls) == 1


def test_any_commit_makes_it_read_again(watch: Watch, database: Database) -> None:
    _, read = counted()
    watch.look().remember("key", read)
    commit_something(database)
    assert watch.look().remember("key", read) == 2


def test_rollback_does_not_make_a_difference_to_what_is_answered(watch: Watch, database: Database) -> None:
    before = watch.look().content_version()
    opened = database.open(write=True)
    opened.execute(text("UPDATE site_state SET content_version = 4711"))
    assert watch.look().content_version() == before
    opened.rollback()
    database.close(opened)
    assert watch.look().content_version() == before


def test_folder_may_be_called_whatever(tmp_path: Path) -> None:
    settings = Settings.load({"BYLINE_DATA": str(tmp_path / "site #1 %20 & co?")})
    data_folder(settings)
    database = Database(settings.database_address)
    migrations.upgrade(database)
    assert Watch(database).look().content_version() == 0
    database.dispose()


def test_database_that_is_away_has_no_version(tmp_path: object) -> None:
    away = Watch(Database(f"sqlite:///{tmp_path}/not/there.db"))
    assert away.look().content_version() is None
    assert away.look().remember("key", lambda: "read by the caller") == "read by the caller"


def test_a_commit_of_a_forked_process_is_heard_at_once(watch: Watch, database: Database) -> None:
    before = watch.look().content_version()
    database.dispose()
    child = multiprocessing.get_context("fork").Process(target=commit_something, args=(database,))
    child.start()
    child.join(10)
    assert child.exitcode == 0
    assert before is not None
    assert watch.look().content_version() == before + 1


def test_silence_is_believed_for_a_moment_and_no_longer(
    watch: Watch, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL is asked every time.")
    before = watch.look().content_version()
    with closing(sqlite3.connect(str(database.url.database))) as foreign, foreign:
        foreign.execute("UPDATE site_state SET content_version = content_version + 1")
    assert before is not None
    a_moment_later = time.monotonic() + 1
    monkeypatch.setattr(time, "monotonic", lambda: a_moment_later)
    assert watch.look().content_version() == before + 1
