"""The tests' own tools can fail."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy import text

from byline.accounts import roles
from byline.kernel.db import Database
from byline.posts.models import PostState
from tests.factories import MakePost, MakeUser
from tests.network import NetworkIsShut
from tests.tally import closing_lines

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


def test_closing_line_counts_every_run_and_misses_none() -> None:
    run: dict[str, Any] = {
        "suite": "SQLite",
        "passed": 3,
        "failed": 0,
        "error": 0,
        "skipped": 1,
        "xfailed": 0,
        "xpassed": 0,
    }
    lines, good = closing_lines([run, run], 2)
    assert good
    assert lines[-1] == "Byline's tests: 6 passed, 2 skipped."
    assert closing_lines([run], 2)[1] is False
    assert closing_lines([run | {"failed": 1}], 1)[1] is False
