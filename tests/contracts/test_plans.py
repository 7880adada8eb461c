"""Every page finds its rows by an index: no list is sorted whole, no large table is read from end to end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from tests.contracts.routes import open_page, readable
from tests.contracts.world import World

LARGE = (
    *("posts", "post_authors", "post_tags", "users", "revisions", "media", "login_sessions", "audit_entries", "tags"),
    *("comments", "comment_versions", "comment_likes", "notifications"),
    *("follows", "blocks", "mutes", "conversations", "participants", "messages", "matters", "reports", "decisions"),
    *("sites", "site_members", "write_keys", "visits", "events", "daily", "hourly", "words", "refusals"),
)
SORTS_WHOLE = "USE TEMP B-TREE FOR ORDER BY"
ALLOWED: Mapping[str, str] = {
    "admin.overview": "It counts the site's members, posts and pictures; one administrator looks at it now and then.",
}
"""Endpoints whose statements may do so, each with its reason."""
Asked = tuple[Engine, str, Any]


@contextmanager
def asked() -> Iterator[list[Asked]]:
    """Collect every SELECT of the block with its parameters, and the database that was asked."""
    seen: list[Asked] = []

    def note(*arguments: Any) -> None:
        if arguments[2].lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append((arguments[0].engine, arguments[2], arguments[3]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("viewer", ["stranger", "ada", "administrator"])
def test_every_page_finds_its_rows_by_an_index(world: World, viewer: str) -> None:
    if not world.database.is_sqlite:
        pytest.skip("PostgreSQL reads small tables whole on purpose; SQLite's plans do not depend on the size")
    browser = world.browser(viewer)
    wrong = []
    for route in readable(world):
        if route.endpoint in ALLOWED:
            continue
        with asked() as statements:
            open_page(browser, route.address)
        wrong += [f"{route.address}: {fault}" for fault in faults(statements)]
    assert sorted(set(wrong)) == []


def faults(statements: list[Asked]) -> Iterator[str]:
    """What is wrong with the plans of these statements."""
    for engine, statement, given in {
        (one, two, repr(three)): (one, two, three) for one, two, three in statements
    }.values():
        with engine.connect() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
            for step in bad_steps([str(step) for *_, step in plan], statement):
                yield f"{step} in {re.sub(r'^SELECT .*? FROM', 'SELECT … FROM', ' '.join(statement.split()))}"


def bad_steps(plan: list[str], statement: str) -> Iterator[str]:
    """The steps of a plan that grow with the site.

    Sorting what belongs to one post, one member or one page of a list does not; sorting what a whole table gave does,
    unless a limit inside the statement has cut it short before.
    """
    scans = [step for step in plan if (found := re.match(r"SCAN (\w+)", step)) and found[1] in LARGE]
    yield from (step for step in scans if "INDEX" not in step)
    if scans and SORTS_WHOLE in plan and not re.search(r"FROM \(SELECT .* LIMIT", statement, re.DOTALL):
        yield f"{SORTS_WHOLE} after {scans[0]}"


def test_the_judgement_knows_a_bad_plan(world: World) -> None:
    if not world.database.is_sqlite:
        pytest.skip("PostgreSQL says it in other words, and the test above does not judge its plans.")
    with world.database.reader.connect() as connection, asked() as statements:
        connection.execute(text("SELECT * FROM posts ORDER BY title"))
    assert len(list(faults(statements))) == 2
