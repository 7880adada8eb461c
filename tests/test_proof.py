"""The tests' own tools can fail."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import text

from byline.accounts import roles
from byline.kernel.db import Database
from byline.posts.models import PostState
from tests.factories import MakePost, MakeUser
from tests.network import NetworkIsShut
from tests.tally import Run, closing_lines

Budget = Callable[[int], AbstractContextManager[list[str]]]


def test_network_is_shut_to_every_other_machine() -> None:
    with socket.socket() as probe, pytest.raises(NetworkIsShut):
        probe.connect(("192.0.2.1", 80))
    with pytest.raises(NetworkIsShut):
        socket.getaddrinfo("example.org", 80)


def test_each_test_has_a_fresh_database_with_roles(database: Database, make_user: MakeUser) -> None:
    make_user("ada")
    with database.unit_of_work(write=False) as session:
        assert session.execute(text("SELECT count(*) FROM users")).scalar_one() == 1
        assert roles.default().name == roles.USER


def test_made_post_is_listed_with_its_tags(database: Database, make_post: MakePost) -> None:
    make_post(title="Hello", tags=("News", "Old"))
    make_post(title="Not yet", state=PostState.DRAFT, tags=("News",))
    with database.unit_of_work(write=False) as session:
        assert session.execute(text("SELECT count(*) FROM posts WHERE listed_at IS NOT NULL")).scalar_one() == 1
        assert session.execute(text("SELECT count(*) FROM tags")).scalar_one() == 2


def test_query_budget_fails_beyond_its_limit(database: Database, queries: Budget) -> None:
    with pytest.raises(AssertionError, match="2 statements ran"), queries(1), database.unit_of_work() as session:
        session.execute(text("SELECT 1"))
        session.execute(text("SELECT 2"))


def test_closing_lines_count_every_run() -> None:
    counts = {"passed": 3, "failed": 0, "skipped": 1}
    lines, good = closing_lines([Run("SQLite", True, counts), Run("PostgreSQL", True, counts)])
    assert good
    assert "Byline's tests: 6 passed, 2 skipped." in lines


@pytest.mark.parametrize(
    "run",
    [Run("Types"), Run("SQLite", True, {"passed": 0}), Run("SQLite", True, {"passed": 3, "xpassed": 1})],
    ids=["a check that failed", "a run without tests", "a test that passed against its promise"],
)
def test_closing_lines_know_what_is_bad(run: Run) -> None:
    lines, good = closing_lines([Run("Style", True), run])
    assert not good
    assert lines[-1] == f"FAILED: {run.name}."


def test_closing_lines_say_loudly_what_did_not_run() -> None:
    lines, good = closing_lines(
        [Run("SQLite", True, {"passed": 3}), Run("Browser", not_run="no Chromium is installed")]
    )
    assert good
    assert "ATTENTION: Browser did not run: no Chromium is installed" in lines


def test_a_run_in_which_nothing_ran_is_bad() -> None:
    lines, good = closing_lines([Run("Browser", not_run="no Chromium is installed")])
    assert not good
    assert lines[-1] == "Nothing ran."
