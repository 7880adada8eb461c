"""The whole blog of 364 posts, where it lies beside the checkout; a few of its posts are in tests/data for everyone."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, undefer

from byline.app import create_app
from byline.kernel import clock, text
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from byline.kernel.storage import Storage
from byline.posts.interchange import reading
from byline.posts.interchange.folder import Folder
from byline.posts.interchange.outcome import Outcome
from byline.posts.interchange.source import Source
from byline.posts.models import Media, PathRedirect, Post, PostAuthor
from tests.conftest import SECRET_KEY
from tests.databases import Databases
from tests.posts.interchange.conftest import bring_in
from tests.posts.interchange.walking import Walk

BLOG = Path(os.environ.get("BYLINE_TEST_BLOG", Path(__file__).parents[4] / "shared" / "data" / "inside-rust"))
"""A clone of the blog's public repository, too large to be kept here; `BYLINE_TEST_BLOG` names another one."""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BLOG.is_dir(), reason=f"THE REAL BLOG WAS NOT IMPORTED: there is no {BLOG}"),
]


@dataclass(frozen=True, slots=True)
class Blog:
    """The imported blog."""

    app: Flask
    database: Database
    outcome: Outcome
    storage: Storage
    seconds: float
    """Of processor time: how long the clock takes depends on who else uses the machine."""


@pytest.fixture(scope="module")
def blog(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    """Import the blog once for all tests here, which only read."""
    folder = tmp_path_factory.mktemp("blog")
    address = databases.create(folder)
    settings = Settings.load(
        {"BYLINE_DATA": str(folder), "BYLINE_DATABASE_URL": address, "BYLINE_URL": "http://localhost"}
    )
    database = Database(address)
    storage = Storage(folder / "media")
    started = time.process_time()
    outcome = bring_in(BLOG, database, storage)
    seconds = time.process_time() - started
    app = create_app(settings, secret_key=SECRET_KEY, database=database)
    app.config.update(TESTING=True)
    yield Blog(app, database, outcome, storage, seconds)
    database.dispose()
    databases.drop(address)


def files() -> list[Path]:
    return sorted(BLOG.rglob("*.md"))


def test_every_post_comes_in(blog: Blog, database_address: str) -> None:
    assert (len(blog.outcome.made), blog.outcome.skipped) == (len(files()), [])
    with blog.database.unit_of_work(write=False) as session:
        assert session.scalar(select(func.count(Post.listed_at))) == 364


def test_it_takes_well_under_a_minute(blog: Blog, database_address: str) -> None:
    assert blog.seconds < 45


def test_every_link_and_picture_within_the_site_works(blog: Blog, database_address: str) -> None:
    with blog.database.unit_of_work(write=False) as session:
        rows = session.scalars(select(Post).options(undefer(Post.html), joinedload(Post.author)))
        posts = [(f"/@{post.author.username}/{post.slug}", post.html) for post in rows]
    walk = Walk(blog.app.test_client()).through(posts)
    assert walk.broken == []
    assert (walk.links > 400, walk.pictures >= 30, walk.anchors > 100) == (True, True, True)


def test_readers_read_what_was_written(blog: Blog, database_address: str) -> None:
    folder = Folder.at(BLOG)
    with blog.database.unit_of_work(write=False) as session:
        html = {row.source_path: row.html for row in session.execute(select(Post.source_path, Post.html))}
    changed = []
    for place in folder.texts():
        source = reading.read(folder, place, now=clock.now())
        assert isinstance(source, Source)
        if text.plain(text.render(source.body).html) != text.plain(html[f"inside-rust/{place}"]):
            changed.append(place)
    assert changed == []


def test_no_link_leads_to_a_post_on_the_old_site(blog: Blog, database_address: str) -> None:
    with blog.database.unit_of_work(write=False) as session:
        old = set(session.scalars(select(PathRedirect.path)))
        pages = list(session.scalars(select(Post.html)))
    left = {
        found
        for html in pages
        for found in re.findall(r'href="https?://blog\.rust-lang\.org/([^"#?]*)', html)
        if found.strip("/").removesuffix("/index.html") in old
    }
    assert left == set()


def test_every_old_address_leads_to_its_post(blog: Blog, database_address: str) -> None:
    client = blog.app.test_client()
    with blog.database.unit_of_work(write=False) as session:
        paths = list(session.scalars(select(PathRedirect.path)))
    assert len(paths) == 648
    wrong = [path for path in paths if client.get(f"/{path}").status_code != 301]
    assert wrong == []
    assert client.get(f"/{paths[0]}", follow_redirects=True).status_code == 200


def test_every_picture_of_the_folder_is_shown(blog: Blog, database_address: str) -> None:
    pictures = [path for path in BLOG.rglob("*") if path.is_file() and path.suffix != ".md"]
    with blog.database.unit_of_work(write=False) as session:
        kept = list(session.scalars(select(Media.key).distinct()))
    assert len(pictures) == len(blog.outcome.pictures) == len(kept) == 37
    assert all(blog.storage.exists(key) for key in kept)


def test_lines_of_several_names_become_co_authors(blog: Blog, database_address: str) -> None:
    with blog.database.unit_of_work(write=False) as session:
        post = (
            session.scalars(
                select(Post)
                .where(Post.source_path == "inside-rust/async-in-2022.md")
                .options(joinedload(Post.authors).joinedload(PostAuthor.user))
            )
            .unique()
            .one()
        )
        assert [author.user.name for author in post.authors] == ["Niko Matsakis", "Tyler Mandry"]


def test_a_second_run_writes_nothing(blog: Blog, database_address: str) -> None:
    with blog.database.unit_of_work(write=False) as session:
        before = session.execute(select(Post.id, Post.version, Post.updated_at, Post.html).order_by(Post.id)).all()
    again = bring_in(BLOG, blog.database, blog.storage)
    with blog.database.unit_of_work(write=False) as session:
        after = session.execute(select(Post.id, Post.version, Post.updated_at, Post.html).order_by(Post.id)).all()
    assert (len(again.unchanged), again.made, again.changed, again.accounts) == (364, [], [], [])
    assert before == after
