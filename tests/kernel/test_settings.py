"""Settings: read once, checked, refused with a sentence."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from byline.kernel import settings
from byline.kernel.settings import Registration, Settings, WrongSetting


def test_defaults_are_enough_to_start() -> None:
    chosen = Settings.load({})
    assert chosen.registration is Registration.OPEN
    assert chosen.database_address.startswith("sqlite:///")
    assert chosen.database_address.endswith("var/byline.db")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("BYLINE_URL", "example.org", "BYLINE_URL is an address such as https://example.org"),
        ("BYLINE_URL", "javascript:alert(1)", "BYLINE_URL is an address"),
        ("BYLINE_URL", "https://example.org/blog", "BYLINE_URL is an address"),
        ("BYLINE_URL", "https://ada:secret@example.org", "BYLINE_URL is an address"),
        ("BYLINE_URL", "https://example.org:port", "BYLINE_URL is an address"),
        ("BYLINE_URL", "https://exam ple.org", "BYLINE_URL is an address"),
        ("BYLINE_URL", "https://[example.org", "BYLINE_URL is an address"),
        ("BYLINE_WORKERS", "many", "BYLINE_WORKERS is a whole number from 1 to 64"),
        ("BYLINE_WORKERS", "0", "BYLINE_WORKERS is a whole number"),
        ("BYLINE_TRUSTED_PROXIES", "-1", "BYLINE_TRUSTED_PROXIES is a whole number from 0 to 10"),
        ("BYLINE_REGISTRATION", "maybe", "BYLINE_REGISTRATION is open, invite or closed"),
        ("BYLINE_DATABASE_URL", "mysql://host/db", "BYLINE_DATABASE_URL is postgresql://"),
        ("BYLINE_MAIL_URL", "http://host", "BYLINE_MAIL_URL is smtp://"),
        ("BYLINE_ADMIN_EMAIL", "nobody", "BYLINE_ADMIN_EMAIL is an e-mail address"),
        ("BYLINE_SECRET_KEY", "short", "BYLINE_SECRET_KEY has at least 32 characters"),
        ("BYLINE_NAME", "two\nlines", "BYLINE_NAME is one line of text"),
        ("BYLINE_REGISTRATON", "open", "BYLINE_REGISTRATON is not a setting of Byline"),
    ],
)
def test_a_wrong_value_is_refused_with_a_sentence(name: str, value: str, sentence: str) -> None:
    with pytest.raises(WrongSetting, match=sentence):
        Settings.load({name: value})


def test_every_wrong_value_is_named_at_once() -> None:
    with pytest.raises(WrongSetting) as refused:
        Settings.load({"BYLINE_WORKERS": "x", "BYLINE_REGISTRATION": "y"})
    assert len(str(refused.value).splitlines()) == 2


def test_a_refused_secret_is_not_shown() -> None:
    with pytest.raises(WrongSetting) as refused:
        Settings.load({"BYLINE_SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(refused.value)


def test_described_settings_mask_secrets() -> None:
    chosen = Settings.load({"BYLINE_MAIL_URL": "smtp://me:hunter2@mail.example"})
    assert "hunter2" not in repr(chosen.described())


def test_the_short_postgres_scheme_is_understood() -> None:
    chosen = Settings.load({"BYLINE_DATABASE_URL": "postgres://u:p@host/db"})
    assert chosen.database_address == "postgresql+psycopg://u:p@host/db"


def test_a_secret_key_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    chosen = Settings.load({"BYLINE_DATA": str(tmp_path / "data")})
    key = settings.secret_key(chosen)
    assert len(key) >= 32
    assert settings.secret_key(chosen) == key
    assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    chosen = Settings.load({"BYLINE_DATA": str(tmp_path)})
    keys: list[str] = []
    threads = [threading.Thread(target=lambda: keys.append(settings.secret_key(chosen))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_the_data_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        settings.secret_key(Settings.load({"BYLINE_DATA": str(tmp_path / "new" / "site")}))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new" / "site").stat().st_mode) == 0o700


def test_a_data_folder_that_cannot_be_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WrongSetting, match="cannot be used: Not a directory"):
        settings.data_folder(Settings.load({"BYLINE_DATA": str(tmp_path / "file" / "data")}))


def test_a_damaged_key_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("")
    with pytest.raises(WrongSetting, match="is damaged"):
        settings.secret_key(Settings.load({"BYLINE_DATA": str(tmp_path)}))
