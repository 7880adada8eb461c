"""A site's funnels: the list, one drawn step by step, and the form that describes one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for

from byline.analytics import report
from byline.analytics.report import queries as described_queries
from byline.analytics.report import service
from byline.analytics.report.models import Funnel
from byline.analytics.sites import queries
from byline.analytics.sites.queries import Reached
from byline.analytics.sites.rules import Access
from byline.kernel.errors import Invalid
from byline.statistics import asking, described, gone
from byline.statistics.blueprint import Answer
from byline.statistics.described import FunnelForm
from byline.statistics.forms import BLANK
from byline.statistics.goals_views import known_deeds
from byline.web import context, guards, throttle


@guards.signed_in
@throttle.limit(throttle.WRITES)
def listed(site_id: int) -> Answer:
    """The funnels; on a POST one more begins."""
    actor = context.current().actor
    if request.method != "POST":
        return _page(queries.reached(actor, site_id), FunnelForm(formdata=BLANK))
    found = queries.reached(actor, site_id, Access.EDIT)
    form = FunnelForm()
    try:
        funnel = service.add_funnel(actor, site_id, form.given())
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(found, form), refusal.status
    flash("It counts for the past as well.", "success")
    return redirect(url_for("statistics.funnel", site_id=site_id, funnel_id=funnel.id), 303)


@guards.signed_in
def show(site_id: int, funnel_id: int) -> Answer:
    """One funnel, step by step."""
    found = queries.reached(context.current().actor, site_id)
    asked = asking.days_of(found.site, request.args)
    return render_template(
        "statistics/funnel.html",
        asked=asked,
        funnel=report.funnel(asked.question, funnel_id),
        may_edit=found.access >= Access.EDIT,
        base=url_for("statistics.dashboard", site_id=site_id),
        **asking.drawing(),
    )


@guards.signed_in
@throttle.limit(throttle.WRITES)
def change(site_id: int, funnel_id: int) -> Answer:
    """Describe a funnel anew."""
    actor = context.current().actor
    found = queries.reached(actor, site_id, Access.EDIT)
    funnel = described_queries.one(Funnel, site_id, funnel_id)
    if request.method != "POST":
        return _form(found, funnel, FunnelForm.of(funnel))
    form = FunnelForm()
    try:
        service.change_funnel(actor, site_id, funnel_id, form.given())
    except Invalid as refusal:
        form.refuse(refusal)
        return _form(found, funnel, form), refusal.status
    flash("Saved.", "success")
    return redirect(url_for("statistics.funnel", site_id=site_id, funnel_id=funnel_id), 303)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def delete(site_id: int, funnel_id: int) -> Answer:
    """Delete a funnel, and offer to bring it back."""
    funnel = service.delete_funnel(context.current().actor, site_id, funnel_id)
    action = url_for("statistics.funnels", site_id=site_id)
    gone.say(funnel.name, action, {"name": funnel.name, **described.steps_of(funnel)})
    return redirect(action, 303)


def _page(found: Reached, form: FunnelForm) -> str:
    asked = asking.days_of(found.site, request.args)
    may_edit = found.access >= Access.EDIT
    return render_template(
        "statistics/funnels.html",
        asked=asked,
        funnels=described_queries.funnels_of(found.site.id),
        known=known_deeds(asked.question) if may_edit else (),
        form=form,
        may_edit=may_edit,
        base=url_for("statistics.dashboard", site_id=found.site.id),
        **asking.drawing(),
    )


def _form(found: Reached, funnel: Funnel, form: FunnelForm) -> str:
    known = known_deeds(asking.of(found.site, BLANK).question)
    base = url_for("statistics.dashboard", site_id=found.site.id)
    return render_template(
        "statistics/funnel_form.html", measured=found.site, funnel=funnel, form=form, known=known, base=base
    )
