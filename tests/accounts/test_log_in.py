"""Logging in and out."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Literal

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from byline.accounts import attempts, passwords
from byline.accounts.models import LoginSession, User
from byline.kernel import clock
from byline.kernel.db import Database
from tests.factories import PASSWORD, LogIn, MakeUser

WRONG = "do not go together"


pytestmark = pytest.mark.usefixtures("unlimited")


def enter(client: FlaskClient, email: str = "ada@example.org", password: str = PASSWORD, **more: str) -> TestResponse:
    return client.post("/auth/login", data={"email": email, "password": password, **more})


def cookie_of(answer: TestResponse) -> str:
    return next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("session="))


def words_of(answer: TestResponse) -> str:
    """The page without its form token, which differs each time."""
    return re.sub(r'(name="csrf_token" value=)"[^"]*"', r"\1", answer.text)


class CountingHasher(PasswordHasher):
    """Counts how often a password is compared with a hash, which is what takes the time."""

    count = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  (its name there)
        CountingHasher.count += 1
        return super().verify(hash, password)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@example.org", "not it at all"),
        ("ada", "not it at all"),
        ("nobody@example.org", PASSWORD),
        ("nobody", PASSWORD),
        ("", ""),
        ("ada", ""),
        ("@", PASSWORD),
        ("a\0da", PASSWORD),
        ("ada", PASSWORD + "\0"),
        ("ada", "x" * 200_000),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(
    client: FlaskClient, make_user: MakeUser, email: str, password: str
) -> None:
    make_user("ada")
    answer = enter(client, email, password)
    assert answer.status_code == 400
    assert WRONG in answer.text
    assert client.get("/settings/security").location.startswith("/auth/login")


@pytest.mark.parametrize("as_", ["{}@example.org", "{}"])
def test_nobody_learns_whether_an_account_exists(
    client: FlaskClient, make_user: MakeUser, monkeypatch: pytest.MonkeyPatch, as_: str
) -> None:
    for name, columns in (
        ("ada", {}),
        ("locked", {"locked_until": clock.now() + timedelta(hours=1)}),
        ("keyonly", {"password": None}),
        ("gone", {"active": False}),
        ("unclaimed", {"claimed": False, "password": None}),
        ("waiting", {"confirmed_at": None}),
    ):
        make_user(name, **columns)
    monkeypatch.setattr(passwords, "HASHER", CountingHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobodys_hash.cache_clear()
    seen = set()
    for name in ("ada", "locked", "keyonly", "gone", "unclaimed", "waiting", "nobody"):
        CountingHasher.count = 0
        answer = enter(client, as_.format(name), "not it at all")
        seen.add((answer.status_code, words_of(answer).replace(as_.format(name), "…"), CountingHasher.count))
    passwords._nobodys_hash.cache_clear()
    assert len(seen) == 1


@pytest.mark.parametrize("who", ["ada@example.org", "ADA@Example.org", " ada@example.org", "ada", "Ada", " ada "])
def test_address_and_username_open_the_door_in_any_case(client: FlaskClient, make_user: MakeUser, who: str) -> None:
    make_user("ada")
    assert enter(client, who).location == "/"
    assert client.get("/settings/security").status_code == 200


def test_a_program_may_send_the_username_under_its_name(client: FlaskClient, make_user: MakeUser) -> None:
    make_user("ada")
    assert client.post("/auth/login", data={"username": "ada", "password": PASSWORD}).status_code == 302


def test_an_account_that_only_claims_an_address_is_found_by_it_too(client: FlaskClient, make_user: MakeUser) -> None:
    make_user("grace", email="ada@example.org", password=None)
    make_user("ada", email=None, pending_email="ada@example.org", confirmed=False)
    assert enter(client).status_code == 302
    assert "ada@example.org" in client.get("/auth/unconfirmed").text


def test_next_leads_back_and_never_away(client: FlaskClient, make_user: MakeUser) -> None:
    make_user("ada")
    assert client.get("/settings/sessions").location == "/auth/login?next=/settings/sessions"
    assert enter(client, next="/settings/sessions").location == "/settings/sessions"
    for evil in ("//evil.example", "/\\evil.example", "https://evil.example", "/%09/evil.example"):
        assert enter(client, next=evil).location == "/"
        assert "evil" not in client.get("/auth/register", query_string={"next": evil}).headers["Location"]


def test_a_member_who_is_in_goes_on(client: FlaskClient, make_user: MakeUser) -> None:
    make_user("ada")
    enter(client)
    assert client.get("/auth/login?next=/settings/data").location == "/settings/data"


def test_the_cookie_ends_with_the_browser_unless_asked_to_stay(client: FlaskClient, make_user: MakeUser) -> None:
    make_user("ada")
    brief, lasting = cookie_of(enter(client)), cookie_of(enter(client, remember="y"))
    assert "Expires" not in brief
    assert "Max-Age" not in brief
    assert "Expires" in lasting
    for cookie in (brief, lasting):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


def test_the_cookie_insists_on_tls_where_the_site_has_it(app: Flask, make_user: MakeUser) -> None:
    make_user("ada")
    app.config["SESSION_COOKIE_SECURE"] = True
    assert "Secure" in cookie_of(enter(app.test_client()))


def test_a_planted_session_opens_nothing(client: FlaskClient, make_user: MakeUser, database: Database) -> None:
    make_user("ada")
    with client.session_transaction() as planted:
        planted["_user_id"] = "a token the thief knows"
        planted["more"] = "of the thief's"
    enter(client)
    with client.session_transaction() as kept:
        assert kept["_user_id"] != "a token the thief knows"
        assert "more" not in kept


def test_the_token_itself_is_not_in_the_database(client: FlaskClient, make_user: MakeUser, database: Database) -> None:
    make_user("ada")
    enter(client)
    with client.session_transaction() as kept, database.unit_of_work(write=False) as session:
        assert session.scalars(select(LoginSession.token_digest)).one() != kept["_user_id"]


def test_logging_out_takes_a_post_and_ends_the_session(
    client: FlaskClient, make_user: MakeUser, database: Database
) -> None:
    make_user("ada")
    enter(client)
    assert client.get("/auth/logout").status_code == 405
    copied = client.get_cookie("session")
    assert client.post("/auth/logout").location == "/"
    assert copied is not None
    client.set_cookie("session", copied.value)
    assert client.get("/settings/security").location.startswith("/auth/login")
    with database.unit_of_work(write=False) as session:
        assert session.scalars(select(LoginSession)).all() == []


def test_a_suspended_member_is_told_why_once_the_password_is_right(client: FlaskClient, make_user: MakeUser) -> None:
    make_user("ada", suspended_at=clock.now(), suspension_reason="Sold shoes.", active=False)
    assert "Sold shoes" not in enter(client, password="not it at all").text
    answer = enter(client)
    assert answer.status_code == 403
    assert "suspended" in answer.text
    assert "Sold shoes." in answer.text


def test_a_member_who_is_leaving_may_come_back(client: FlaskClient, make_user: MakeUser) -> None:
    make_user("ada", deletion_asked_at=clock.now())
    assert enter(client).status_code == 302


def test_ten_wrong_tries_rest_the_account_without_saying_so(
    client: FlaskClient, make_user: MakeUser, database: Database
) -> None:
    ada = make_user("ada")
    with clock.frozen(clock.now()):
        refusals = {words_of(enter(client, password="not it at all")) for _ in range(attempts.MOST)}
        refusals.add(words_of(enter(client)))
        assert len(refusals) == 1
        with database.unit_of_work(write=False) as session:
            kept = session.get(User, ada.id)
        assert kept is not None
        assert kept.locked_until == clock.now() + attempts.REST
        clock.advance(attempts.REST.total_seconds() + 1)
        assert enter(client).status_code == 302


def test_the_right_password_forgets_the_wrong_ones(
    client: FlaskClient, make_user: MakeUser, database: Database
) -> None:
    ada = make_user("ada", failed_logins=attempts.MOST - 1)
    enter(client)
    with database.unit_of_work(write=False) as session:
        kept = session.get(User, ada.id)
    assert kept is not None
    assert kept.failed_logins == 0


def test_an_old_hash_is_renewed_on_the_way(client: FlaskClient, make_user: MakeUser, database: Database) -> None:
    ada = make_user("ada")
    enter(client)
    with database.unit_of_work(write=False) as session:
        kept = session.get(User, ada.id)
    assert kept is not None
    assert kept.password != ada.password
    assert "m=19456,t=2,p=1" in str(kept.password)


def test_one_address_may_not_try_for_ever(app: Flask, client: FlaskClient) -> None:
    app.config["RATE_LIMITS"] = True
    answers = [enter(client, "nobody").status_code for _ in range(11)]
    assert answers == [400] * 10 + [429]


def test_log_in_pages_are_the_only_ones_that_leave_a_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/").headers


def test_only_wrong_tries_count_against_an_address(app: Flask, client: FlaskClient, make_user: MakeUser) -> None:
    app.config["RATE_LIMITS"] = True
    make_user("ada")
    assert {enter(client).status_code for _ in range(20)} == {302}
    assert [enter(client, "nobody").status_code for _ in range(11)] == [400] * 10 + [429]
    assert enter(client).status_code == 429


def test_a_whole_network_of_version_six_counts_as_one(app: Flask, client: FlaskClient) -> None:
    app.config["RATE_LIMITS"] = True
    answers = [
        client.post(
            "/auth/login", data={"email": "nobody", "password": "x"}, environ_base={"REMOTE_ADDR": f"2001:db8::{n:x}"}
        ).status_code
        for n in range(11)
    ]
    assert answers[-1] == 429
    assert enter(client, "nobody").status_code == 400


def test_a_mailbox_is_not_filled_from_here(app: Flask) -> None:
    app.config["RATE_LIMITS"] = True
    answers = [
        app.test_client()
        .post("/auth/reset", data={"email": address}, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"})
        .status_code
        for number, address in enumerate(["ada@example.org"] * 6 + ["ADA@example.org "] * 5)
    ]
    assert answers == [303] * 10 + [429]


@pytest.mark.parametrize("joins", [True, False])
def test_neither_joining_nor_changing_fills_a_mailbox(
    app: Flask, make_user: MakeUser, log_in: LogIn, *, joins: bool
) -> None:
    app.config["RATE_LIMITS"] = True
    browser = log_in(make_user("ada"))
    answers = []
    for number in range(11):
        address = ("grace@example.org", " Grace@EXAMPLE.org", "grace@\uff45xample.org")[number % 3]
        form = {"email": address, "username": f"member{number}", "password": PASSWORD, "password_confirm": PASSWORD}
        origin = {"REMOTE_ADDR": f"192.0.2.{number}"}
        asks = app.test_client() if joins else browser
        path = "/auth/register" if joins else "/auth/change-email"
        answers.append(asks.post(path, data=form, environ_base=origin).status_code)
    assert answers == [302] * 10 + [429]
    assert app.test_client().post("/auth/reset", data={"email": "grace@example.org"}).status_code == 429


def test_every_wrong_try_writes_as_often(
    client: FlaskClient, make_user: MakeUser, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_user("ada")
    make_user("grace", locked_until=clock.now() + timedelta(minutes=5))
    make_user("ghost", claimed=False)
    commits: list[object] = []
    event.listen(database.writer, "commit", commits.append)

    def written(who: str) -> int:
        commits.clear()
        assert enter(client, who, "not it at all").status_code == 400
        return len(commits)

    # How many it is differs between the databases: on PostgreSQL a read ends with a commit too.
    assert len({written(who) for who in ("ada", "grace", "ghost", "nobody")}) == 1
    assert len({written(f"{who}@example.org") for who in ("ada", "grace", "ghost", "nobody")}) == 1


def test_hashing_holds_no_lock(client: FlaskClient, make_user: MakeUser, monkeypatch: pytest.MonkeyPatch) -> None:
    from byline.kernel import db

    make_user("ada")
    seen: list[bool] = []
    fits = passwords.fits

    def looking(member: User | None, written: str) -> bool:
        seen.append(db.session().in_transaction())
        return fits(member, written)

    monkeypatch.setattr(passwords, "fits", looking)
    assert enter(client).status_code == 302
    assert seen == [False, False]
