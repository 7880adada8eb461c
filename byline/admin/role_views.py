"""Roles: their names and permissions."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from byline.accounts import member_queries, role_acts, roles
from byline.admin import wording
from byline.admin.blueprint import blueprint
from byline.admin.forms import RoleForm
from byline.kernel import db
from byline.kernel.access import Permission
from byline.kernel.errors import DomainError
from byline.web import context, guards, throttle

Answer = Response | tuple[str, int]


@blueprint.get("/roles", endpoint="roles")
@guards.requires(Permission.ADMINISTER)
def listed() -> str:
    """Every role with its permissions."""
    return _page()


@blueprint.post("/roles")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def make_role() -> Answer:
    """Make a role."""
    form = RoleForm()
    return _done(
        lambda: role_acts.make(context.current().actor, form.name.data or "", form.chosen()),
        form,
        role_id=0,
        said="The role is made. Give it to members on their pages.",
    )


@blueprint.post("/roles/<row:role_id>")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def change_role(role_id: int) -> Answer:
    """Give a role another name and other permissions."""
    form = RoleForm()
    return _done(
        lambda: role_acts.change(context.current().actor, role_id, form.name.data or "", form.chosen()),
        form,
        role_id=role_id,
        said="The role is saved. It counts from the next page on.",
    )


@blueprint.post("/roles/<row:role_id>/default")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def make_default_role(role_id: int) -> Answer:
    """Give this role to everybody who registers."""
    return _done(
        lambda: role_acts.make_default(context.current().actor, role_id),
        RoleForm(),
        role_id=role_id,
        said="New members get this role.",
    )


@blueprint.post("/roles/<row:role_id>/remove")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def remove_role(role_id: int) -> Answer:
    """Remove a role that nobody has."""
    return _done(
        lambda: role_acts.remove(context.current().actor, role_id),
        RoleForm(),
        role_id=role_id,
        said="The role is gone.",
    )


def _done(act: Callable[[], object], form: RoleForm, *, role_id: int, said: str) -> Answer:
    try:
        act()
    except DomainError as refusal:
        if refusal.status not in (400, 409):
            raise
        form.refuse(refusal)
        db.session().rollback()
        return _page(role_id, form), refusal.status
    flash(said, "success")
    return redirect(url_for("admin.roles"), 303)


def _page(refused_id: int | None = None, refused: RoleForm | None = None) -> str:
    rows = [
        (role, number, refused if refused and role.id == refused_id else RoleForm.of(role))
        for role, number in member_queries.roles()
    ]
    return render_template(
        "admin/roles.html",
        rows=rows,
        new=refused if refused and refused_id == 0 else RoleForm(formdata=None),
        wording=wording,
        is_built_in=role_acts.is_built_in,
        may_be_default=role_acts.may_be_default,
        administrator=roles.ADMINISTRATOR,
    )
