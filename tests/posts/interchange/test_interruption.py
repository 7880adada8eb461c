from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from byline.kernel.db import Database
from byline.kernel.settings import Settings
from byline.kernel.storage import Storage
from byline.posts.models import Post
from tests.databases import Databases
from tests.posts.interchange import site_state
from tests.posts.interchange.conftest import WriteFolder, bring_in
from tests.posts.interchange.test_importing import picture

POSTS = 60


def count(database: Database) -> int:
    with database.unit_of_work(write=False) as session:
        return session.scalar(select(func.count(Post.id))) or 0


@pytest.mark.slow
def test_an_import_that_was_killed_goes_on_to_the_same_site(
    databases: Databases, database: Database, settings: Settings, write_folder: WriteFolder, tmp_path: Path
) -> None:
    root = write_folder(
        {
            **{
                f"{number:02}/index.md": f"---\ntitle: Update\ndate: 2026-01-{number % 9 + 1:02}\n"
                f"author: Author {number % 7}\naliases: [old/{number}]\n---\n![p](p.png) "
                f"[next](../{(number + 1) % POSTS:02}/index.md)\n\n" + "Some words. " * 400
                for number in range(POSTS)
            },
            **{f"{number:02}/p.png": picture(size=(40 + number, 30)) for number in range(POSTS)},
        }
    )
    environment = {**os.environ, "BYLINE_DATA": str(settings.data), "BYLINE_DATABASE_URL": settings.database_url}
    command = [sys.executable, "-m", "byline", "import", "markdown", str(root)]
    running = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while count(database) < POSTS // 3 and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert 0 < count(database) < POSTS

    storage = Storage(settings.data / "media")
    outcome = bring_in(root, database, storage)
    assert 0 < len(outcome.made) < POSTS
    assert len(outcome.made) + len(outcome.unchanged) == POSTS

    (tmp_path / "clean").mkdir()
    address = databases.create(tmp_path / "clean")
    clean = Database(address)
    bring_in(root, clean, Storage(tmp_path / "clean" / "media"))
    differences = site_state.differences(site_state.of(database), site_state.of(clean))
    clean.dispose()
    databases.drop(address)
    assert differences == []
