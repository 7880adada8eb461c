"""Mail that has not gone out: what waits, what the server would not take, and why, in the server's words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, update

from byline.accounts import audit, member_acts
from byline.kernel import bus, clock, db
from byline.kernel.access import Actor
from byline.kernel.bus import Task
from byline.kernel.mail import SendMail
from byline.web import paging
from byline.web.paging import Cursor, Page

IS_MAIL = Task.name == bus.name_of(SendMail)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that waits for the server, or was given up. What it says is for its reader alone."""

    id: int
    to: str
    subject: str
    asked_at: datetime
    next_at: datetime | None
    """When it is tried again; None when it is given up."""
    attempts: int
    words: str
    """What went wrong last; empty before the first try."""
    is_in_hand: bool

    @classmethod
    def of(cls, task: Task) -> Letter:
        """The message that a task is to send."""
        sent = json.loads(task.payload)
        _, _, words = (task.last_error or "").partition(": ")
        return cls(
            id=task.id,
            to=str(sent.get("to", "")),
            subject=str(sent.get("subject", "")),
            asked_at=task.created_at,
            next_at=None if task.dead else task.run_at,
            attempts=task.attempts,
            words=words,
            is_in_hand=task.claimed_until is not None and task.claimed_until > clock.now(),
        )


def counts(actor: Actor) -> tuple[int, int]:
    """How many messages wait, and how many were given up."""
    member_acts.check(actor)
    columns = (func.count().filter(~Task.dead), func.count().filter(Task.dead))
    waiting, given_up = db.session().execute(select(*columns).where(IS_MAIL)).one()
    return waiting, given_up


def latest(actor: Actor, *, given_up: bool, cursor: Cursor | None = None) -> Page[Letter]:
    """A page of messages that wait, or that were given up, the youngest first."""
    member_acts.check(actor)
    query = select(Task).where(IS_MAIL, Task.dead.is_(given_up))
    rows = db.session().scalars(paging.narrow(query, (Task.created_at, Task.id), cursor)).all()
    return paging.page([Letter.of(task) for task in rows], cursor, lambda letter: (letter.asked_at, letter.id))


def resend_all(actor: Actor) -> int:
    """Have the worker try every message again now that failed or was given up; answer how many those are."""
    member_acts.check(actor)
    failed = or_(Task.dead, Task.last_error.is_not(None))
    now = clock.now()
    free = or_(Task.claimed_until.is_(None), Task.claimed_until < now)
    again = update(Task).where(IS_MAIL, failed, free).values(run_at=now, dead=False, attempts=0, claimed_until=None)
    number = len(db.session().scalars(again.returning(Task.id)).all())
    if number:
        audit.note(actor, "mail.resent", f"{number} {'message' if number == 1 else 'messages'}")
    return number
