"""Speaking up: events for whoever reacts now, tasks for whoever works later, both in the transaction under way."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, exists, select, text
from sqlalchemy.orm import Mapped, mapped_column

from byline.kernel import clock, db
from byline.kernel.settings import Settings

Reaction = Callable[[Any], None]
Job = Callable[[Any, Settings], None]

_reactions: Mapping[type, tuple[Reaction, ...]] = {}
_jobs: Mapping[str, tuple[type, Job]] = {}
_wired = threading.Event()


def wire(reactions: Mapping[type, tuple[Reaction, ...]], jobs: Mapping[type, Job]) -> None:
    """Learn the tables of wiring.py. Called once by the factory; the same tables again do no harm."""
    global _reactions, _jobs
    _reactions = reactions
    _jobs = {name_of(task): (task, job) for task, job in jobs.items()}
    _wired.set()


def publish(event: object) -> None:
    """Tell everyone who reacts to this kind of event, now, in the same transaction; a failing reaction fails it all."""
    for react in _reactions.get(type(event), ()):
        react(event)


def name_of(task_class: type) -> str:
    """The name a task is stored by: its room and class, such as `posts.PublishDue`."""
    room = task_class.__module__.removeprefix("byline.").rsplit(".", 1)[0]
    return f"{room}.{task_class.__name__}"


class Task(db.Base):
    """Work for later. It exists exactly if the change that asked for it was committed, and goes when it is done."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_due", "run_at", "id", sqlite_where=text("NOT dead"), postgresql_where=text("NOT dead")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    payload: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    run_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    dead: Mapped[bool] = mapped_column(default=False)


def enqueue(task: Any, *, run_at: datetime | None = None) -> None:
    """Store a task (a frozen dataclass of plain values) to be run by the worker at `run_at`, at once by default.

    It appears with the commit of the current unit of work and may run more than once.
    """
    name, payload = _stored(task)
    if _wired.is_set() and name not in _jobs:
        raise LookupError(f"No job is wired for {name}; add it to wiring.JOBS.")
    now = clock.now()
    db.session().add(Task(name=name, payload=payload, created_at=now, run_at=run_at or now))


class Postponed(Exception):
    """What a job raises that nothing of its kind can do for now: tasks of the same name wait as well."""


class GivenUp(Exception):
    """What a job raises that trying again cannot help."""


def enqueue_once(task: Any) -> None:
    """Store a task unless the same one waits already: while the worker is behind, periodic work does not pile up."""
    name, payload = _stored(task)
    waits = exists().where(Task.name == name, Task.payload == payload, ~Task.dead)
    if not db.session().scalar(select(waits)):
        enqueue(task)


def _stored(task: Any) -> tuple[str, str]:
    return name_of(type(task)), json.dumps(dataclasses.asdict(task))


def perform(name: str, payload: str, settings: Settings) -> None:
    """Run the job wired for a stored task. LookupError when this version of Byline knows none."""
    if name not in _jobs:
        raise LookupError(f"This version of Byline has no job for {name}.")
    task_class, job = _jobs[name]
    job(task_class(**json.loads(payload)), settings)


@dataclass(frozen=True, slots=True)
class Every:
    """A periodic task: what to run and how often, in seconds."""

    seconds: int
    task: Any
