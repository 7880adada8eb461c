"""An index that is not there yet, or was lost, is filled: by the worker after an update, or by `byline reindex`."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from byline import cli, migrations
from byline.accounts.models import User
from byline.kernel import bus
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from byline.posts.models import PostState
from byline.search import jobs
from byline.search.messages import FillIndex
from byline.search.models import SearchName, SearchPost
from byline.worker import Worker
from tests.factories import MakePost
from tests.search.conftest import search, titles


def test_the_worker_fills_the_index_of_a_site_that_had_posts_before(
    app: Flask, client: FlaskClient, database: Database, make_post: MakePost, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "POSTS_AT_ONCE", 2)
    for number in range(5):
        make_post(ada, title=f"Lamp {number}", tags=("Light",))
    make_post(ada, title="Lamp to come", state=PostState.DRAFT)
    migrations.downgrade(database, "0012")
    migrations.upgrade(database)
    assert titles(client, "lamp") == []
    Worker(app).run_due()
    assert len(titles(client, "lamp")) == 5
    assert search(client, "ada").people == ["/@ada"]
    assert search(client, "light").tags == ["Light"]


def test_a_new_site_has_nothing_to_fill(database: Database) -> None:
    with database.unit_of_work(write=False) as session:
        assert not session.scalar(select(bus.Task.id).where(bus.Task.name == bus.name_of(FillIndex)))


def test_the_command_brings_back_what_was_lost_and_removes_what_is_not_listed(
    client: FlaskClient,
    database: Database,
    settings: Settings,
    make_post: MakePost,
    ada: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lamp, draft = make_post(ada, title="A lamp"), make_post(ada, title="A draft", state=PostState.DRAFT)
    with database.unit_of_work() as session:
        session.execute(delete(SearchName))
        empty = {"language": "en", "year": 2020, "title": "", "tags": "", "body": "", "words": "", "marks": ""}
        session.add(SearchPost(post_id=draft.id, **empty))
    monkeypatch.setenv("BYLINE_DATA", str(settings.data))
    monkeypatch.setenv("BYLINE_DATABASE_URL", settings.database_address)
    done = CliRunner().invoke(cli.group, ["reindex"])
    assert done.exit_code == 0, done.output
    assert "1 post can be found" in done.output
    assert titles(client, "lamp") == ["A lamp"]
    assert search(client, "ada").people == ["/@ada"]
    with database.unit_of_work(write=False) as session:
        assert session.scalars(select(SearchPost.post_id)).all() == [lamp.id]


def test_the_largest_text_in_any_script_fits(client: FlaskClient, database: Database, make_post: MakePost) -> None:
    from byline.search import index

    different = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(300_000))
    post = make_post(title="All letters", body="Short.", html=f"<p>{different}</p>")
    with database.unit_of_work() as session:
        index.bring_posts([post.id])
        length = session.scalar(select(func.length(SearchPost.body)).where(SearchPost.post_id == post.id))
    assert length is not None
    assert 600_000 < length <= index.MOST_BODY_LETTERS
    assert titles(client, different[:6]) == ["All letters"]
