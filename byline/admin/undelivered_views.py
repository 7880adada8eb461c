"""Mail that has not gone out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from byline.admin import tasks, undelivered
from byline.admin.blueprint import blueprint
from byline.kernel.access import Permission
from byline.web import context, guards, paging, throttle


@blueprint.get("/undelivered", endpoint="undelivered")
@guards.requires(Permission.ADMINISTER)
def listed() -> str:
    """Messages that wait, or that were given up."""
    here, given_up = context.current(), request.args.get("state") == "given-up"
    return render_template(
        "admin/undelivered.html",
        page=undelivered.latest(here.actor, given_up=given_up, cursor=paging.cursor_from(request.args)),
        given_up=given_up,
        counts=undelivered.counts(here.actor),
        has_server=bool(here.settings.mail_url),
    )


@blueprint.post("/undelivered/<row:task_id>/resend")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def resend_mail(task_id: int) -> Response:
    """Try to send one again now."""
    tasks.retry(context.current().actor, task_id)
    flash("The worker tries to send it again now.", "success")
    return redirect(url_for("admin.undelivered"), 303)


@blueprint.post("/undelivered/<row:task_id>/discard")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def discard_mail(task_id: int) -> Response:
    """Throw one away."""
    tasks.discard(context.current().actor, task_id)
    flash("The message is gone. It was never sent.", "success")
    return redirect(url_for("admin.undelivered", state="given-up"), 303)


@blueprint.post("/undelivered/resend")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def resend_all_mail() -> Response:
    """Try to send everything again that failed."""
    number = undelivered.resend_all(context.current().actor)
    what = "1 message" if number == 1 else f"{number} messages"
    flash(f"The worker tries to send {what} again now." if number else "Nothing has failed.", "success")
    return redirect(url_for("admin.undelivered"), 303)
