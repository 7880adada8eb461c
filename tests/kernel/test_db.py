"""Units of work: what is committed, what is not, and who may write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, StatementError

from byline.accounts import roles
from byline.accounts.models import Role
from byline.kernel import clock, db, state
from byline.kernel.bus import Task
from byline.kernel.db import Database
from tests.factories import MakeUser


def version(database: Database) -> int:
    with database.unit_of_work(write=False):
        return state.site_state().content_version


def test_there_is_no_session_outside_a_unit_of_work() -> None:
    with pytest.raises(RuntimeError, match="No unit of work"):
        db.session()


def test_a_unit_of_work_commits_at_its_end(database: Database) -> None:
    with database.unit_of_work() as working:
        working.add(Role(name="Guest"))
    with database.unit_of_work(write=False) as reading:
        assert reading.scalar(select(Role.name).where(Role.name == "Guest")) == "Guest"


def test_a_unit_of_work_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.unit_of_work() as working:
        working.add(Role(name="Guest"))
        working.flush()
        _ = 1 / 0
    with database.unit_of_work(write=False) as reading:
        assert reading.scalar(select(Role.name).where(Role.name == "Guest")) is None


def test_reading_work_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError), database.unit_of_work(write=False) as reading:
        reading.add(Role(name="Guest"))
        reading.flush()


def test_units_of_work_nest_and_give_the_outer_session_back(database: Database) -> None:
    with database.unit_of_work(write=False) as outer:
        with database.unit_of_work(write=False) as inner:
            assert db.session() is inner
        assert db.session() is outer


def test_what_outlives_a_refusal_is_kept_when_the_rest_is_not(database: Database) -> None:
    def note() -> None:
        db.session().add(Role(name="Kept"))

    with pytest.raises(ZeroDivisionError), database.unit_of_work() as working:
        working.add(Role(name="Lost"))
        db.after_settling(note)
        _ = 1 / 0
    with database.unit_of_work(write=False) as reading:
        names = set(reading.scalars(select(Role.name)))
    assert "Kept" in names
    assert "Lost" not in names


def test_moments_come_back_in_utc_whatever_zone_they_had(database: Database) -> None:
    elsewhere = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=timezone(timedelta(hours=5)))
    with database.unit_of_work() as working:
        working.add(Task(name="x", payload="{}", created_at=elsewhere, run_at=elsewhere))
    with database.unit_of_work(write=False) as reading:
        assert reading.scalars(select(Task)).one().run_at == datetime(2026, 1, 1, 22, 4, 5, 678, tzinfo=UTC)


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001  (refusing it is the case)
    with pytest.raises(StatementError, match="naive"), database.unit_of_work() as working:
        working.add(Task(name="x", payload="{}", created_at=naive, run_at=naive))


def test_a_change_that_readers_see_renews_pages_once_per_transaction(database: Database, make_user: MakeUser) -> None:
    make_user("ada")
    before = version(database)
    with database.unit_of_work() as working:
        from byline.accounts.models import User

        member = working.scalars(select(User).where(User.username == "ada")).one()
        member.name = "Ada"
        working.flush()
        member.location = "London"
    assert version(database) == before + 1


def test_a_change_that_nobody_sees_renews_nothing(database: Database, make_user: MakeUser) -> None:
    make_user("ada")
    before = version(database)
    with database.unit_of_work() as working:
        from byline.accounts.models import User

        working.scalars(select(User).where(User.username == "ada")).one().failed_logins = 3
    assert version(database) == before


def test_a_change_after_one_that_was_rolled_back_renews_pages_too(database: Database) -> None:
    before = version(database)
    with database.unit_of_work() as working:
        undone = working.begin_nested()
        db.content_changed()
        undone.rollback()
        db.content_changed()
    with database.unit_of_work() as working:
        db.content_changed()
        working.rollback()
        db.content_changed()
    assert version(database) == before + 2


def test_seeding_roles_twice_changes_nothing_and_keeps_what_was_edited(database: Database) -> None:
    with database.unit_of_work():
        roles.seed()
        roles.named(roles.USER).permissions = 1
    with database.unit_of_work():
        roles.seed()
        assert roles.named(roles.USER).permissions == 1
        assert roles.default().name == roles.USER


def test_two_default_roles_are_impossible(database: Database) -> None:
    with pytest.raises(DBAPIError), database.unit_of_work() as working:
        roles.seed()
        working.add(Role(name="Another", default=True))


def test_an_error_does_not_tell_what_was_to_be_stored(database: Database) -> None:
    with database.unit_of_work() as session, pytest.raises(DBAPIError) as failure:
        session.execute(text("SELECT missing FROM roles WHERE name = :name"), {"name": "ada@example.org"})
    assert "ada@example.org" not in str(failure.value)


def test_ping_answers_on_a_live_database(database: Database) -> None:
    database.ping()
    with database.unit_of_work(write=False) as reading:
        assert reading.execute(text("SELECT 1")).scalar_one() == 1


def test_a_stopped_clock_moves_only_when_told() -> None:
    with clock.frozen(datetime(2026, 1, 1, tzinfo=UTC)):
        clock.advance(90)
        assert clock.now() == datetime(2026, 1, 1, 0, 1, 30, tzinfo=UTC)
    assert clock.now().year >= 2026
