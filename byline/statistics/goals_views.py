"""A site's goals: how they fared, and the form that describes one."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for

from byline.analytics import report
from byline.analytics.report import queries as described_queries
from byline.analytics.report import service
from byline.analytics.report.models import Goal
from byline.analytics.report.questions import Question, Slice
from byline.analytics.sites import queries
from byline.analytics.sites.queries import Reached
from byline.analytics.sites.rules import Access
from byline.kernel.errors import Invalid
from byline.statistics import asking, described, gone
from byline.statistics.blueprint import Answer
from byline.statistics.described import GoalForm
from byline.statistics.forms import BLANK
from byline.web import context, guards, throttle

SUGGESTED = 40


@guards.signed_in
@throttle.limit(throttle.WRITES)
def listed(site_id: int) -> Answer:
    """The goals with their conversions; on a POST one more is set."""
    actor = context.current().actor
    if request.method != "POST":
        return _page(queries.reached(actor, site_id), GoalForm(formdata=BLANK))
    found = queries.reached(actor, site_id, Access.EDIT)
    form = GoalForm()
    try:
        goal = service.add_goal(actor, site_id, form.given())
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(found, form), refusal.status
    flash(f"“{goal.name}” is a goal. It counts for the past as well.", "success")
    return _back(site_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def change(site_id: int, goal_id: int) -> Answer:
    """Describe a goal anew."""
    actor = context.current().actor
    found = queries.reached(actor, site_id, Access.EDIT)
    goal = described_queries.one(Goal, site_id, goal_id)
    if request.method != "POST":
        return _form(found, goal, GoalForm.of(goal))
    form = GoalForm()
    try:
        service.change_goal(actor, site_id, goal_id, form.given())
    except Invalid as refusal:
        form.refuse(refusal)
        return _form(found, goal, form), refusal.status
    flash("Saved.", "success")
    return _back(site_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def delete(site_id: int, goal_id: int) -> Answer:
    """Delete a goal, and offer to bring it back."""
    goal = service.delete_goal(context.current().actor, site_id, goal_id)
    fields = {"name": goal.name, **described.said_of(goal)}
    gone.say(goal.name, url_for("statistics.goals", site_id=site_id), fields)
    return _back(site_id)


def known_deeds(question: Question) -> Sequence[str]:
    """Names of events and paths of pages that are often met, for whoever describes a goal or a funnel."""
    found = report.panels(question, ("event", "page"), Slice(limit=SUGGESTED))
    return [row.key for name in ("event", "page") for row in found[name].rows if row.key and row.key != "(other)"]


def _page(found: Reached, form: GoalForm) -> str:
    asked = asking.days_of(found.site, request.args)
    may_edit = found.access >= Access.EDIT
    return render_template(
        "statistics/goals.html",
        asked=asked,
        goals=report.goals(asked.question),
        known=known_deeds(asked.question) if may_edit else (),
        form=form,
        may_edit=may_edit,
        base=url_for("statistics.dashboard", site_id=found.site.id),
        **asking.drawing(),
    )


def _form(found: Reached, goal: Goal, form: GoalForm) -> str:
    known = known_deeds(asking.of(found.site, BLANK).question)
    base = url_for("statistics.dashboard", site_id=found.site.id)
    return render_template("statistics/goal.html", measured=found.site, goal=goal, form=form, known=known, base=base)


def _back(site_id: int) -> Answer:
    return redirect(url_for("statistics.goals", site_id=site_id), 303)
