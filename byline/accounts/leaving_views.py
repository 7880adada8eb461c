"""A member's own data: taking it along, leaving, and staying after all."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from byline.accounts import credentials, exports, forms, identity, leaving, sessions
from byline.accounts.blueprint import blueprint
from byline.kernel import clock
from byline.kernel.errors import DomainError
from byline.web import context, guards, throttle

EXPORTS = "5 per hour"


@blueprint.get("/settings/data")
@guards.signed_in
def data() -> str:
    """What the member may take along, and the way out."""
    return render_template(
        "accounts/data.html",
        member=identity.member_here(),
        export=exports.latest(identity.member_here().id),
        exports=exports,
    )


@blueprint.post("/settings/data/export")
@throttle.limit(EXPORTS)
@guards.signed_in
def ask_export() -> Response:
    """Have the data packed."""
    exports.ask(context.current().actor)
    flash("Your data is being packed. A mail tells you when it is ready.", "info")
    return redirect(url_for("accounts.data"), 303)


@blueprint.get("/settings/data/export/<row:export_id>")
@guards.signed_in
def fetch_export(export_id: int) -> FlaskResponse:
    """The packed data, for its owner alone."""
    here = context.current()
    path = exports.file_of(here.actor, export_id, here.settings)
    name = f"{here.actor.username}-{clock.now():%Y-%m-%d}.zip"
    response = send_file(path, mimetype="application/zip", as_attachment=True, download_name=name, conditional=True)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/settings/data/delete")
@guards.signed_in
def leave() -> str:
    """Say what will happen, and ask for the password."""
    return _leave_page(forms.Leave())


@blueprint.post("/settings/data/delete")
@throttle.limit(throttle.CREDENTIALS)
@guards.signed_in
def ask_to_leave() -> Response | tuple[str, int]:
    """Hide the member now and delete them in seven days."""
    form, here = forms.Leave(), context.current()
    try:
        credentials.require_themselves(identity.member_here(), form.password.data or "")
        leaving.ask(here.actor, identity.member_here().id, keep_session=sessions.current_id())
    except DomainError as refusal:
        form.refuse(refusal)
        return _leave_page(form), refusal.status
    return redirect(url_for("accounts.leaving"), 303)


@blueprint.get("/settings/data/leaving", endpoint="leaving")
@guards.signed_in
def leaving_page() -> str | Response:
    """The only page a leaving member sees: until when they may come back."""
    member = identity.member_here()
    if member.deletion_asked_at is None:
        return redirect(url_for("accounts.data"))
    return render_template("accounts/leaving.html", member=member, ends_at=leaving.ends_at(member))


@blueprint.post("/settings/data/stay")
@guards.signed_in
def stay() -> Response:
    """Show everything again as it was."""
    leaving.cancel(context.current().actor, identity.member_here().id)
    flash("You are back. Everything is as it was.", "success")
    return redirect(url_for("accounts.data"), 303)


def _leave_page(form: forms.Leave) -> str:
    return render_template(
        "accounts/leave.html", form=form, member=identity.member_here(), grace_days=leaving.GRACE.days
    )
