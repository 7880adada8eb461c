"""Joining the site."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from byline.accounts import roles
from byline.accounts.models import User
from byline.kernel import site
from byline.kernel.db import Database
from byline.kernel.settings import Registration, Settings
from tests.factories import LogIn, MakeUser, Outbox

PASSWORD = "seven restless owls"
ADA = {"email": "ada@example.org", "username": "ada", "password": PASSWORD, "password_confirm": PASSWORD}


def join(client: FlaskClient, **changed: str) -> TestResponse:
    return client.post("/auth/register", data=ADA | changed)


def how_many(database: Database) -> int:
    with database.unit_of_work(write=False) as session:
        return session.scalar(select(func.count()).select_from(User)) or 0


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"email": ""}, "Write an e-mail address"),
        ({"email": "ada"}, "Write an e-mail address"),
        ({"email": "a\0@b.c"}, "Write an e-mail address"),
        ({"username": ""}, "Choose a username"),
        ({"username": "admin"}, "kept for the site"),
        ({"username": ".."}, "begins with a letter"),
        ({"username": "\uff41dmin"}, "begins with a letter"),
        ({"username": "😀"}, "begins with a letter"),
        ({"username": "a\0b"}, "begins with a letter"),
        ({"password": "short", "password_confirm": "short"}, "at least 10"),
        ({"password": "password123", "password_confirm": "password123"}, "many people use it"),
        ({"password_confirm": "something else"}, "differ"),
        ({"password": "a" * 100_000, "password_confirm": "a" * 100_000}, "at most 1024"),
    ],
)
def test_what_cannot_be_used_comes_back_with_a_sentence(
    client: FlaskClient, database: Database, changed: dict[str, str], sentence: str
) -> None:
    answer = join(client, **changed)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert "seven restless owls" not in answer.text
    assert how_many(database) == 0


def test_everything_wrong_is_said_at_once_and_the_form_stays_filled_in(client: FlaskClient) -> None:
    answer = join(client, email="nobody", username="root", password="x", password_confirm="x")
    assert all(words in answer.text for words in ("Write an e-mail", "kept for the site", "at least 10"))
    assert 'value="nobody"' in answer.text
    assert 'value="root"' in answer.text


@pytest.mark.parametrize("name", ["Ada", "ADA", "ada"])
def test_a_name_that_is_taken_is_refused_in_any_case(client: FlaskClient, make_user: MakeUser, name: str) -> None:
    make_user("ada", email="first@example.org")
    assert "is taken" in join(client, username=name).text


def test_a_name_that_looks_like_another_is_refused(client: FlaskClient, app: Flask) -> None:
    assert join(client, username="paul").status_code == 302
    assert "looks like one" in join(app.test_client(), email="x@example.org", username="pau1").text


def test_a_new_member_is_in_at_once_and_is_shown_how_to_confirm(
    client: FlaskClient, outbox: Outbox, database: Database
) -> None:
    answer = join(client, email="Ada@Example.ORG")
    assert (answer.status_code, answer.location) == (302, "/auth/unconfirmed")
    assert "ada@example.org" in client.get("/auth/unconfirmed").text
    assert client.get("/settings/security").location == "/auth/unconfirmed"
    with database.unit_of_work(write=False) as session:
        ada = session.scalars(select(User)).one()
    assert (ada.email, ada.username, ada.role.name, ada.confirmed_at) == ("ada@example.org", "ada", roles.USER, None)
    assert ada.password is not None
    assert ada.password.startswith("$argon2id$")
    [message] = outbox.deliver()
    assert (message["To"], message["Subject"]) == ("ada@example.org", "Confirm your e-mail address")


def test_a_member_who_is_in_does_not_register_again(make_user: MakeUser, log_in: LogIn, database: Database) -> None:
    browser = log_in(make_user("grace"))
    assert join(browser).location == "/"
    assert browser.get("/auth/register").location == "/"
    assert how_many(database) == 1


def test_an_address_that_has_an_account_is_told_only_by_mail(
    client: FlaskClient, make_user: MakeUser, outbox: Outbox, database: Database
) -> None:
    owner = make_user("grace", email="ada@example.org")
    answer = join(client)
    assert (answer.status_code, answer.location) == (302, "/auth/unconfirmed")
    [message] = outbox.deliver()
    assert message["Subject"] == "You have an account at Byline"
    assert "/auth/confirm" not in message.as_string()
    with database.unit_of_work(write=False) as session:
        assert session.scalars(select(User.id).where(User.email == "ada@example.org")).all() == [owner.id]


def test_an_address_belongs_to_whoever_proves_it(
    client: FlaskClient, app: Flask, outbox: Outbox, database: Database
) -> None:
    join(client, username="impostor")
    owner = app.test_client()
    join(owner, username="ada")
    link = outbox.link("/auth/confirm/")
    assert "@ada" in owner.get(link, follow_redirects=True).text
    with database.unit_of_work(write=False) as session:
        found = {row.username: row.email for row in session.execute(select(User.username, User.email))}
    assert found == {"ada": "ada@example.org", "impostor": None}


def join_at_once(app: Flask, wishes: list[dict[str, str]]) -> list[int]:
    """Send one form each from as many browsers, all at the same moment."""
    app.config["RATE_LIMITS"] = False
    with ThreadPoolExecutor(len(wishes)) as at_once:
        return sorted(at_once.map(lambda wish: join(app.test_client(), **wish).status_code, wishes))


def test_of_those_who_want_one_name_at_once_one_gets_it(app: Flask, database: Database) -> None:
    answers = join_at_once(app, [{"email": f"ada{number}@example.org"} for number in range(4)])
    assert answers == [302, 400, 400, 400]
    assert how_many(database) == 1


def test_those_who_give_one_address_at_once_get_an_account_each_and_one_has_the_address(
    app: Flask, database: Database
) -> None:
    assert join_at_once(app, [{"username": name} for name in ("ada", "grace", "jean")]) == [302, 302, 302]
    with database.unit_of_work(write=False) as session:
        assert len(session.scalars(select(User).where(User.email == "ada@example.org")).all()) == 1


@pytest.mark.parametrize("rule", [Registration.INVITE, Registration.CLOSED])
def test_a_closed_door_says_so(app: Flask, settings: Settings, database: Database, rule: Registration) -> None:
    site.declare(database, replace(settings, registration=rule))
    client = app.test_client()
    assert client.get("/auth/register").status_code == 403
    assert join(client).status_code == 403
    assert how_many(database) == 0
    assert "Join" not in client.get("/auth/login").text


def test_registering_is_limited(client: FlaskClient) -> None:
    answers = [join(client, username="").status_code for _ in range(31)]
    assert answers == [400] * 30 + [429]
