"""Who works with a site, and who owns it after them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for

from byline.accounts import credentials, identity
from byline.analytics.sites import queries, service, team
from byline.analytics.sites.queries import Reached
from byline.analytics.sites.rules import Access
from byline.kernel.errors import Conflict, Invalid
from byline.statistics import people
from byline.statistics.blueprint import Answer
from byline.statistics.forms import BLANK, OfferForm, TeamForm
from byline.web import context, guards, notices, throttle

ASKED = "40 per hour"
"""Each of them gets a mail."""


@guards.signed_in
@throttle.limit(ASKED)
def show(site_id: int) -> Answer:
    """The team; on a POST somebody joins it."""
    actor = context.current().actor
    found = queries.reached(actor, site_id, Access.OWN if request.method == "POST" else Access.VIEW)
    form = TeamForm()
    if request.method != "POST":
        return _page(found, TeamForm(formdata=BLANK), OfferForm(formdata=BLANK))
    try:
        member = people.asked(actor, form.username.data or "")
        team.put(actor, site_id, member.id, form.role.data or "")
    except (Invalid, Conflict) as refusal:
        form.refuse(refusal)
        return _page(found, form, OfferForm(formdata=BLANK)), refusal.status
    flash(f"@{member.username} is on the team.", "success")
    return _back(site_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def change_role(site_id: int, user_id: int) -> Answer:
    """Give somebody on the team another role."""
    actor = context.current().actor
    queries.get(actor, site_id, Access.OWN)
    if user_id not in {one.user_id for one in queries.team(site_id)}:
        raise Conflict("left-team", "They are not on the team any more.")
    team.put(actor, site_id, user_id, request.form.get("role", ""))
    flash("Saved.", "success")
    return _back(site_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def remove(site_id: int, user_id: int) -> Answer:
    """Take somebody off the team."""
    team.remove(context.current().actor, site_id, user_id)
    flash("They are not on the team any more.", "success")
    return _back(site_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def leave(site_id: int) -> Answer:
    """Leave the team."""
    site = team.leave(context.current().actor, site_id)
    flash(f"You have left the team of {site.name}.", "success")
    return redirect(url_for("statistics.sites"), 303)


@guards.signed_in
@throttle.limit(throttle.CREDENTIALS)
def offer(site_id: int) -> Answer:
    """Ask somebody whether they want to own the site."""
    actor, form = context.current().actor, OfferForm()
    found = queries.reached(actor, site_id, Access.OWN)
    try:
        service.check_goes(found.site)
        member = people.asked(actor, form.username.data or "")
        credentials.require_themselves(identity.member_here(), form.password.data or "")
        team.offer(actor, site_id, member.id)
    except (Invalid, Conflict) as refusal:
        form.refuse(refusal)
        return _page(found, TeamForm(formdata=BLANK), form), refusal.status
    withdraw_at = url_for("statistics.withdraw", site_id=site_id)
    notices.undo(f"@{member.username} is asked. The site is theirs once they agree.", withdraw_at, "Take it back")
    return _back(site_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def withdraw(site_id: int) -> Answer:
    """Take an offer back."""
    team.withdraw(context.current().actor, site_id)
    flash("Nobody is asked any more. The site stays yours.", "success")
    return _back(site_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def accept(site_id: int) -> Answer:
    """Own a site that was offered."""
    site = team.accept(context.current().actor, site_id)
    flash(f"{site.name} is yours. Its former owner is on the team as an editor.", "success")
    return redirect(url_for("statistics.dashboard", site_id=site_id), 303)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def decline(site_id: int) -> Answer:
    """Say no to it."""
    site = team.decline(context.current().actor, site_id)
    flash(f"{site.name} stays with its owner.", "success")
    return redirect(url_for("statistics.sites"), 303)


def _page(found: Reached, form: TeamForm, offer_form: OfferForm) -> str:
    rows = queries.team(found.site.id)
    ids = [found.site.owner_id, found.site.offered_to_id, *(row.user_id for row in rows)]
    return render_template(
        "statistics/team.html",
        measured=found.site,
        access=found.access,
        form=form,
        offer_form=offer_form,
        rows=rows,
        people=people.named(ids),
    )


def _back(site_id: int) -> Answer:
    return redirect(url_for("statistics.team", site_id=site_id), 303)
