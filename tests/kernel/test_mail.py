"""Mail: kept as files without a server, handed to a real SMTP server with one, tried again when it is down."""

from __future__ import annotations

import contextlib
import socket
import stat
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from flask import Flask
from sqlalchemy import select

from byline.accounts.messages import RemoveOldSessions
from byline.app import create_app
from byline.kernel import bus, checks, clock, mail
from byline.kernel.checks import State
from byline.kernel.db import Database
from byline.kernel.mail import SendMail
from byline.kernel.settings import Settings
from byline.worker import Worker

LETTER = SendMail("grace@example.org", "Grüße", "Hello, Grace.\n", "<p>Hello, Grace.</p>")


class Post:
    """A server that keeps what it is given, from those who know the password."""

    def __init__(self) -> None:
        self.letters: list[Envelope] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd's name)
        self.letters.append(envelope)
        return "250 OK"


def knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    right = isinstance(given, LoginPassword) and (given.login, given.password) == (b"byline", b"p@ss word")
    return AuthResult(success=right, handled=right)


# Loopback needs no TLS; aiosmtpd warns all the same.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@pytest.fixture
def post() -> Iterator[tuple[Post, str]]:
    """A running SMTP server and its address without a password."""
    handler = Post()
    controller = Controller(
        handler,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=knows,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    yield handler, f"127.0.0.1:{controller.port}"
    controller.stop()


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def with_mail(settings: Settings, address: str) -> Settings:
    return replace(settings, mail_url=f"smtp://byline:p%40ss%20word@{address}")


def test_letter_reaches_a_real_server_with_our_name_and_password(post: tuple[Post, str], settings: Settings) -> None:
    handler, address = post
    mail.deliver(LETTER, with_mail(settings, address))
    (envelope,) = handler.letters
    assert envelope.rcpt_tos == ["grace@example.org"]
    assert isinstance(envelope.content, bytes)
    letter = message_from_bytes(envelope.content, policy=policy.default)
    assert letter["Subject"] == "Grüße"
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    assert letter["Auto-Submitted"] == "auto-generated"


def test_doctor_tells_a_right_password_from_a_wrong_one(
    post: tuple[Post, str], settings: Settings, database: Database
) -> None:
    _, address = post
    assert checks.mail_server(with_mail(settings, address), database).state is State.WELL
    wrong = replace(settings, mail_url=f"smtp://byline:wrong@{address}")
    assert checks.mail_server(wrong, database).state is State.BROKEN


def test_letter_for_a_server_that_is_down_waits_and_arrives_later(
    post: tuple[Post, str], settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("byline.wiring.PERIODIC", ())
    handler, address = post
    with database.unit_of_work():
        bus.enqueue(LETTER)
    Worker(app_of(with_mail(settings, f"127.0.0.1:{free_port()}"), database)).run_due()
    with database.unit_of_work() as session:
        task = session.scalars(select(bus.Task)).one()
        assert (task.attempts, task.dead, "refused" in (task.last_error or "")) == (1, False, True)
        task.run_at = task.created_at
    Worker(app_of(with_mail(settings, address), database)).run_due()
    assert len(handler.letters) == 1


class Hanging:
    """A server that takes connections and never says a word."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._calls: list[socket.socket] = []

    def calls(self) -> int:
        """How many connections were made so far."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self._calls.append(self._socket.accept()[0])
        return len(self._calls)

    def close(self) -> None:
        for one in (self._socket, *self._calls):
            one.close()


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hanging]:
    monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 0.05)
    server = Hanging()
    yield server
    server.close()


def write_letters(database: Database, number: int) -> None:
    with database.unit_of_work():
        for _ in range(number):
            bus.enqueue(LETTER)


def test_a_server_that_hangs_is_tried_once_for_all_letters_and_those_written_meanwhile(
    hanging: Hanging,
    post: tuple[Post, str],
    settings: Settings,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    stopped_clock: object,
) -> None:
    monkeypatch.setattr("byline.wiring.PERIODIC", ())
    worker = Worker(app_of(with_mail(settings, hanging.address), database))
    write_letters(database, 20)
    assert worker.run_due() == 1
    for _ in range(5):
        write_letters(database, 1)
        with database.unit_of_work():
            bus.enqueue(RemoveOldSessions())
        assert worker.run_due() == 1
        clock.advance(2)
    assert hanging.calls() == 1
    calls = []
    for _ in range(60):
        clock.advance(60)
        write_letters(database, 1)
        worker.run_due()
        calls.append(hanging.calls())
    assert calls[-1] == 15  # In an hour: after half a minute, then one, two and four, then every five.
    worker = Worker(app_of(with_mail(settings, post[1]), database))
    clock.advance(6 * 3600)
    worker.run_due()
    assert len(post[0].letters) == 85


def test_letters_go_out_at_once_when_the_server_is_back(
    hanging: Hanging,
    post: tuple[Post, str],
    settings: Settings,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    stopped_clock: object,
) -> None:
    monkeypatch.setattr("byline.wiring.PERIODIC", ())
    app = app_of(with_mail(settings, hanging.address), database)
    worker = Worker(app)
    write_letters(database, 3)
    worker.run_due()
    worker._settings = with_mail(settings, post[1])
    worker.run_due()
    assert post[0].letters == []
    clock.advance(31)
    worker.run_due()
    write_letters(database, 1)
    worker.run_due()
    assert len(post[0].letters) == 4


def app_of(settings: Settings, database: Database) -> Flask:
    return create_app(settings, secret_key="a key for tests, as long as a real one is", database=database)


def test_nothing_is_sent_to_the_people_of_the_demo(post: tuple[Post, str], settings: Settings) -> None:
    handler, address = post
    mail.deliver(replace(LETTER, to="mira@demo.example"), with_mail(settings, address))
    assert handler.letters == []
    assert len(list((settings.data / "outbox").glob("*.eml"))) == 1


def test_without_a_server_letters_are_kept_for_their_owner_alone(settings: Settings) -> None:
    mail.deliver(LETTER, settings)
    (kept,) = (settings.data / "outbox").glob("*.eml")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert b"Hello, Grace." in kept.read_bytes()


@pytest.mark.parametrize("to", ["a@example.org\nBcc: all@example.org", "a@example.org\r\nX: y"])
def test_line_break_in_a_header_is_refused(to: str, settings: Settings) -> None:
    with pytest.raises(ValueError, match=r"linefeed|carriage"):
        mail.compose(replace(LETTER, to=to), settings)
