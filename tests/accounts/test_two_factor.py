"""The second step: codes of an app, recovery codes."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP  # type: ignore[import-untyped]  # Its stubs are of another distribution.
from werkzeug.test import TestResponse

from byline.accounts import attempts
from byline.accounts.log_in import SECOND_STEP_LASTS
from byline.accounts.models import User
from byline.kernel import clock
from byline.kernel.db import Database
from tests.factories import PASSWORD, LogIn, Outbox

CODE = re.compile(r"<code>([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})</code>")


class Phone:
    """An authenticator app that has read the picture; each code it shows is a later one."""

    def __init__(self, page: str) -> None:
        found = re.search(r'class="secret-key">([A-Z2-7-]+)<', page)
        assert found, page
        self._app = TOTP(key=found[1].replace("-", ""))
        self._ahead = -1

    def code(self) -> str:
        self._ahead += 1
        moment = self._app.generate().counter * 30 + self._ahead * 30
        return str(self._app.generate(moment).token)


pytestmark = pytest.mark.usefixtures("unlimited")


@pytest.fixture
def browser(ada: User, log_in: LogIn) -> FlaskClient:
    return log_in(ada)


def again(database: Database, user: User) -> User:
    with database.unit_of_work(write=False) as session:
        found = session.get(User, user.id)
    assert found is not None
    return found


def turn_on(browser: FlaskClient) -> tuple[Phone, list[str]]:
    phone = Phone(browser.get("/settings/security/two-step").text)
    page = browser.post("/settings/security/two-step", data={"code": phone.code(), "password": PASSWORD})
    assert page.status_code == 200, page.text
    return phone, CODE.findall(page.text)


def password(client: FlaskClient, **more: str) -> TestResponse:
    return client.post("/auth/login", data={"email": "ada", "password": PASSWORD, **more})


def code(client: FlaskClient, typed: str, **more: str) -> TestResponse:
    return client.post("/auth/code", data={"code": typed, **more})


def is_in(client: FlaskClient) -> bool:
    return client.get("/settings/sessions").status_code == 200


def test_the_picture_is_drawn_here_and_its_secret_waits_for_the_first_code(browser: FlaskClient) -> None:
    first, second = (browser.get("/settings/security/two-step").text for _ in range(2))
    assert "<svg" in first
    assert "http" not in first[first.index("<svg") : first.index("</svg>")].replace("http://www.w3.org/2000/svg", "")
    assert Phone(first).code() == Phone(second).code()


@pytest.mark.parametrize("typed", ["", "000000", "12345", "abcdef", "1" * 5000, "\0"])
def test_a_wrong_code_turns_nothing_on(browser: FlaskClient, ada: User, database: Database, typed: str) -> None:
    browser.get("/settings/security/two-step")
    assert browser.post("/settings/security/two-step", data={"code": typed, "password": PASSWORD}).status_code == 400
    assert again(database, ada).tf_totp_secret is None


def test_turning_it_on_takes_the_password(browser: FlaskClient, ada: User, database: Database) -> None:
    phone = Phone(browser.get("/settings/security/two-step").text)
    answer = browser.post("/settings/security/two-step", data={"code": phone.code(), "password": "not it at all"})
    assert answer.status_code == 400
    assert "not your password" in answer.text
    assert again(database, ada).tf_totp_secret is None


def test_the_secret_and_the_codes_are_not_readable_in_the_database(
    browser: FlaskClient, ada: User, database: Database
) -> None:
    page = browser.get("/settings/security/two-step").text
    _, codes = turn_on(browser)
    kept = again(database, ada)
    assert len(codes) == 10
    stored = f"{kept.tf_totp_secret}{kept.mf_recovery_codes}"
    assert not any(one in stored for one in codes)
    assert str(re.search(r'class="secret-key">([A-Z2-7-]+)<', page)[1]).replace("-", "") not in stored  # type: ignore[index]


def test_the_password_alone_no_longer_logs_in(browser: FlaskClient, client: FlaskClient) -> None:
    turn_on(browser)
    answer = password(client, next="/settings/data")
    assert answer.location == "/auth/code?next=/settings/data"
    assert not is_in(client)


def test_the_code_finishes_it_and_leads_on(browser: FlaskClient, client: FlaskClient) -> None:
    phone, _ = turn_on(browser)
    password(client, remember="y")
    answer = code(client, phone.code(), next="/settings/data")
    assert answer.location == "/settings/data"
    assert "Expires" in answer.headers["Set-Cookie"]
    assert is_in(client)


def test_a_code_works_once(browser: FlaskClient, client: FlaskClient, app: Flask) -> None:
    phone, _ = turn_on(browser)
    shown = phone.code()
    password(client)
    assert code(client, shown).status_code == 302
    thief = app.test_client()
    password(thief)
    assert code(thief, shown).status_code == 400


def test_without_the_first_step_there_is_no_second(browser: FlaskClient, client: FlaskClient) -> None:
    phone, _ = turn_on(browser)
    assert code(client, phone.code()).location.startswith("/auth/login")
    assert not is_in(client)


def test_the_second_step_must_follow_soon(browser: FlaskClient, client: FlaskClient) -> None:
    _, codes = turn_on(browser)
    with clock.frozen(clock.now()):
        password(client)
        clock.advance((SECOND_STEP_LASTS + timedelta(seconds=1)).total_seconds())
        assert code(client, codes[0]).location.startswith("/auth/login")


def test_a_second_step_ends_with_the_password_before_it(browser: FlaskClient, client: FlaskClient) -> None:
    phone, _ = turn_on(browser)
    password(client)
    new = {"password": PASSWORD, "new_password": "nine loud starlings", "new_password_confirm": "nine loud starlings"}
    assert browser.post("/auth/change", data=new).status_code == 302
    assert code(client, phone.code()).location.startswith("/auth/login")
    assert not is_in(client)


@pytest.mark.parametrize("as_typed", [str, str.upper, lambda text: text.replace("-", " "), lambda text: f" {text} "])
def test_a_recovery_code_logs_in_once_and_the_member_is_told(
    browser: FlaskClient,
    client: FlaskClient,
    app: Flask,
    ada: User,
    database: Database,
    outbox: Outbox,
    as_typed: Callable[[str], str],
) -> None:
    _, codes = turn_on(browser)
    password(client)
    assert code(client, as_typed(codes[3])).status_code == 302
    assert len(again(database, ada).mf_recovery_codes or ()) == 9
    assert outbox.deliver()[-1]["Subject"] == "A recovery code was used"
    second = app.test_client()
    password(second)
    assert code(second, codes[3]).status_code == 400
    assert code(second, codes[4]).status_code == 302


def test_ten_wrong_codes_rest_the_account(
    browser: FlaskClient, client: FlaskClient, ada: User, database: Database
) -> None:
    phone, _ = turn_on(browser)
    password(client)
    for _ in range(attempts.MOST):
        assert code(client, "000000").status_code == 400
    assert again(database, ada).locked_until is not None
    assert code(client, phone.code()).status_code == 400


def test_the_right_password_does_not_forget_wrong_codes(
    browser: FlaskClient, client: FlaskClient, ada: User, database: Database
) -> None:
    turn_on(browser)
    for _ in range(attempts.MOST):
        password(client)
        code(client, "000000")
    assert again(database, ada).locked_until is not None


def test_new_recovery_codes_take_the_password_and_end_the_old_ones(browser: FlaskClient, client: FlaskClient) -> None:
    _, old = turn_on(browser)
    assert browser.post("/settings/security/recovery-codes", data={"password": "not it at all"}).status_code == 400
    new = CODE.findall(browser.post("/settings/security/recovery-codes", data={"password": PASSWORD}).text)
    assert len(new) == 10
    password(client)
    assert code(client, old[0]).status_code == 400
    assert code(client, new[0]).status_code == 302


def test_turning_it_off_takes_the_password(browser: FlaskClient, client: FlaskClient, outbox: Outbox) -> None:
    turn_on(browser)
    assert browser.post("/settings/security/two-step/off").status_code == 400
    assert password(client).location.startswith("/auth/code")
    assert browser.post("/settings/security/two-step/off", data={"password": PASSWORD}).status_code == 302
    assert password(client).location == "/"
    assert [message["Subject"] for message in outbox.deliver()] == ["Two-step log-in is on", "Two-step log-in is off"]


def test_a_reset_does_not_get_around_the_second_step(browser: FlaskClient, client: FlaskClient, outbox: Outbox) -> None:
    turn_on(browser)
    client.post("/auth/reset", data={"email": "ada@example.org"})
    new = "seven restless owls"
    client.post(outbox.link("/auth/reset/"), data={"new_password": new, "new_password_confirm": new})
    answer = client.post("/auth/login", data={"email": "ada", "password": new})
    assert answer.location.startswith("/auth/code")


def test_a_lost_key_of_the_site_is_a_refusal_and_no_fault(
    browser: FlaskClient, client: FlaskClient, ada: User, database: Database
) -> None:
    turn_on(browser)
    with database.unit_of_work() as session:
        kept = session.merge(again(database, ada))
        kept.tf_totp_secret = str(kept.tf_totp_secret).replace('"k":"', '"k":"AA')
        kept.mf_recovery_codes = ["not of this key"]
    password(client)
    assert code(client, "123456").status_code == 400
    assert code(client, "1a2b-3c4d-5e6f").status_code == 400


def test_of_those_who_send_one_recovery_code_at_once_one_comes_in(browser: FlaskClient, app: Flask) -> None:
    _, codes = turn_on(browser)
    thieves = [app.test_client() for _ in range(3)]
    for thief in thieves:
        password(thief)
    with ThreadPoolExecutor(3) as at_once:
        answers = list(at_once.map(lambda thief: code(thief, codes[0]).status_code, thieves))
    assert sorted(answers) == [302, 400, 400]
