"""Letters and a real SMTP server: one that is down for an hour, one that refuses, and what administrators see of it."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from byline.accounts import roles
from byline.accounts.models import User
from byline.app import create_app
from byline.kernel import bus, clock
from byline.kernel.bus import Task
from byline.kernel.db import Database
from byline.kernel.mail import SendMail
from byline.kernel.settings import Settings
from byline.posts.messages import PublishDue
from byline.posts.models import Post, PostState
from byline.worker import MOST_ATTEMPTS, Worker
from tests.conftest import SECRET_KEY
from tests.factories import LogIn, MakePost, MakeUser
from tests.notifications.conftest import Say

pytestmark = pytest.mark.usefixtures("unlimited", "stopped_clock")
HOUR = 3600


class MailServer:
    """An SMTP server on a port of its own that can be down, and that refuses whom it is told to."""

    def __init__(self) -> None:
        with socket.socket() as trial:
            trial.bind(("127.0.0.1", 0))
            self.port = int(trial.getsockname()[1])
        self.letters: list[EmailMessage] = []
        self.refusals: dict[str, str] = {}
        self.asked = 0
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        self.asked += 1
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd names it)
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A server that is down until it is started."""
    made = MailServer()
    yield made
    made.stop()


@pytest.fixture
def settings(settings: Settings, server: MailServer) -> Settings:
    return replace(settings, mail_url=server.url)


