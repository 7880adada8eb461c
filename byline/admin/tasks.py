"""The worker's list: what waits, what failed, what was given up; tried again or thrown away by an administrator."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select

from byline.accounts import audit, member_acts
from byline.kernel import clock, db
from byline.kernel.access import Actor
from byline.kernel.bus import Task
from byline.kernel.errors import Conflict, NotFound
from byline.web import paging
from byline.web.paging import Cursor, Page


class TaskState(StrEnum):
    """How a task stands."""

    WAITING = "waiting"
    FAILING = "failing"
    DEAD = "dead"


CONDITIONS: Mapping[TaskState, ColumnElement[bool]] = {
    TaskState.WAITING: ~Task.dead & Task.last_error.is_(None),
    TaskState.FAILING: ~Task.dead & Task.last_error.is_not(None),
    TaskState.DEAD: Task.dead.is_(True),
}


def counts() -> dict[TaskState, int]:
    """How many tasks stand how; one statement."""
    columns = [func.count().filter(condition) for condition in CONDITIONS.values()]
    row = db.session().execute(select(*columns).select_from(Task)).one()
    return dict(zip(CONDITIONS, row, strict=True))


def latest(state: TaskState, cursor: Cursor | None = None) -> Page[Task]:
    """A page of tasks that stand so, the youngest first; one statement."""
    query = paging.narrow(select(Task).where(CONDITIONS[state]), (Task.created_at, Task.id), cursor)
    return paging.page(db.session().scalars(query).all(), cursor, lambda task: (task.created_at, task.id))


def retry(actor: Actor, task_id: int) -> None:
    """Have the worker try again now, as if for the first time."""
    task = _opened(actor, task_id)
    task.run_at, task.dead, task.attempts, task.claimed_until = clock.now(), False, 0, None
    audit.note(actor, "task.retried", task.name)
    db.session().flush()


def discard(actor: Actor, task_id: int) -> None:
    """Throw the task away; what it was to do will not happen."""
    task = _opened(actor, task_id)
    audit.note(actor, "task.discarded", task.name, task.last_error or "")
    db.session().delete(task)
    db.session().flush()


def _opened(actor: Actor, task_id: int) -> Task:
    member_acts.check(actor)
    task = db.session().get(Task, task_id, with_for_update=True)
    if task is None:
        raise NotFound("task-unknown", "This task is done or gone.")
    if task.claimed_until is not None and task.claimed_until > clock.now():
        raise Conflict("task-under-way", "The worker has this task in hand. Look again in a moment.")
    return task
