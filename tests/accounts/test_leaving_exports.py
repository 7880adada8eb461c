"""Taking one's data along: packed once, for its owner alone, for seven days."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from byline.accounts import exports
from byline.accounts.leaving_messages import PackExport, SweepExports
from byline.accounts.models import DataExport
from byline.kernel import clock, db
from byline.kernel.access import ANONYMOUS
from byline.kernel.db import Database
from byline.kernel.errors import Conflict, NotFound
from byline.kernel.settings import Settings
from byline.worker import Worker
from tests.factories import LogIn, MakePost, MakeUser, Outbox

DAY = 24 * 3600


def files(settings: Settings) -> list[Path]:
    return sorted((settings.data / "exports").glob("*"))


def test_strangers_have_nothing_to_take(client: FlaskClient, database: Database) -> None:
    assert client.post("/settings/data/export").status_code == 401
    assert client.get("/settings/data/export/1", buffered=True).headers["Location"].startswith("/auth/login")
    with database.unit_of_work(), pytest.raises(NotFound):
        exports.ask(ANONYMOUS)


def test_one_packing_at_a_time(make_user: MakeUser, database: Database, stopped_clock: datetime) -> None:
    ada = make_user("ada")
    with database.unit_of_work():
        exports.ask(ada.actor)
        with pytest.raises(Conflict, match="already"):
            exports.ask(ada.actor)
        clock.advance(3601)
        exports.ask(ada.actor)


def test_a_member_takes_their_data_along(
    app: Flask, log_in: LogIn, make_user: MakeUser, make_post: MakePost, outbox: Outbox, settings: Settings
) -> None:
    ada = make_user("ada", name="Ada", about="One\nTwo")
    make_post(ada, title="On engines", body="The **engine** weaves.")
    make_post(make_user("grace"), title="Not mine")
    browser = log_in(ada)
    assert "Pack my data" in browser.get("/settings/data").text
    assert browser.post("/settings/data/export").status_code == 303
    assert "is being packed" in browser.get("/settings/data").text
    assert browser.get("/settings/data/export/1", buffered=True).status_code == 404
    (letter,) = outbox.deliver()
    assert letter["Subject"] == "Your data is packed"
    assert "Download" in browser.get("/settings/data").text

    answer = browser.get("/settings/data/export/1", buffered=True)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    account = json.loads(archive.read("account.json"))
    assert (account["username"], account["about"]) == ("ada", "One\nTwo")
    assert "password" not in account
    posts = [name for name in archive.namelist() if name.endswith(".md")]
    assert len(posts) == 1
    assert b"The **engine** weaves." in archive.read(posts[0])
    (kept,) = files(settings)
    assert kept.stat().st_mode & 0o077 == 0


def test_nobody_fetches_what_is_somebody_elses(
    app: Flask, log_in: LogIn, make_user: MakeUser, database: Database
) -> None:
    ada = make_user("ada")
    with database.unit_of_work():
        exports.ask(ada.actor)
    Worker(app).run_due()
    assert log_in(ada).get("/settings/data/export/1", buffered=True).status_code == 200
    assert log_in(make_user("grace")).get("/settings/data/export/1", buffered=True).status_code == 404
    assert (
        log_in(make_user("rooter", role="Administrator")).get("/settings/data/export/1", buffered=True).status_code
        == 404
    )


def test_packing_twice_packs_once(app: Flask, make_user: MakeUser, database: Database, settings: Settings) -> None:
    ada = make_user("ada")
    with database.unit_of_work():
        export = exports.ask(ada.actor)
    for _ in range(2):
        with app.app_context(), database.unit_of_work():
            exports.pack(PackExport(export.id), settings, lambda _user_id, file: zipfile.ZipFile(file, "w").close())
    assert len(files(settings)) == 1


def test_a_packing_that_breaks_leaves_nothing_half_written_and_says_so(
    app: Flask, log_in: LogIn, make_user: MakeUser, database: Database, settings: Settings
) -> None:
    ada = make_user("ada")
    with database.unit_of_work():
        export = exports.ask(ada.actor)

    def breaks(_user_id: int, _file: object) -> None:
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space"), app.app_context(), database.unit_of_work():
        exports.pack(PackExport(export.id), settings, breaks)
    assert files(settings) == []
    assert exports.PROBLEM in log_in(ada).get("/settings/data").text


def test_packed_data_goes_after_seven_days(
    app: Flask, log_in: LogIn, make_user: MakeUser, database: Database, settings: Settings, stopped_clock: datetime
) -> None:
    ada = make_user("ada")
    with database.unit_of_work():
        exports.ask(ada.actor)
    Worker(app).run_due()
    browser = log_in(ada)
    clock.advance(7 * DAY - 1)
    assert browser.get("/settings/data/export/1", buffered=True).status_code == 200
    clock.advance(2)
    assert browser.get("/settings/data/export/1", buffered=True).status_code == 404
    for _ in range(2):
        with database.unit_of_work():
            exports.sweep(SweepExports(), settings)
    with database.unit_of_work(write=False):
        assert db.session().get(DataExport, 1) is None


def test_sweeping_takes_old_files_that_belong_to_nobody(
    database: Database, settings: Settings, stopped_clock: datetime
) -> None:
    import os

    folder = settings.data / "exports"
    folder.mkdir()
    for name, age_seconds in (("old.zip", 7200), ("old.part", 7200), ("new.part", 60)):
        (folder / name).touch()
        moment = stopped_clock.timestamp() - age_seconds
        os.utime(folder / name, (moment, moment))
    with database.unit_of_work():
        exports.sweep(SweepExports(), settings)
    assert [path.name for path in files(settings)] == ["new.part"]
