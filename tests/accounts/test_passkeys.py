"""Passkeys, as far as a test without a browser can go; the journey with a real one is in tests/journeys."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import webauthn
from flask import Flask
from flask.testing import FlaskClient

from byline.accounts.models import User, WebAuthnCredential
from byline.kernel import clock
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from tests.factories import PASSWORD, LogIn, MakeUser

NEW = {"name": "My phone", "password": PASSWORD}
NO_KEY = base64.urlsafe_b64encode(
    b"\xa3cfmtdnonegattStmt\xa0hauthDataX:"
    + hashlib.sha256(b"localhost").digest()
    + b"\x45\0\0\0\0"
    + bytes(16)
    + b"\0\x02AA\x80"
).decode()
"""An answer that was made for this site and holds a list where the key should be."""
NONSENSE = ("", "x", "{}", "[]", "null", '{"id": "x"}', json.dumps({"id": "AA", "rawId": "AA", "type": "public-key"}))


pytestmark = pytest.mark.usefixtures("unlimited")


@pytest.fixture
def browser(ada: User, log_in: LogIn) -> FlaskClient:
    return log_in(ada)


def give_key(database: Database, user: User, name: str = "Old phone", usage: str = "first") -> int:
    with database.unit_of_work() as session:
        key = WebAuthnCredential(
            user_id=user.id,
            name=name,
            credential_id=f"{user.id} {name}".encode(),
            public_key=b"key",
            usage=usage,
            device_type="single_device",
            create_datetime=clock.now(),
            lastuse_datetime=clock.now(),
        )
        session.add(key)
        session.flush()
        return key.id


def options(browser: FlaskClient, **changed: str) -> tuple[int, dict[str, Any]]:
    answer = browser.post(
        "/settings/security/passkeys/options", data=NEW | changed, headers={"Accept": "application/json"}
    )
    return answer.status_code, json.loads(answer.text)


@pytest.mark.parametrize(
    "changed",
    [{"password": "not it at all"}, {"name": ""}, {"name": "x" * 65}, {"name": "a\0b"}, {"name": "OLD  phone"}],
)
def test_what_cannot_become_a_passkey_is_refused(
    browser: FlaskClient, ada: User, database: Database, changed: dict[str, str]
) -> None:
    give_key(database, ada)
    status, told = options(browser, **changed)
    assert status == 400
    assert told["detail"]


def test_a_passkey_that_replaces_the_password_must_know_its_holder(browser: FlaskClient) -> None:
    _, told = options(browser)
    assert told["rp"] == {"name": "Byline", "id": "localhost"}
    assert told["authenticatorSelection"]["userVerification"] == "required"
    assert told["authenticatorSelection"]["residentKey"] == "required"


def test_a_passkey_for_the_second_step_need_not(browser: FlaskClient) -> None:
    _, told = options(browser, only_second_step="y")
    assert told["authenticatorSelection"]["userVerification"] == "discouraged"


def test_a_device_is_not_asked_for_a_second_key(browser: FlaskClient, ada: User, database: Database) -> None:
    give_key(database, ada)
    _, told = options(browser)
    assert len(told["excludeCredentials"]) == 1


@pytest.mark.parametrize("credential", [*NONSENSE, "[" * 100_000, '{"a":' * 100_000], ids=lambda sent: sent[:20])
def test_nonsense_is_refused_with_a_sentence(browser: FlaskClient, client: FlaskClient, credential: str) -> None:
    options(browser)
    assert browser.post("/settings/security/passkeys", data={"credential": credential}).status_code == 400
    client.post("/auth/passkey/options")
    answer = client.post("/auth/passkey", data={"credential": credential})
    assert answer.status_code == 400
    assert "passkey" in answer.text


def answer_to(told: dict[str, Any], attested: str) -> str:
    asked = {"type": "webauthn.create", "challenge": told["challenge"], "origin": "http://localhost"}
    said = base64.urlsafe_b64encode(json.dumps(asked).encode()).decode().rstrip("=")
    response = {"clientDataJSON": said, "attestationObject": attested.rstrip("=")}
    return json.dumps({"id": "QUE", "rawId": "QUE", "type": "public-key", "response": response})


def test_an_answer_without_a_key_is_refused(browser: FlaskClient) -> None:
    _, told = options(browser, only_second_step="y")
    answer = browser.post("/settings/security/passkeys", data={"credential": answer_to(told, NO_KEY)})
    assert answer.status_code == 400
    assert "could not be read" in answer.text


def test_a_passkey_belongs_to_one_account(
    browser: FlaskClient, ada: User, make_user: MakeUser, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_key(database, make_user("grace"))
    made = SimpleNamespace(
        credential_id=b"2 Old phone",
        credential_public_key=b"key",
        sign_count=0,
        credential_backed_up=False,
        credential_device_type=SimpleNamespace(value="single_device"),
    )
    monkeypatch.setattr(webauthn, "verify_registration_response", lambda **_: made)
    options(browser)
    answer = browser.post("/settings/security/passkeys", data={"credential": "{}"})
    assert answer.status_code == 400
    assert "is known already" in answer.text
    assert browser.get("/settings/security").text.count("Old phone") == 0


def test_an_answer_nobody_asked_for_is_refused(client: FlaskClient) -> None:
    assert "too long" in client.post("/auth/passkey", data={"credential": "{}"}).text


def test_the_log_in_page_names_nobodys_passkeys(client: FlaskClient, ada: User, database: Database) -> None:
    give_key(database, ada)
    told = json.loads(client.post("/auth/passkey/options").text)
    assert told["allowCredentials"] == []
    assert told["userVerification"] == "required"


def test_a_passkey_only_for_the_second_step_asks_for_it(client: FlaskClient, ada: User, database: Database) -> None:
    give_key(database, ada, usage="secondary")
    answer = client.post("/auth/login", data={"email": "ada", "password": PASSWORD})
    assert answer.location.startswith("/auth/code")
    told = json.loads(client.post("/auth/passkey/options").text)
    assert len(told["allowCredentials"]) == 1
    assert "Use a passkey" in client.get("/auth/code").text


def test_removing_one_takes_the_password_and_ones_own_key(
    browser: FlaskClient, ada: User, make_user: MakeUser, database: Database
) -> None:
    mine, hers = give_key(database, ada), give_key(database, make_user("grace"))
    assert browser.post(f"/settings/security/passkeys/{mine}/remove").status_code == 400
    assert browser.post(f"/settings/security/passkeys/{hers}/remove", data={"password": PASSWORD}).status_code == 404
    assert browser.post(f"/settings/security/passkeys/{mine}/remove", data={"password": PASSWORD}).status_code == 302
    assert "Old phone" not in browser.get("/settings/security").text


def test_a_site_reached_by_a_number_offers_none(app: Flask, settings: Settings, browser: FlaskClient) -> None:
    assert "Add a passkey" in browser.get("/settings/security").text
    app.extensions["byline.settings"] = replace(settings, url="http://127.0.0.1:8000")
    assert "Add a passkey" not in browser.get("/settings/security").text
    assert "passkey" not in app.test_client().get("/auth/login").text
