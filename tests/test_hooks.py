"""The life of a request: what is committed, what is refused, what strangers get."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, Response, make_response
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Session

from byline import hooks
from byline.accounts.models import Role
from byline.kernel import db
from byline.kernel.db import Database
from byline.kernel.errors import Conflict, Invalid, NotAllowed, NotAuthenticated, NotFound, TooMany
from byline.web import pagecache, throttle
from tests.factories import MakeUser, browser_of

REFUSALS = {
    "invalid": (Invalid("odd", "That is odd."), 400),
    "forbidden": (NotAllowed("no", "You may not."), 403),
    "missing": (NotFound(), 404),
    "conflict": (Conflict("late", "Somebody was faster."), 409),
    "often": (TooMany("often", "Too often.", retry_after_seconds=7), 429),
}
ALSO_TO_SENDERS = REFUSALS | {"stranger": (NotAuthenticated("log-in-first", "Log in to write."), 401)}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.config["TESTING"] = False

    @app.post("/probe/write/<name>")
    def write(name: str) -> tuple[str, int]:
        db.session().add(Role(name=name))
        db.after_settling(lambda: db.session().add(Role(name=f"{name} tried")))
        return "", 403 if name == "refused" else 204

    @app.get("/probe/read-that-writes")
    def read_that_writes() -> str:
        db.session().add(Role(name="sneaky"))
        db.session().flush()
        return ""

    @app.route("/probe/refuse/<kind>", methods=["GET", "POST"])
    def refuse(kind: str) -> str:
        raise ALSO_TO_SENDERS[kind][0]

    @app.get("/probe/broken-database")
    def broken_database() -> str:
        db.session().execute(text("SELECT 1"))
        return ""

    @app.get("/probe/broken")
    def broken() -> str:
        raise RuntimeError("a secret detail")

    @app.post("/probe/limited")
    @throttle.limit("2 per minute")
    def limited() -> Response:
        return make_response("", 204)

    @app.get("/probe/public")
    @pagecache.for_strangers
    def public() -> str:
        return "roles: " + ", ".join(sorted(db.session().scalars(select(Role.name))))

    return app.test_client()


def names(database: Database) -> set[str]:
    with database.unit_of_work(write=False) as reading:
        return set(reading.scalars(select(Role.name)))


def test_a_change_that_succeeded_is_committed(client: FlaskClient, database: Database) -> None:
    assert client.post("/probe/write/kept").status_code == 204
    assert {"kept", "kept tried"} <= names(database)


def test_a_refused_change_is_rolled_back_but_what_outlives_it_stays(client: FlaskClient, database: Database) -> None:
    assert client.post("/probe/write/refused").status_code == 403
    assert "refused" not in names(database)
    assert "refused tried" in names(database)


def test_a_get_cannot_write(client: FlaskClient, database: Database) -> None:
    assert client.get("/probe/read-that-writes").status_code >= 500
    assert "sneaky" not in names(database)


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_refusal_has_its_status_and_sentence_for_people_and_programs(client: FlaskClient, kind: str) -> None:
    error, status = REFUSALS[kind]
    page = client.get(f"/probe/refuse/{kind}", headers={"Accept": "text/html"})
    assert page.status_code == status
    assert error.message in page.text
    problem = client.get(f"/probe/refuse/{kind}", headers={"Accept": "application/json"})
    assert problem.status_code == status
    assert problem.content_type == "application/problem+json"
    assert problem.json is not None
    assert problem.json["code"] == error.code


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize(
    "path", ["/auth/reset/secret", "/auth/reset/secret/", "/auth/reset/secret/more", "/auth/first/secret"]
)
def test_the_log_does_not_hold_links_from_mails(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    lines: list[dict[str, object]] = []
    monkeypatch.setattr(hooks, "log", SimpleNamespace(info=lambda _event, **said: lines.append(said)))
    client.open(path, method=method)
    assert str(lines[0]["path"]).startswith("/auth/")
    assert "secret" not in str(lines)


def test_being_too_often_says_when_to_come_back(client: FlaskClient) -> None:
    assert client.get("/probe/refuse/often").headers["Retry-After"] == "7"


def test_an_unhandled_error_is_a_page_without_details(client: FlaskClient) -> None:
    answer = client.get("/probe/broken")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/nothing-is-here", "/probe/broken-database"])
@pytest.mark.parametrize("away", [OperationalError("SELECT 1", {}, OSError("gone")), NoConnectionFree("none is free")])
def test_a_page_without_its_database_says_so(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, path: str, away: Exception
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise away

    monkeypatch.setattr(Session, "execute", refuse)
    monkeypatch.setattr(Session, "scalar", refuse)
    answer = client.get(path)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "try again in a moment" in answer.text


def test_a_limit_refuses_what_is_beyond_it(client: FlaskClient) -> None:
    assert [client.post("/probe/limited").status_code for _ in range(3)] == [204, 204, 429]


def test_an_unsafe_request_without_a_token_is_refused(client: FlaskClient, app: Flask, database: Database) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert client.post("/probe/write/forged").status_code == 400
    assert "forged" not in names(database)
    assert 'name="csrf_token"' in client.get("/auth/login").text


def test_a_stale_form_comes_back_with_what_was_typed(client: FlaskClient, app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    typed = {"body": "an hour of <b>work</b>", "password": "never shown", "csrf_token": "old"}
    answer = client.post("/probe/write/x", data=typed, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 400
    assert "an hour of &lt;b&gt;work&lt;/b&gt;" in answer.text
    assert "never shown" not in answer.text
    foreign = client.post("/probe/write/x", data=typed, headers={"Sec-Fetch-Site": "cross-site"})
    assert "an hour of" not in foreign.text


@pytest.mark.parametrize(
    ("origin", "is_ours"),
    [
        ("http://localhost", True),
        ("http://localhost.evil.example", False),
        ("http://localhost:81", False),
        ("https://localhost", False),
        ("null", False),
        ("", False),
    ],
)
def test_a_stale_form_comes_back_only_to_a_page_of_this_site(
    client: FlaskClient, app: Flask, origin: str, *, is_ours: bool
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post("/probe/write/x", data={"body": "an hour of work"}, headers={"Origin": origin})
    assert ("an hour of work" in answer.text) is is_ours


def test_a_program_gets_its_stale_form_back_too(client: FlaskClient, app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert "an hour of work" in client.post("/probe/write/x", data={"body": "an hour of work"}).text


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_stale_form_says_so_to_scripts_that_ask_for_a_page_as_well(
    client: FlaskClient, app: Flask, accept: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post("/probe/write/x", headers={"Accept": accept})
    assert answer.headers["Byline-Refusal"] == "stale-form"


@pytest.mark.parametrize(("kind", "gives_back"), [("often", True), ("stranger", True), ("forbidden", False)])
def test_a_passing_refusal_loses_no_text(client: FlaskClient, kind: str, *, gives_back: bool) -> None:
    answer = client.post(f"/probe/refuse/{kind}", data={"title": "Kept", "body": "an hour of work"})
    assert answer.status_code == ALSO_TO_SENDERS[kind][1]
    assert ("an hour of work" in answer.text) is gives_back


def test_a_page_for_strangers_is_kept_until_content_changes(client: FlaskClient, database: Database) -> None:
    first = client.get("/probe/public")
    assert "Set-Cookie" not in first.headers
    assert "public" in first.headers["Cache-Control"]
    with database.unit_of_work() as working:
        working.add(Role(name="Quiet"))
    assert client.get("/probe/public").text == first.text
    with database.unit_of_work():
        db.content_changed()
    assert "Quiet" in client.get("/probe/public").text


def test_a_page_for_strangers_has_validators(client: FlaskClient) -> None:
    first = client.get("/probe/public")
    for _ in range(2):
        again = client.get("/probe/public", headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        assert again.data == b""


def test_a_kept_page_is_compressed_for_those_who_take_it(client: FlaskClient) -> None:
    plain = client.get("/probe/public")
    packed = client.get("/probe/public", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert plain.headers.get("Content-Encoding") is None
    assert packed.headers["ETag"] == plain.headers["ETag"]


def test_no_transaction_waits_for_a_slow_sender(app: Flask, database: Database, make_user: MakeUser) -> None:
    engine, open_while_read = database.writer, []

    class SlowBody(io.BytesIO):
        def readinto(self, room: Any, /) -> int:
            open_while_read.append(engine.pool.checkedout())  # type: ignore[attr-defined]
            return super().readinto(room)

    sent = b"name=x"
    here = browser_of(app, make_user("ada"))
    here.post(
        "/settings/profile",
        input_stream=SlowBody(sent),
        content_length=len(sent),
        content_type="application/x-www-form-urlencoded",
    )
    assert open_while_read
    assert not any(open_while_read)


def test_the_session_is_given_back_after_every_request(client: FlaskClient) -> None:
    client.get("/probe/broken")
    client.get("/probe/public")
    with pytest.raises(RuntimeError):
        db.session().execute(text("SELECT 1"))
