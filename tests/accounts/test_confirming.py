"""Proving that an address is one's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from byline.accounts import roles
from byline.accounts.models import User
from byline.kernel import clock
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from tests.factories import LogIn, MakeUser, Outbox


def again(database: Database, user: User) -> User:
    with database.unit_of_work(write=False) as session:
        found = session.get(User, user.id)
    assert found is not None
    return found


@pytest.fixture
def ada(make_user: MakeUser) -> User:
    return make_user("ada", confirmed=False)


@pytest.fixture
def link(ada: User, log_in: LogIn, outbox: Outbox) -> str:
    log_in(ada).post("/auth/confirm")
    return outbox.link("/auth/confirm/")


def test_a_machine_that_only_looks_confirms_nothing(
    client: FlaskClient, ada: User, link: str, database: Database
) -> None:
    page = client.get(link)
    assert page.status_code == 200
    assert "ada@example.org" in page.text
    assert again(database, ada).confirmed_at is None


def test_one_click_confirms(client: FlaskClient, ada: User, link: str, database: Database) -> None:
    assert client.post(link).location == "/auth/login"
    assert again(database, ada).confirmed_at is not None


def test_opening_it_where_one_is_logged_in_confirms_at_once(
    ada: User, log_in: LogIn, link: str, database: Database
) -> None:
    browser = log_in(ada)
    assert browser.get(link).location == "/"
    assert again(database, ada).confirmed_at is not None
    assert browser.get("/auth/unconfirmed").location == "/"


def test_somebody_elses_browser_is_asked_first(
    make_user: MakeUser, log_in: LogIn, ada: User, link: str, database: Database
) -> None:
    assert log_in(make_user("grace")).get(link).status_code == 200
    assert again(database, ada).confirmed_at is None


def test_a_used_link_says_so(client: FlaskClient, link: str) -> None:
    client.post(link)
    answer = client.get(link)
    assert answer.status_code == 410
    assert "nothing left to do" in answer.text
    assert client.post(link).status_code == 410


def test_an_old_link_offers_a_new_one(client: FlaskClient, ada: User, log_in: LogIn, outbox: Outbox) -> None:
    with clock.frozen(clock.now()):
        log_in(ada).post("/auth/confirm")
        link = outbox.link("/auth/confirm/")
        clock.advance(timedelta(days=3, seconds=2).total_seconds())
        answer = client.post(link)
    assert answer.status_code == 410
    assert "too old" in answer.text
    assert "/auth/confirm" in answer.text


@pytest.mark.parametrize("token", ["x", "a.b.c", "%01", "é", "x" * 3000])
def test_a_link_that_never_was_one_says_so(client: FlaskClient, token: str) -> None:
    assert client.get(f"/auth/confirm/{token}").status_code == 410


def test_a_link_for_one_thing_opens_nothing_else(client: FlaskClient, link: str) -> None:
    assert client.get(link.replace("/auth/confirm/", "/auth/reset/")).status_code == 410
    assert client.get(link.replace("/auth/confirm/", "/auth/object/")).status_code == 410


def test_the_link_is_sent_again_to_whom_it_concerns(
    client: FlaskClient, ada: User, make_user: MakeUser, outbox: Outbox
) -> None:
    make_user("grace")
    bodies = {
        client.post("/auth/confirm", data={"email": address}, follow_redirects=True).text.replace(address, "…")
        for address in ("ada@example.org", "grace@example.org", "nobody@example.org")
    }
    assert len(bodies) == 1
    assert [message["To"] for message in outbox.deliver()] == ["ada@example.org"]


def test_what_is_no_address_comes_back(client: FlaskClient) -> None:
    answer = client.post("/auth/confirm", data={"email": "nobody"})
    assert answer.status_code == 400
    assert 'value="nobody"' in answer.text


def test_the_administrators_address_makes_one_only_once_it_is_confirmed(
    app: Flask, settings: Settings, client: FlaskClient, outbox: Outbox, database: Database
) -> None:
    app.extensions["byline.settings"] = replace(settings, admin_email="ada@example.org")
    secret = "seven restless owls"
    client.post(
        "/auth/register",
        data={"email": "ADA@example.org", "username": "ada", "password": secret, "password_confirm": secret},
    )
    with database.unit_of_work(write=False) as session:
        ada = session.query(User).one()
    assert ada.role.name == roles.USER
    client.get(outbox.link("/auth/confirm/"))
    assert again(database, ada).role.name == roles.ADMINISTRATOR


def test_a_mistyped_address_can_be_mended_before_it_is_confirmed(
    ada: User, log_in: LogIn, outbox: Outbox, database: Database
) -> None:
    from tests.factories import PASSWORD

    browser = log_in(ada)
    browser.post("/auth/change-email", data={"email": "ada@right.example", "password": PASSWORD})
    assert "ada@right.example" in browser.get("/auth/unconfirmed").text
    browser.get(outbox.link("/auth/confirm/"))
    assert again(database, ada).email == "ada@right.example"


@pytest.mark.parametrize(
    ("admin_email", "is_told"), [("owner@example.org", True), ("", False), ("ada@example.org", False)]
)
def test_the_administrator_is_told_of_a_new_member(
    app: Flask, settings: Settings, client: FlaskClient, link: str, outbox: Outbox, *, admin_email: str, is_told: bool
) -> None:
    app.extensions["byline.settings"] = replace(settings, admin_email=admin_email)
    assert client.post(link).status_code == 302
    told = [str(mail["To"]) for mail in outbox.deliver() if "has joined" in str(mail["Subject"])]
    assert told == ([admin_email] if is_told else [])
