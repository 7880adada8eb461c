"""The list of a member's sites, adding one, and how to install what measures it."""

from __future__ import annotations

from flask import Response, flash, jsonify, redirect, render_template, request, url_for

from byline.analytics.sites import content, queries, service
from byline.analytics.sites.models import Site
from byline.analytics.sites.rules import Access
from byline.kernel.errors import Invalid
from byline.statistics import people, weeks
from byline.statistics.blueprint import Answer
from byline.statistics.forms import GeneralForm
from byline.web import context, guards, throttle


@guards.signed_in
def listed() -> str:
    """Every site that the member may see, with the visitors of the last seven days."""
    actor = context.current().actor
    sites, pending = queries.all_of(actor), queries.pending(actor)
    owners = {one.site.owner_id for one in sites if one.access < Access.OWN}
    return render_template(
        "statistics/sites.html",
        sites=sites,
        pending=pending,
        people=people.named(owners | {site.owner_id for site in pending}),
        weeks=weeks.of([one.site for one in sites]),
        ends_at=service.ends_at,
        host_of=_shown_host,
    )


@guards.signed_in
@throttle.limit(throttle.WRITES)
def new() -> Answer:
    """Begin to measure a site."""
    form = GeneralForm()
    if request.method != "POST":
        return render_template("statistics/new.html", form=form, guesses=True)
    try:
        site = service.add(context.current().actor, form.general())
    except Invalid as refusal:
        form.refuse(refusal)
        return render_template("statistics/new.html", form=form, guesses=False), refusal.status
    flash(f"{site.name} is added. One more step, and its readers are counted.", "success")
    return redirect(url_for("statistics.install", site_id=site.id), 303)


@guards.signed_in
def install(site_id: int) -> str:
    """The snippet, and whether a hit has arrived yet."""
    here = context.current()
    found = queries.reached(here.actor, site_id)
    return render_template(
        "statistics/install.html",
        measured=found.site,
        access=found.access,
        base=here.settings.url,
        heard=weeks.has_heard_of(found.site),
        host=_shown_host(found.site),
    )


@guards.signed_in
def heard(site_id: int) -> Response:
    """Whether anything was counted for a site, for the script of the page that waits for it."""
    site = queries.get(context.current().actor, site_id)
    return jsonify(heard=weeks.has_heard_of(site))


def _shown_host(site: Site) -> str:
    return content.shown_host(content.host_of(site.url))
