"""Invitations: made, listed and taken back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from byline.accounts import invitations
from byline.admin import wording
from byline.admin.blueprint import blueprint
from byline.admin.forms import InvitationForm
from byline.kernel import site
from byline.kernel.access import Permission
from byline.kernel.errors import Invalid
from byline.web import context, guards, paging, throttle


@blueprint.get("/invitations", endpoint="invitations")
@guards.requires(Permission.ADMINISTER)
def listed() -> str:
    """Every invitation, newest first."""
    return _page(InvitationForm())


@blueprint.post("/invitations")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def make_invitation() -> str | tuple[str, int]:
    """Make one, and show its link this once."""
    form, here = InvitationForm(), context.current()
    days = form.days.data if form.days.data is not None else 0
    try:
        _, token = invitations.invite(here.actor, note=form.note.data or "", email=form.email.data or "", days=days)
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(form), 400
    return _page(InvitationForm(formdata=None), link=invitations.link(here.settings, token))


@blueprint.post("/invitations/<row:invitation_id>/revoke")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def revoke_invitation(invitation_id: int) -> Response:
    """Take one back."""
    invitations.revoke(context.current().actor, invitation_id)
    flash("The link opens nothing any more.", "success")
    return redirect(url_for("admin.invitations"), 303)


def _page(form: InvitationForm, link: str = "") -> str:
    page = invitations.latest(paging.cursor_from(request.args))
    registration = site.current().registration
    return render_template(
        "admin/invitations.html", page=page, form=form, link=link, wording=wording, registration=registration
    )
