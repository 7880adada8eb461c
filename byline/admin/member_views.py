"""Members: the list, and one member with everything an administrator may change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from byline.accounts import invitations, leaving, member_acts, member_queries, profile, profile_views
from byline.accounts.member_queries import MemberState, Wanted
from byline.accounts.models import User
from byline.accounts.profile_forms import PictureForm, ProfileForm
from byline.admin import member_bulk, member_page, wording
from byline.admin.blueprint import blueprint
from byline.admin.forms import Address, BulkForm, Rename, RoleChoice, Suspend
from byline.kernel import db, tidy
from byline.kernel.access import Actor, Permission
from byline.kernel.errors import DomainError, Invalid
from byline.web import bodies, context, guards, incoming, paging, throttle
from byline.web.forms import Form

Answer = Response | tuple[str, int]
Act = Callable[[Actor, int], object]
MOST_SENTENCES = 5
"""Refusals told after an act on several members; they travel in the session's cookie."""

PLAIN_ACTS: Mapping[str, tuple[Act, str]] = {
    "confirm": (member_acts.confirm, "The address counts as confirmed."),
    "unconfirm": (member_acts.unconfirm, "They must confirm their address again."),
    "lift": (member_acts.lift_suspension, "They may log in again."),
    "log-out": (member_acts.end_sessions, "They are logged out everywhere."),
    "unlock": (member_acts.unlock, "They may try to log in again now."),
    "one-step": (member_acts.end_second_step, "They log in with their password alone."),
    "delete": (leaving.ask, "They are hidden now and will be deleted in seven days."),
    "keep": (leaving.cancel, "They stay, and everything is shown again."),
    "draw": (profile.show_generated, "Their picture is the drawn one now."),
}
"""What needs nothing but the member: the act, and what is said after it."""


@blueprint.get("/members", endpoint="members")
@guards.requires(Permission.ADMINISTER)
def listed() -> str:
    """Members by name, address, role and state, newest first."""
    return _list(BulkForm(formdata=None))


@blueprint.post("/members")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def act_on_members() -> Answer:
    """Do one thing to every member who was chosen in the list."""
    form = BulkForm()
    try:
        outcome = member_bulk.perform(context.current().actor, form.members.data or (), form.order())
    except Invalid as refusal:
        db.session().rollback()
        form.refuse(refusal)
        return _list(form), 400
    if outcome.done:
        number = len(outcome.done)
        flash(f"Done for {number} {'member' if number == 1 else 'members'}.", "success")
    for username, sentence in list(outcome.refused.items())[:MOST_SENTENCES]:
        flash(f"Not done for @{username}: {sentence}", "warning")
    return redirect(f"{url_for('admin.members')}?{request.query_string.decode('ascii', 'ignore')}", 303)


def _list(form: BulkForm) -> str:
    wanted = Wanted(
        search=tidy.one_line(request.args.get("q", "")),
        role_id=incoming.number(request.args.get("role", "")),
        state=next((state for state in MemberState if state == request.args.get("state")), None),
    )
    return render_template(
        "admin/members.html",
        page=member_queries.members(wanted, paging.cursor_from(request.args)),
        form=form,
        wanted=wanted,
        roles=member_queries.roles(),
        state_of=member_queries.state_of,
        wording=wording,
        query=member_page.query_of(wanted),
    )


@blueprint.get("/members/<username>")
@guards.requires(Permission.ADMINISTER)
def member(username: str) -> str:
    """One member."""
    return member_page.rendered(member_queries.member(username))


@blueprint.post(f"/members/<username>/<any({', '.join(repr(name) for name in PLAIN_ACTS)}):act>")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def act_on_member(username: str, act: str) -> Answer:
    """Do one of the acts that need nothing but the member."""
    member = member_queries.member(username)
    does, said = PLAIN_ACTS[act]
    return _done(member, lambda actor: does(actor, member.id), said)


@blueprint.post("/members/<username>/role")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def give_role(username: str) -> Answer:
    """Give another role."""
    member, form = member_queries.member(username), RoleChoice.of()
    return _done(
        member,
        lambda actor: member_acts.give_role(actor, member.id, form.role.data or 0),
        "The role is given.",
        role=form,
    )


@blueprint.post("/members/<username>/rename")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def rename_member(username: str) -> Answer:
    """Give another username."""
    member, form = member_queries.member(username), Rename()
    said = "The username is changed. Old addresses lead to the new one."
    return _done(
        member, lambda actor: member_acts.rename(actor, member.id, form.username.data or ""), said, rename=form
    )


@blueprint.post("/members/<username>/address")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def change_address(username: str) -> Answer:
    """Give another e-mail address."""
    member, form = member_queries.member(username), Address()
    said = "The address is changed. A notice went to the old one."
    return _done(
        member, lambda actor: member_acts.change_email(actor, member.id, form.email.data or ""), said, address=form
    )


@blueprint.post("/members/<username>/suspend")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def suspend_member(username: str) -> Answer:
    """Shut a member out."""
    member, form = member_queries.member(username), Suspend()
    said = "They are shut out. What they wrote stays readable."

    def act(actor: Actor) -> User:
        return member_acts.suspend(actor, member.id, form.reason.data or "", until=form.until())

    return _done(member, act, said, suspend=form)


@blueprint.post("/members/<username>/profile")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def change_profile(username: str) -> Answer:
    """Change what the profile says."""
    member, form = member_queries.member(username), ProfileForm()
    return _done(
        member, lambda actor: profile.change(actor, member.id, form.profile()), "The profile is saved.", profile=form
    )


@blueprint.post("/members/<username>/picture")
@throttle.limit(throttle.WRITES)
@bodies.takes(profile_views.LARGEST_BODY_BYTES)
@guards.requires(Permission.ADMINISTER)
def change_picture(username: str) -> Answer:
    """Show another picture."""
    member, form = member_queries.member(username), PictureForm()
    said = "The picture is changed."
    return _done(member, lambda _actor: profile_views.take_picture(form, member.id), said, picture=form)


@blueprint.post("/members/<username>/hand-over")
@throttle.limit(throttle.WRITES)
@guards.requires(Permission.ADMINISTER)
def hand_over(username: str) -> str:
    """Make the link by which somebody takes over an unclaimed author; it is shown this once."""
    member, here = member_queries.member(username), context.current()
    _, token = invitations.hand_over(here.actor, member.id)
    return member_page.rendered(member, link=invitations.link(here.settings, token))


def _done(member: User, act: Callable[[Actor], Any], said: str, **form: Form) -> Answer:
    """Do it and show the member's page, with the refused form where it was refused."""
    try:
        act(context.current().actor)
    except DomainError as refusal:
        if refusal.status not in (400, 409):
            raise
        db.session().rollback()
        shown = next(iter(form.values()), Form(formdata=None))
        shown.refuse(refusal)
        return member_page.rendered(member, refused=form or {"plain": shown}), refusal.status
    flash(said, "success")
    return redirect(url_for("admin.member", username=member.username), 303)
