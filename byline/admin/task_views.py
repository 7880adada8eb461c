"""The worker's list of tasks."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from byline.admin import tasks, wording
from byline.admin.blueprint import blueprint
from byline.admin.tasks import TaskState
from byline.kernel import clock
from byline.kernel.access import Permission
from byline.kernel.errors import NotFound
from byline.web import context, guards, paging, throttle


@blueprint.get("/tasks", endpoint="tasks")
@guards.requires(Permission.ADMINISTER)
def listed() -> str:
    """Tasks that wait, fail or were given up."""
    state = _state(request.args.get("state", TaskState.WAITING))
    page = tasks.latest(state, paging.cursor_from(request.args))
    return render_template(
        "admin/tasks.html", page=page, state=state, counts=tasks.counts(), now=clock.now(), wording=wording
    )


@blueprint.post("/tasks/<row:task_id>/retry")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def retry_task(task_id: int) -> Response:
    """Try again now."""
    tasks.retry(context.current().actor, task_id)
    flash("The worker tries again now.", "success")
    return redirect(url_for("admin.tasks"), 303)


@blueprint.post("/tasks/<row:task_id>/discard")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def discard_task(task_id: int) -> Response:
    """Throw a task away."""
    tasks.discard(context.current().actor, task_id)
    flash("The task is gone.", "success")
    return redirect(url_for("admin.tasks", state=TaskState.DEAD), 303)


def _state(name: str) -> TaskState:
    try:
        return TaskState(name)
    except ValueError:
        raise NotFound from None
