"""The worker: tasks belong to the change that asked for them, are claimed once and are tried again."""

from __future__ import annotations

import dataclasses
import smtplib
from datetime import timedelta

import pytest
import structlog
from flask import Flask
from sqlalchemy import func, select

from byline import wiring
from byline.accounts import roles
from byline.accounts.models import Role
from byline.kernel import bus, clock, db, mail
from byline.kernel.bus import Task
from byline.kernel.db import Database
from byline.kernel.mail import SendMail
from byline.kernel.settings import Settings
from byline.worker import MOST_ATTEMPTS, Worker

MAIL = SendMail(to="ada@example.org", subject="Hello", text="Hello, Ada.")


@dataclasses.dataclass(frozen=True, slots=True)
class Grow:
    """Adds a role and then fails, as often as asked."""

    name: str
    fails: bool = False


def grow(task: Grow, _settings: Settings) -> None:
    db.session().add(Role(name=task.name))
    db.session().flush()
    if task.fails:
        raise ValueError("no luck")


@pytest.fixture
def worker(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Worker:
    monkeypatch.setattr(wiring, "PERIODIC", ())
    bus.wire({}, {SendMail: mail.deliver, Grow: grow})
    return Worker(app)


def waiting(database: Database) -> list[Task]:
    with database.unit_of_work(write=False) as reading:
        return list(reading.scalars(select(Task).order_by(Task.id)))


def test_a_task_of_a_change_that_was_rolled_back_never_runs(worker: Worker, database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.unit_of_work():
        bus.enqueue(MAIL)
        _ = 1 / 0
    assert worker.run_due() == 0


def test_a_task_without_a_job_is_refused_at_once(worker: Worker, database: Database) -> None:
    @dataclasses.dataclass(frozen=True)
    class Unknown:
        pass

    with pytest.raises(LookupError, match="wiring"), database.unit_of_work():
        bus.enqueue(Unknown())


def test_mail_without_a_server_is_kept_as_a_file(worker: Worker, database: Database, settings: Settings) -> None:
    with database.unit_of_work():
        bus.enqueue(MAIL)
    assert worker.run_due() == 1
    (kept,) = (settings.data / "outbox").glob("*.eml")
    assert b"Subject: Hello" in kept.read_bytes()
    assert waiting(database) == []


def test_a_task_waits_for_its_time(worker: Worker, database: Database, stopped_clock: object) -> None:
    with database.unit_of_work():
        roles.seed()
        bus.enqueue(Grow("Later"), run_at=clock.now() + timedelta(hours=1))
    assert worker.run_due() == 0
    clock.advance(3600)
    assert worker.run_due() == 1


def test_a_failed_task_leaves_nothing_and_is_tried_later(
    worker: Worker, database: Database, stopped_clock: object
) -> None:
    with database.unit_of_work():
        bus.enqueue(Grow("Never", fails=True))
    assert worker.run_due() == 1
    (task,) = waiting(database)
    assert task.attempts == 1
    assert task.last_error == "ValueError: no luck"
    assert task.run_at > clock.now()
    with database.unit_of_work(write=False) as reading:
        assert reading.scalar(select(func.count()).select_from(Role).where(Role.name == "Never")) == 0


def test_the_log_does_not_say_whom_a_mail_was_for(
    worker: Worker, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise smtplib.SMTPRecipientsRefused({"ada@example.org": (550, b"unknown")})

    monkeypatch.setattr(mail, "keep", refuse)
    with database.unit_of_work():
        bus.enqueue(MAIL)
    with structlog.testing.capture_logs() as lines:
        worker.run_due()
    (line,) = (line for line in lines if line["event"] == "task failed")
    assert line["error"] == "SMTPRecipientsRefused"
    assert "ada@example.org" not in str(line)


def test_a_task_that_always_fails_is_given_up_and_kept(
    worker: Worker, database: Database, stopped_clock: object
) -> None:
    with database.unit_of_work():
        bus.enqueue(Grow("Never", fails=True))
    for _ in range(MOST_ATTEMPTS + 3):
        worker.run_due()
        clock.advance(7 * 3600)
    (task,) = waiting(database)
    assert task.dead
    assert task.attempts == MOST_ATTEMPTS


def test_a_claimed_task_is_left_alone_until_its_claim_is_over(
    worker: Worker, database: Database, stopped_clock: object
) -> None:
    with database.unit_of_work() as working:
        bus.enqueue(Grow("Once"))
        working.flush()
        working.scalars(select(Task)).one().claimed_until = clock.now() + timedelta(minutes=5)
    assert worker.run_due() == 0
    clock.advance(301)
    assert worker.run_due() == 1


def test_periodic_task_that_still_waits_is_not_stored_twice(database: Database) -> None:
    with database.unit_of_work() as session:
        bus.enqueue_once(mail.SendMail("a@example.org", "Once", "Text"))
        bus.enqueue_once(mail.SendMail("a@example.org", "Once", "Text"))
        assert session.scalar(select(func.count()).select_from(bus.Task)) == 1
