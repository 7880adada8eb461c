"""How often a member wants which mail."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from byline.accounts import identity
from byline.kernel.errors import Invalid
from byline.notifications import queries, service
from byline.notifications.blueprint import blueprint
from byline.notifications.forms import MailForm
from byline.web import context, guards, throttle


@blueprint.get("/settings/notifications")
@guards.signed_in
def mail_settings() -> str:
    """Each kind with its choice."""
    return _page(MailForm.of(queries.choices_of(identity.member_here().id)))


@blueprint.post("/settings/notifications")
@throttle.limit(throttle.WRITES)
@guards.signed_in
def choose_mail() -> Response | tuple[str, int]:
    """Take over the choices."""
    form = MailForm()
    try:
        service.choose(context.current().actor, form.chosen())
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(form), 400
    flash("Saved. This is the mail you get from now on.", "success")
    return redirect(url_for("notifications.mail_settings"), 303)


def _page(form: MailForm) -> str:
    return render_template("notifications/settings.html", form=form, member=identity.member_here())
