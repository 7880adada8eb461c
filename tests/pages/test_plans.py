"""What a page costs must not grow with the site: each of its statements is served by an index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from byline.app import create_app
from byline.kernel import clock
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from byline.web.paging import encode
from tests.databases import SqliteDatabases
from tests.factories import MakePost, MakeUser

LARGE = ("posts", "post_authors", "post_tags", "users", "tags", "path_redirects", "post_addresses")
PATHS = (
    "/",
    "/?before={cursor}",
    "/?after={cursor}",
    "/tag/rust",
    "/tag/rust?before={cursor}",
    "/@ada",
    "/@ada?before={cursor}",
    "/@ada/hello",
    "/@ada/no-such-post",
    "/archive",
    "/archive/2026",
    "/archive/2026/3?before={cursor}",
    "/feed.xml",
    "/@ada/feed.json",
    "/tag/rust/feed.xml?before={cursor}",
    "/sitemap/posts-1.xml",
    "/sitemap/members-1.xml",
    "/sitemap/tags-1.xml",
    "/sitemap/reading-lists-1.xml",
    "/some/old/address.html",
)


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """A database whose planner can be asked; PostgreSQL walks tables that are as small as a test's."""
    opened = Database(SqliteDatabases(tmp_path).create(tmp_path))
    yield opened
    opened.dispose()


@pytest.fixture
def site(sqlite: Database, tmp_path: Path) -> FlaskClient:
    """A browser on a site with a few posts."""
    make_user = MakeUser(sqlite)
    make_post, ada = MakePost(sqlite, make_user), make_user("ada")
    for title in ("Hello", "Once more", "Farewell"):
        make_post(ada, title=title, tags=("Rust",))
    settings = Settings.load({"BYLINE_DATA": str(tmp_path), "BYLINE_DATABASE_URL": str(sqlite.url)})
    app: Flask = create_app(settings, secret_key="a key for tests, as long as a real one is", database=sqlite)
    return app.test_client()


@pytest.mark.parametrize("path", PATHS)
def test_no_page_walks_a_table(site: FlaskClient, sqlite: Database, path: str) -> None:
    statements = _statements_of(site, path.format(cursor=encode((clock.now(), 1))))
    assert statements
    with sqlite.reader.connect() as connection:
        for statement, values in statements:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            walked = [step for *_, step in plan if _walks(step)]
            assert not walked, f"{walked} in\n{statement}"


def _statements_of(site: FlaskClient, path: str) -> list[tuple[str, Any]]:
    seen: list[tuple[str, Any]] = []

    def note(*arguments: Any) -> None:
        if arguments[2].lstrip().startswith(("SELECT", "WITH")):
            seen.append((arguments[2], arguments[3]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert site.get(path).status_code in (200, 404)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return seen


def _walks(step: str) -> bool:
    """Whether a step of a plan reads a large table from end to end."""
    words = step.split()
    return words[0] == "SCAN" and words[1].rstrip("_0123456789") in LARGE
