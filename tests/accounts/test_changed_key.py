"""The signing key is changed: what the former key made goes on working while it is named, and ends when it is not."""

from __future__ import annotations

import dataclasses

import pytest
from flask import Flask
from flask.testing import FlaskClient

from byline.accounts import links
from byline.accounts.links import LinkOver, Purpose
from byline.accounts.models import User
from byline.app import create_app
from byline.kernel.db import Database
from byline.kernel.settings import Settings, WrongSetting
from tests.accounts.test_two_factor import code, is_in, password, turn_on
from tests.conftest import SECRET_KEY
from tests.factories import LogIn

NEW_KEY = "the key that took its place, as long as a real one is"
pytestmark = pytest.mark.usefixtures("unlimited")


def with_new_key(settings: Settings, database: Database, *former: str) -> Flask:
    app = create_app(dataclasses.replace(settings, former_secret_keys=former), secret_key=NEW_KEY, database=database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


def with_cookies_of(app: Flask, browser: FlaskClient) -> FlaskClient:
    moved = app.test_client()
    cookie = browser.get_cookie("session")
    assert cookie is not None
    moved.set_cookie("session", cookie.value)
    return moved


def test_who_is_logged_in_stays_so(settings: Settings, database: Database, ada: User, log_in: LogIn) -> None:
    browser = log_in(ada)
    assert is_in(with_cookies_of(with_new_key(settings, database, SECRET_KEY), browser))
    assert not is_in(with_cookies_of(with_new_key(settings, database), browser))


def test_an_authenticator_app_and_a_recovery_code_go_on_working(
    settings: Settings, database: Database, ada: User, log_in: LogIn
) -> None:
    phone, recovery = turn_on(log_in(ada))
    app = with_new_key(settings, database, SECRET_KEY)
    for typed in (phone.code(), recovery[0]):
        browser = app.test_client()
        password(browser)
        code(browser, typed)
        assert is_in(browser)


def test_a_link_in_a_mail_goes_on_working(app: Flask, settings: Settings, database: Database) -> None:
    with app.app_context():
        token = links.make(Purpose.RESET, "1").rpartition("/")[2]
    with with_new_key(settings, database, SECRET_KEY).app_context():
        assert links.read(Purpose.RESET, token) == ["1"]
    with with_new_key(settings, database).app_context(), pytest.raises(LinkOver):
        links.read(Purpose.RESET, token)


def test_several_former_keys_are_told_oldest_first() -> None:
    keys = ("a" * 32, "b" * 40)
    assert Settings.load({"BYLINE_FORMER_SECRET_KEYS": f"{keys[0]}, {keys[1]},"}).former_secret_keys == keys


def test_a_former_key_that_is_too_short_stops_the_start_and_is_not_shown() -> None:
    with pytest.raises(WrongSetting, match="oldest first") as refused:
        Settings.load({"BYLINE_FORMER_SECRET_KEYS": "short"})
    assert "short" not in str(refused.value).replace("shorter", "")
