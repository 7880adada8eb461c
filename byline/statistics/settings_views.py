"""The settings of a site, each section on a page of its own and saved by itself."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for

from byline.analytics.sites import queries, service
from byline.analytics.sites.content import Collecting
from byline.analytics.sites.queries import Reached
from byline.analytics.sites.rules import Access
from byline.kernel.errors import Conflict, Invalid
from byline.statistics import uncounted
from byline.statistics.blueprint import Answer
from byline.statistics.forms import CollectingForm, DeletionForm, GeneralForm
from byline.web import context, guards, throttle


@guards.signed_in
@throttle.limit(throttle.WRITES)
def general(site_id: int) -> Answer:
    """Name, address and time zone."""
    actor = context.current().actor
    found = queries.reached(actor, site_id, Access.EDIT)
    if request.method != "POST":
        return _page("general", found, GeneralForm.of(found.site))
    form, zone = GeneralForm(), found.site.time_zone
    try:
        site = service.change(actor, site_id, form.general(), seen=form.seen.data or "")
    except (Invalid, Conflict) as refusal:
        form.refuse(refusal)
        form.seen.data = service.mark_of(service.general_of(found.site))
        return _page("general", found, form), refusal.status
    sorts = site.time_zone != zone
    flash("Saved. Its days are being sorted anew, which may take a while." if sorts else "Saved.", "success")
    return redirect(url_for("statistics.general", site_id=site_id), 303)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def collecting(site_id: int) -> Answer:
    """What is collected, and how long it is kept."""
    actor = context.current().actor
    found = queries.reached(actor, site_id, Access.EDIT)
    if request.method != "POST":
        return _page("collecting", found, CollectingForm.of(service.standing(found.site)))
    form, before = CollectingForm(), service.standing(found.site)
    try:
        typed = form.collecting(is_public=found.site.is_public)
        after = service.standing(service.set_collecting(actor, site_id, typed, seen=form.seen.data or ""))
    except (Invalid, Conflict) as refusal:
        form.refuse(refusal)
        form.seen.data = service.mark_of(before)
        return _page("collecting", found, form), refusal.status
    flash(f"Saved. It counts from now on.{_forgotten(before, after)}", "success")
    return redirect(url_for("statistics.collecting", site_id=site_id), 303)


@guards.signed_in
def refusals(site_id: int) -> str:
    """What was not counted in the last thirty days, by reason."""
    found = queries.reached(context.current().actor, site_id)
    return render_template(
        "statistics/refusals.html",
        measured=found.site,
        access=found.access,
        rows=uncounted.of(found.site),
        days=uncounted.DAYS,
    )


@guards.signed_in
@throttle.limit(throttle.WRITES)
def delete(site_id: int) -> Answer:
    """Say what will be lost; on a POST hide the site now and delete it tomorrow."""
    actor = context.current().actor
    found = queries.reached(actor, site_id, Access.OWN)
    form = DeletionForm()
    if request.method != "POST":
        return _page("delete", found, form)
    try:
        site = service.ask_deletion(actor, site_id, form.name.data or "")
    except (Invalid, Conflict) as refusal:
        form.refuse(refusal)
        return _page("delete", found, form), refusal.status
    flash(f"{site.name} is hidden, and nothing is collected for it. You can keep it until tomorrow.", "success")
    return redirect(url_for("statistics.sites"), 303)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def keep(site_id: int) -> Answer:
    """Call a deletion off."""
    site = service.keep(context.current().actor, site_id)
    flash(f"{site.name} stays. Everything is there as it was.", "success")
    return redirect(url_for("statistics.sites"), 303)


def _forgotten(before: Collecting, after: Collecting) -> str:
    """What a shorter time of keeping will cost, while it can still be set back."""
    days = after.retention_days
    if days is None or (before.retention_days is not None and before.retention_days <= days):
        return ""
    return f" Single events older than {days} days are deleted within six hours; the sums of their days stay."


def _page(section: str, found: Reached, form: object) -> str:
    return render_template(
        f"statistics/{section}.html", measured=found.site, access=found.access, form=form, grace=service.GRACE
    )
