"""The one-time link of the first start, and members made from the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from byline import cli
from byline.accounts import first_start, invitations, roles
from byline.accounts.models import AuditEntry, User
from byline.kernel import clock
from byline.kernel.access import SYSTEM
from byline.kernel.db import Database
from byline.kernel.settings import Registration, Settings
from tests.factories import PASSWORD, LogIn, MakeUser, Outbox

ADA = {"email": "ada@example.org", "username": "ada", "password": PASSWORD, "password_confirm": PASSWORD}


def only_user(database: Database) -> User:
    with database.unit_of_work(write=False) as session:
        return session.scalars(select(User)).one()


@pytest.fixture
def link(database: Database, settings: Settings) -> str:
    with database.unit_of_work():
        made = first_start.new_link(settings)
    assert made is not None
    return made.removeprefix(settings.url)


def test_the_link_makes_the_first_administrator_and_logs_them_in(
    client: FlaskClient, link: str, database: Database
) -> None:
    assert client.get(link).status_code == 200
    assert client.post(link, data=ADA).location == "/"
    ada = only_user(database)
    assert ada.role.name == roles.ADMINISTRATOR
    assert ada.confirmed_at is not None
    assert client.get("/settings/security").status_code == 200


def test_what_cannot_be_used_leaves_the_link_as_it_was(client: FlaskClient, link: str) -> None:
    answer = client.post(link, data=ADA | {"username": "admin", "password": "short"})
    assert answer.status_code == 400
    assert 'value="ada@example.org"' in answer.text
    assert client.post(link, data=ADA).status_code == 302


def test_the_link_works_once(client: FlaskClient, app: Flask, link: str) -> None:
    client.post(link, data=ADA)
    second = app.test_client()
    assert second.get(link).status_code == 410
    assert second.post(link, data=ADA | {"username": "eve", "email": "eve@example.org"}).status_code == 410


def test_a_later_start_replaces_the_link(
    client: FlaskClient, link: str, database: Database, settings: Settings
) -> None:
    with database.unit_of_work():
        first_start.new_link(settings)
    assert client.post(link, data=ADA).status_code == 410


def test_there_is_no_link_once_somebody_administers(
    make_user: MakeUser, database: Database, settings: Settings, client: FlaskClient, link: str
) -> None:
    make_user("grace", role=roles.ADMINISTRATOR)
    with database.unit_of_work():
        assert first_start.new_link(settings) is None
    assert client.post(link, data=ADA).status_code == 410


@pytest.mark.parametrize(("confirmed", "role"), [(True, roles.ADMINISTRATOR), (False, roles.USER)])
def test_the_administrators_address_counts_when_it_is_set_later(
    make_user: MakeUser, database: Database, settings: Settings, confirmed: bool, role: str
) -> None:
    make_user("ada", confirmed=confirmed)
    with database.unit_of_work():
        first_start.appoint(replace(settings, admin_email="ada@example.org"))
    assert only_user(database).role.name == role


class Run(Protocol):
    """Runs `byline user …`."""

    def __call__(self, words: Sequence[str], given: str = "") -> Result: ...


@pytest.fixture
def run(settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("BYLINE_DATA", str(settings.data))
    monkeypatch.setenv("BYLINE_DATABASE_URL", settings.database_url)

    def command(words: Sequence[str], given: str = "") -> Result:
        return CliRunner().invoke(cli.group, ["user", *words], input=given)

    return command


def test_a_member_is_made_with_a_role_and_a_password(run: Run, client: FlaskClient, database: Database) -> None:
    words = ["create", "Ada@Example.org", "ada", "--role", "administrator", "--confirmed", "--password-stdin"]
    answer = run(words, PASSWORD + "\n")
    assert answer.exit_code == 0, answer.output
    ada = only_user(database)
    assert (ada.email, ada.role.name) == ("ada@example.org", roles.ADMINISTRATOR)
    assert client.post("/auth/login", data={"email": "ada", "password": PASSWORD}).location == "/"
    assert client.get("/settings/security").status_code == 200


def test_without_a_password_a_link_is_sent(run: Run, client: FlaskClient, outbox: Outbox) -> None:
    assert run(["create", "ada@example.org", "ada"]).exit_code == 0
    assert outbox.link("/auth/reset/")


@pytest.mark.parametrize(
    ("words", "given", "sentence"),
    [
        (["nobody", "ada", "--password-stdin"], PASSWORD, "Write an e-mail address"),
        (["a@example.org", "root", "--password-stdin"], PASSWORD, "kept for the site"),
        (["a@example.org", "GRACE", "--password-stdin"], PASSWORD, "is taken"),
        (["grace@example.org", "ada", "--password-stdin"], PASSWORD, "Another member has this address"),
        (["a@example.org", "ada", "--password-stdin"], "short", "at least 10"),
        (["a@example.org", "ada", "--role", "king", "--password-stdin"], PASSWORD, "no role 'king'"),
    ],
)
def test_a_wrong_word_ends_the_command_with_a_sentence(
    run: Run, make_user: MakeUser, words: list[str], given: str, sentence: str
) -> None:
    make_user("grace")
    answer = run(["create", *words], given)
    assert answer.exit_code == 1
    assert sentence in answer.output


def test_nothing_is_said_to_be_done_that_could_not_be_kept(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = Session.commit

    def commit_without_members(session: Session) -> None:
        if any(isinstance(row, User) for row in session.identity_map.values()):
            raise OperationalError("COMMIT", {}, Exception("database or disk is full"))
        commit(session)

    monkeypatch.setattr(Session, "commit", commit_without_members)
    answer = run(["create", "ada@example.org", "ada", "--password-stdin"], PASSWORD)
    assert answer.exit_code == 1
    assert "database or disk is full" in answer.output
    assert "is a member now" not in answer.output


@pytest.mark.parametrize("who", ["ada", "@Ada", "ADA@example.org"])
def test_a_member_is_promoted_by_name_or_address(run: Run, make_user: MakeUser, database: Database, who: str) -> None:
    make_user("ada")
    assert run(["promote", who]).exit_code == 0
    assert only_user(database).role.name == roles.ADMINISTRATOR
    with database.unit_of_work(write=False) as session:
        assert session.scalars(select(AuditEntry.act)).one() == "member.role"
    assert "no member 'eve'" in run(["promote", "eve"]).output


def test_a_member_is_let_in_again(run: Run, make_user: MakeUser, client: FlaskClient, database: Database) -> None:
    make_user("ada", locked_until=clock.now().replace(year=2200), tf_totp_secret="lost", mf_recovery_codes=["x"])
    assert run(["unlock", "ada", "--without-second-step"]).exit_code == 0
    assert client.post("/auth/login", data={"email": "ada", "password": PASSWORD}).location == "/"


def test_an_invitation_opens_the_door_once_and_proves_its_address(
    app: Flask, settings: Settings, client: FlaskClient, database: Database
) -> None:
    app.extensions["byline.settings"] = replace(settings, registration=Registration.INVITE)
    with app.app_context(), database.unit_of_work():
        _, token = invitations.invite(SYSTEM, email="ada@example.org")
    assert 'value="ada@example.org"' in client.get(f"/auth/register?invitation={token}").text
    assert client.post("/auth/register", data=ADA | {"invitation": token}).location == "/"
    assert only_user(database).confirmed_at is not None
    second = app.test_client()
    answer = second.post("/auth/register", data=ADA | {"invitation": token, "username": "eve"})
    assert answer.status_code == 409
    assert "used" in answer.text


def test_an_unclaimed_author_is_handed_over_with_name_and_address(
    app: Flask, client: FlaskClient, make_user: MakeUser, database: Database, outbox: Outbox
) -> None:
    author = make_user("mara", email=None, password=None, claimed=False, confirmed=False, name="Mara Bos")
    with app.app_context(), database.unit_of_work():
        _, token = invitations.hand_over(SYSTEM, author.id)
    page = client.get(f"/auth/register?invitation={token}").text
    assert "@mara" in page
    assert 'name="username"' not in page
    data = {**ADA, "username": "", "invitation": token}
    assert client.post("/auth/register", data=data).location == "/auth/unconfirmed"
    client.get(outbox.link("/auth/confirm/"))
    mara = only_user(database)
    assert (mara.id, mara.username, mara.email, mara.claimed) == (author.id, "mara", "ada@example.org", True)


def test_a_member_does_not_use_an_invitation_by_accident(
    app: Flask, make_user: MakeUser, log_in: LogIn, database: Database
) -> None:
    with app.app_context(), database.unit_of_work():
        invitation, token = invitations.invite(SYSTEM)
    assert log_in(make_user("grace")).get(f"/auth/register?invitation={token}").location == "/"
    with database.unit_of_work(write=False) as session:
        kept = session.merge(invitation, load=True)
    assert kept.used_at is None
