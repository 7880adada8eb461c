"""Every process of the site is killed while it saves: what was acknowledged is there, and nothing is half-there."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import sqlite3
import threading
from urllib.parse import urlencode

import pytest

from byline.app import create_app
from byline.kernel import settings as kernel_settings
from byline.kernel.settings import Settings
from tests.cookies import signed, with_token
from tests.factories import MakePost, MakeUser, cookie_of
from tests.running import RunningSite, until

pytestmark = [pytest.mark.serve, pytest.mark.slow]
WRITERS = 3
SAVES = 20
"""How many saves are acknowledged before the end: less than what one address may send in a minute."""


class Writer(threading.Thread):
    """Saves one post again and again and notes what the site acknowledged."""

    def __init__(self, site: RunningSite, path: str, cookie: str, token: str) -> None:
        super().__init__(daemon=True)
        self._site, self._path, self._token = site, path, token
        self._headers = {"Cookie": f"session={cookie}", "Content-Type": "application/x-www-form-urlencoded"}
        self.acknowledged = 0
        self.refused: list[int] = []

    def run(self) -> None:
        """Save until the site is gone."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            while not self.refused:
                self._save(self.acknowledged + 1)

    def _save(self, number: int) -> None:
        text = f"Save {number}. " + "And more words. " * 500
        typed = {"title": "A post", "body": text, "based_on": number, "state": "keep", "csrf_token": self._token}
        connection = http.client.HTTPConnection("127.0.0.1", self._site.port, timeout=10)
        connection.request("POST", self._path, urlencode(typed), self._headers)
        status = connection.getresponse().status
        connection.close()
        if status in (302, 303):
            self.acknowledged = number
        else:
            self.refused.append(status)


def writers(site: RunningSite) -> list[Writer]:
    """Members who each save a post of their own."""
    chosen = Settings.load({"BYLINE_DATA": str(site.data), "BYLINE_URL": site.url})
    app = create_app(chosen, secret_key=kernel_settings.secret_key(chosen))
    database = app.extensions["byline.database"]
    make_user = MakeUser(database)
    make_post = MakePost(database, make_user)
    made = []
    for _ in range(WRITERS):
        member = make_user()
        post = make_post(member, title="A post")
        cookie, token = with_token(app, cookie_of(app, member))
        made.append(Writer(site, f"/@{member.username}/{post.slug}/edit", signed(app, cookie), token))
    database.dispose()
    return made


def test_killing_every_process_while_it_saves_loses_nothing_that_was_acknowledged(site: RunningSite) -> None:
    site.start()
    busy = writers(site)
    for writer in busy:
        writer.start()
    until(
        lambda: sum(writer.acknowledged for writer in busy) >= SAVES, 30, lambda: f"It saves too slowly:\n{site.said}"
    )
    assert site.process is not None
    for pid in (site.process.pid, *site.children()):
        os.kill(pid, signal.SIGKILL)
    for writer in busy:
        writer.join(15)
    assert [writer.refused for writer in busy] == [[]] * WRITERS
    site.stop()
    check_whole(site, busy)
    site.start()
    assert site.get("/")[0] == 200


def check_whole(site: RunningSite, busy: list[Writer]) -> None:
    """Every save is there with its revision, or not at all."""
    with contextlib.closing(sqlite3.connect(site.data / "byline.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        saved = "SELECT p.version, p.body, max(r.number), count(*) FROM posts p JOIN revisions r ON r.post_id = p.id"
        rows = database.execute(f"{saved} GROUP BY p.id ORDER BY p.id").fetchall()
    for writer, (version, body, newest, count) in zip(busy, rows, strict=True):
        assert version == newest == count
        assert version - 1 >= writer.acknowledged, "A save that was acknowledged is gone."
        assert version == 1 or body.startswith(f"Save {version - 1}.")
