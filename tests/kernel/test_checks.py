"""What `byline doctor` sees on well and on broken ground."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from byline import migrations
from byline.doctor import doctor
from byline.kernel import bus, checks, clock
from byline.kernel import settings as settings_module
from byline.kernel.checks import Finding, State
from byline.kernel.db import Database
from byline.kernel.settings import Settings


@pytest.fixture
def nowhere(tmp_path: Path) -> tuple[Settings, Database]:
    settings = Settings.load({"BYLINE_DATA": str(tmp_path / "not-made-yet")})
    return settings, Database(settings.database_address)


def test_site_in_use_is_well(settings: Settings, database: Database) -> None:
    settings_module.secret_key(settings)
    found = checks.run((checks.data_folder, checks.signing_key, checks.database_answers), settings, database)
    assert {finding.state for finding in found} == {State.WELL}
    assert list(settings.data.glob(".doctor-*")) == []


def test_migrated_database_is_up_to_date(settings: Settings, database: Database) -> None:
    assert migrations.schema(settings, database).state is State.WELL


def test_older_schema_is_broken_and_says_what_to_run(settings: Settings, database: Database) -> None:
    migrations.downgrade(database, "base")
    finding = migrations.schema(settings, database)
    assert finding.state is State.BROKEN
    assert "byline migrate" in finding.sentence


def test_looking_before_the_first_start_makes_nothing(nowhere: tuple[Settings, Database]) -> None:
    settings, database = nowhere
    looks = (checks.data_folder, checks.signing_key, checks.database_answers, migrations.schema, checks.tasks)
    assert {finding.state for finding in checks.run(looks, settings, database)} == {State.WARNING}
    assert not settings.data.exists()


def test_data_folder_that_takes_nothing_is_broken(tmp_path: Path, database: Database) -> None:
    # A file in the folder's place fails for every user, also for root, whom no mode bits stop.
    place = tmp_path / "a file"
    place.write_text("not a folder")
    finding = checks.data_folder(Settings.load({"BYLINE_DATA": str(place)}), database)
    assert finding.state is State.BROKEN


def test_full_disk_is_broken(settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10**12, 10**12 - 5000, 5000))
    assert checks.disk_space(settings, database).state is State.BROKEN


def test_key_that_others_can_read_is_broken(settings: Settings, database: Database) -> None:
    settings_module.secret_key(settings)
    (settings.data / "secret_key").chmod(0o644)
    finding = checks.signing_key(settings, database)
    assert (finding.state, "chmod 600" in finding.sentence) == (State.BROKEN, True)


def test_mail_server_that_is_down_is_broken_and_its_password_stays_hidden(database: Database, tmp_path: Path) -> None:
    settings = Settings.load({"BYLINE_DATA": str(tmp_path), "BYLINE_MAIL_URL": "smtp://me:hidden-word@127.0.0.1:1"})
    finding = checks.mail_server(settings, database)
    assert finding.state is State.BROKEN
    assert "hidden-word" not in finding.sentence


def test_tasks_that_were_given_up_are_told(settings: Settings, database: Database) -> None:
    assert checks.tasks(settings, database).state is State.WELL
    with database.unit_of_work() as session:
        long_ago = clock.now() - timedelta(hours=1)
        session.add(bus.Task(name="x", payload="{}", created_at=long_ago, run_at=long_ago, dead=True))
    assert "Given up" in checks.tasks(settings, database).sentence


def test_task_that_waits_for_long_asks_for_a_worker(settings: Settings, database: Database) -> None:
    with database.unit_of_work() as session:
        long_ago = clock.now() - timedelta(hours=1)
        session.add(bus.Task(name="x", payload="{}", created_at=long_ago, run_at=long_ago))
    assert "byline work" in checks.tasks(settings, database).sentence


def test_plain_public_address_is_a_warning(settings: Settings, database: Database) -> None:
    outside = Settings.load({"BYLINE_DATA": str(settings.data), "BYLINE_URL": "http://example.org"})
    assert checks.public_address(outside, database).state is State.WARNING
    assert checks.public_address(settings, database).state is State.WELL


def test_check_that_breaks_is_a_finding(settings: Settings, database: Database) -> None:
    def strange_check(_settings: Settings, _database: Database) -> Finding:
        raise OSError(5, "Input/output error")

    assert checks.run((strange_check,), settings, database)[0].state is State.BROKEN


def test_doctor_masks_secrets_and_ends_with_one_when_something_is_broken(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BYLINE_DATA", str(settings.data))
    monkeypatch.setenv("BYLINE_DATABASE_URL", settings.database_address)
    monkeypatch.setenv("BYLINE_SECRET_KEY", "a key that nobody else may ever see")
    monkeypatch.setenv("BYLINE_MAIL_URL", "smtp://me:hidden-word@127.0.0.1:1")
    result = CliRunner().invoke(doctor)
    assert result.exit_code == 1
    assert "BYLINE_REGISTRATION" in result.output
    assert "nobody else may" not in result.output
    assert "hidden-word" not in result.output
