"""A site's experiments: the list, the form that describes one, and what it came to."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for

from byline.analytics.experiments import queries, results, rules, service
from byline.analytics.experiments.models import Experiment, State
from byline.analytics.report import queries as described
from byline.analytics.sites import queries as sites
from byline.analytics.sites.queries import Reached
from byline.analytics.sites.rules import Access
from byline.kernel import clock
from byline.kernel.errors import Invalid
from byline.statistics import chart, experiment_words, gone
from byline.statistics.blueprint import Answer
from byline.statistics.experiment_forms import EndingForm, ExperimentForm, said_of
from byline.statistics.experiment_words import STATES
from byline.web import context, guards, notices, throttle


@guards.signed_in
def listed(site_id: int) -> Answer:
    """The experiments, the latest first."""
    found = sites.reached(context.current().actor, site_id)
    return render_template(
        "statistics/experiments.html", experiments=queries.listed(site_id), states=STATES, **_frame(found)
    )


@guards.signed_in
@throttle.limit(throttle.WRITES)
def new(site_id: int) -> Answer:
    """Describe an experiment."""
    actor = context.current().actor
    found, goals = sites.reached(actor, site_id, Access.EDIT), described.goals_of(site_id)
    if request.method != "POST":
        return _form(found, ExperimentForm.blank().offer(goals))
    form = ExperimentForm().offer(goals)
    try:
        made = service.add(actor, site_id, form.plan(goals))
    except Invalid as refusal:
        form.refuse(refusal)
        return _form(found, form), refusal.status
    flash("It is described. Nobody sees a variant before you start it.", "success")
    return _back(site_id, made.id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def change(site_id: int, experiment_id: int) -> Answer:
    """Describe a draft anew."""
    actor = context.current().actor
    found, goals = sites.reached(actor, site_id, Access.EDIT), described.goals_of(site_id)
    experiment = queries.get(site_id, experiment_id)
    rules.check_changeable(experiment)
    if request.method != "POST":
        return _form(found, ExperimentForm.of(experiment).offer(goals, experiment), experiment)
    form = ExperimentForm().offer(goals, experiment)
    try:
        service.change(actor, site_id, experiment_id, form.plan(goals, experiment))
    except Invalid as refusal:
        form.refuse(refusal)
        return _form(found, form, experiment), refusal.status
    flash("Saved.", "success")
    return _back(site_id, experiment_id)


@guards.signed_in
def show(site_id: int, experiment_id: int) -> Answer:
    """What an experiment came to, or what a draft still needs."""
    found = sites.reached(context.current().actor, site_id)
    experiment = queries.get(site_id, experiment_id)
    return _report(found, experiment, EndingForm(formdata=None))


@guards.signed_in
@throttle.limit(throttle.WRITES)
def start(site_id: int, experiment_id: int) -> Answer:
    """Let visitors see the variants, and offer to take that back."""
    service.start(context.current().actor, site_id, experiment_id)
    notices.undo("It is running. Pages know within a second.", _address("take_back", site_id, experiment_id))
    return _back(site_id, experiment_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def take_back(site_id: int, experiment_id: int) -> Answer:
    """Make a draft of a running experiment again."""
    service.take_back(context.current().actor, site_id, experiment_id)
    flash("It is a draft again, and everybody sees the control.", "success")
    return _back(site_id, experiment_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def end(site_id: int, experiment_id: int) -> Answer:
    """End an experiment with a winner, keep its numbers, and offer to take that back."""
    actor = context.current().actor
    found = sites.reached(actor, site_id, Access.EDIT)
    experiment = queries.get(site_id, experiment_id)
    form = EndingForm()
    try:
        rules.check_winner(experiment, form.winner.data or "")
        counted = results.counted(experiment, found.site.time_zone, clock.now())
        service.end(actor, site_id, experiment_id, form.winner.data or "", counted)
    except Invalid as refusal:
        form.refuse(refusal)
        return _report(found, experiment, form), refusal.status
    sentence = f"It has ended. Everybody sees “{experiment.winner}” from now on."
    notices.undo(sentence, _address("reopen", site_id, experiment_id))
    return _back(site_id, experiment_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def reopen(site_id: int, experiment_id: int) -> Answer:
    """Let an experiment that has just ended go on."""
    service.reopen(context.current().actor, site_id, experiment_id)
    flash("It goes on.", "success")
    return _back(site_id, experiment_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def delete(site_id: int, experiment_id: int) -> Answer:
    """Delete an experiment, and offer to bring a draft back; the numbers of others are gone with them."""
    actor = context.current().actor
    gone_one = service.delete(actor, site_id, experiment_id)
    goal = next((each for each in described.goals_of(site_id) if each.name == gone_one.goal), None)
    if gone_one.state == State.DRAFT and goal is not None:
        fields = {**said_of(gone_one), "goal": str(goal.id)}
        gone.say(gone_one.name, url_for("statistics.new_experiment", site_id=site_id), fields)
    else:
        flash(f"“{gone_one.name}” is deleted.", "success")
    return redirect(url_for("statistics.experiments", site_id=site_id), 303)


def _frame(found: Reached) -> dict[str, object]:
    base = url_for("statistics.dashboard", site_id=found.site.id)
    return {"measured": found.site, "may_edit": found.access >= Access.EDIT, "base": base}


def _form(found: Reached, form: ExperimentForm, experiment: Experiment | None = None) -> str:
    return render_template("statistics/experiment_form.html", form=form, experiment=experiment, **_frame(found))


def _report(found: Reached, experiment: Experiment, form: EndingForm) -> str:
    frame = {**_frame(found), "experiment": experiment, "variants": rules.variants_of(experiment), "states": STATES}
    frame["origin"] = context.current().settings.url
    if experiment.state == State.DRAFT:
        return render_template("statistics/experiment_draft.html", **frame)
    result = results.of(experiment, found.site.time_zone, clock.now())
    form.winner.choices = [(outcome.name, outcome.name) for outcome in result.outcomes]
    form.winner.data = form.winner.data or result.leader.name
    return render_template(
        "statistics/experiment.html",
        result=result,
        form=form,
        words=experiment_words,
        verdict=experiment_words.verdict(result),
        caution=experiment_words.caution(found.site, experiment, result),
        pictures={
            "wide": experiment_words.picture(result, chart.WIDE),
            "narrow": experiment_words.picture(result, chart.NARROW),
        },
        **frame,
    )


def _address(act: str, site_id: int, experiment_id: int) -> str:
    return url_for(f"statistics.{act}_experiment", site_id=site_id, experiment_id=experiment_id)


def _back(site_id: int, experiment_id: int) -> Answer:
    return redirect(url_for("statistics.experiment", site_id=site_id, experiment_id=experiment_id), 303)