@pytest.fixture
def worker(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Worker:
    monkeypatch.setattr("byline.wiring.PERIODIC", ())
    return Worker(app)


@pytest.fixture
def work(worker: Worker) -> Callable[[float], None]:
    """Let the worker work for some time, looking every half minute."""

    def for_seconds(seconds: float) -> None:
        for _ in range(int(seconds // 30) + 1):
            worker.run_due()
            clock.advance(30)

    return for_seconds


@pytest.fixture
def admin(make_user: MakeUser, log_in: LogIn) -> FlaskClient:
    return log_in(make_user("root", role=roles.ADMINISTRATOR))


def mail_tasks(database: Database) -> list[Task]:
    with database.unit_of_work(write=False) as session:
        return list(session.scalars(select(Task).where(Task.name == "kernel.SendMail").order_by(Task.id)))


def test_letters_of_an_hour_without_a_server_arrive_once_it_is_back_each_once(
    ada: User, grace: User, post: Post, say: Say, server: MailServer, work: Callable[[float], None], database: Database
) -> None:
    for number in range(5):
        say(grace, post, f"Word {number}.")
        work(HOUR / 5)
    assert server.letters == []
    waiting = mail_tasks(database)
    assert len(waiting) == 5, "not one of them counts as sent"
    assert not any(task.dead for task in waiting)
    assert "Connection refused" in (waiting[0].last_error or "")
    server.start()
    work(HOUR)
    assert len(server.letters) == 5
    assert {letter["To"] for letter in server.letters} == {"ada@example.org"}
    assert len({letter["Message-ID"] for letter in server.letters}) == 5
    assert all(letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" for letter in server.letters)
    assert mail_tasks(database) == []


def test_a_letter_is_tried_more_and_more_slowly(worker: Worker, database: Database) -> None:
    enqueue(database, "ada@example.org")
    delays = []
    for _ in range(8):
        worker.run_due()
        (task,) = mail_tasks(database)
        delays.append((task.run_at - clock.now()).total_seconds())
        clock.advance(delays[-1])
    assert delays == sorted(delays)
    assert delays[0] == 30
    assert delays[-1] >= HOUR


def test_while_the_server_is_away_one_letter_asks_for_all_and_other_work_goes_on(
    ada: User, make_post: MakePost, worker: Worker, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def unreachable(*_: object, **__: object) -> None:
        tries.append(clock.now())
        raise TimeoutError("timed out")

    monkeypatch.setattr("smtplib.SMTP", unreachable)
    for number in range(50):
        enqueue(database, f"reader{number}@example.org")
    post = make_post(ada, state=PostState.SCHEDULED, publish_at=clock.now())
    with database.unit_of_work():
        bus.enqueue(PublishDue(post.id))
    worker.run_due()
    assert len(tries) == 1, "a server that lets nobody in would hold the worker up fifty times"
    with database.unit_of_work(write=False) as session:
        assert session.get_one(Post, post.id).state == PostState.PUBLISHED
    assert len(mail_tasks(database)) == 50


def test_an_address_that_the_server_refuses_for_good_is_not_tried_again(
    worker: Worker, server: MailServer, database: Database, admin: FlaskClient, work: Callable[[float], None]
) -> None:
    server.refusals = {"gone@example.org": "550 5.1.1 <gone@example.org>: no such <user> here"}
    server.start()
    enqueue(database, "gone@example.org", subject="Hello & welcome")
    enqueue(database, "ada@example.org")
    work(HOUR)
    assert [letter["To"] for letter in server.letters] == ["ada@example.org"], "others are not held up"
    assert server.asked == 2
    (task,) = mail_tasks(database)
    assert task.dead
    page = admin.get("/admin/undelivered?state=given-up").text
    assert "The mail server said: 550 5.1.1 &lt;gone@example.org&gt;: no such &lt;user&gt; here" in page
    assert "Hello &amp; welcome" in page
    assert "secret" not in page, "what a letter says is for its reader"


def test_an_address_that_the_server_refuses_for_now_is_tried_again(
    server: MailServer, database: Database, work: Callable[[float], None]
) -> None:
    server.refusals = {"ada@example.org": "450 4.2.0 Greylisted, come back later"}
    server.start()
    enqueue(database, "ada@example.org")
    work(60)
    (task,) = mail_tasks(database)
    assert "450 4.2.0 Greylisted" in (task.last_error or "")
    assert not task.dead
    server.refusals = {}
    work(10 * 60)
    assert len(server.letters) == 1


def test_an_administrator_resends_what_was_given_up(
    worker: Worker, server: MailServer, database: Database, admin: FlaskClient
) -> None:
    for name in ("ada", "grace", "lynn"):
        enqueue(database, f"{name}@example.org")
    for _ in range(MOST_ATTEMPTS * 4):
        worker.run_due()
        clock.advance(7 * HOUR)
    assert all(task.dead for task in mail_tasks(database))
    page = admin.get("/admin/undelivered?state=given-up").text
    assert page.count("The mail server cannot be reached: Connection refused") == 3
    server.start()
    (first, *_) = re.findall(r"/admin/undelivered/(\d+)/resend", page)
    answer = admin.post(f"/admin/undelivered/{first}/resend", follow_redirects=True)
    assert "tries to send it again now" in answer.text
    worker.run_due()
    assert len(server.letters) == 1
    answer = admin.post("/admin/undelivered/resend", follow_redirects=True)
    assert "tries to send 2 messages again now" in answer.text
    worker.run_due()
    assert len(server.letters) == 3
    assert mail_tasks(database) == []


def test_an_administrator_discards_what_was_given_up(
    worker: Worker, server: MailServer, database: Database, admin: FlaskClient
) -> None:
    server.refusals = {"gone@example.org": "550 No"}
    server.start()
    enqueue(database, "gone@example.org")
    worker.run_due()
    (task,) = mail_tasks(database)
    answer = admin.post(f"/admin/undelivered/{task.id}/discard", follow_redirects=True)
    assert "It was never sent" in answer.text
    assert mail_tasks(database) == []
    assert admin.post(f"/admin/undelivered/{task.id}/discard").status_code == 404


def test_a_server_that_breaks_off_after_it_took_a_letter_has_it(
    server: MailServer, worker: Worker, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    import smtplib

    server.start()
    monkeypatch.setattr(smtplib.SMTP, "docmd", breaking_at_quit(smtplib.SMTP.docmd))
    enqueue(database, "ada@example.org")
    worker.run_due()
    assert len(server.letters) == 1
    assert mail_tasks(database) == []


def breaking_at_quit(docmd: Callable[..., Any]) -> Callable[..., Any]:
    def answered(self: Any, command: str, *arguments: str) -> Any:
        return (421, b"Too busy to say goodbye") if command == "QUIT" else docmd(self, command, *arguments)

    return answered


def test_a_letter_that_is_sent_twice_has_the_same_id(app: Flask, database: Database) -> None:
    from byline.web import letters

    with app.app_context(), database.unit_of_work():
        letters.send("ada@example.org", "Hello", "accounts/mail/staying", member=User(name="Ada"))
    (task,) = mail_tasks(database)
    assert re.fullmatch(r"<[^<>@\s]+@localhost>", json.loads(task.payload)["message_id"])


def test_sending_keeps_nobody_from_writing(
    server: MailServer, worker: Worker, database: Database, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """A mail server may take its time; on SQLite an open transaction would stop every other writer meanwhile."""
    written = []

    def slow(*_: object) -> None:
        other = create_app(settings, secret_key=SECRET_KEY)
        opened = other.extensions["byline.database"]
        with opened.unit_of_work():
            bus.enqueue(SendMail("other@example.org", "Meanwhile", "Words."), run_at=clock.now().replace(year=2030))
            written.append(True)
        opened.dispose()

    monkeypatch.setattr("byline.kernel.mail._send", slow)
    enqueue(database, "ada@example.org")
    worker.run_due()
    assert written == [True]


def enqueue(database: Database, to: str, subject: str = "Hello") -> None:
    with database.unit_of_work():
        bus.enqueue(SendMail(to, subject, "A secret link."))
