"""The one door for experiments. Whoever may edit a site may change them.

Each function checks the right, writes and flushes. Raises NotFound for a site or an experiment that the actor may not
see, NotAllowed for a viewer, and what `rules` refuses.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, func, select

from byline.analytics.experiments import queries, rules
from byline.analytics.experiments.models import Experiment, State
from byline.analytics.experiments.rules import Plan
from byline.analytics.sites import queries as sites
from byline.analytics.sites.rules import Access
from byline.kernel import clock, db, state
from byline.kernel.access import Actor
from byline.kernel.errors import Conflict, Invalid


def add(actor: Actor, site_id: int, given: Plan) -> Experiment:
    """Describe an experiment; nobody sees it before it starts. The same one again is the first."""
    _lock(actor, site_id)
    plan = rules.checked(given)
    twin = queries.by_key(site_id, plan.key)
    if twin is not None and twin.state == State.DRAFT and _is_as(twin, plan):
        return twin
    _check_free(twin, plan.key)
    if _count(site_id) >= rules.MOST_EXPERIMENTS:
        sentence = f"This site has {rules.MOST_EXPERIMENTS} experiments, which is the most. Delete one that is over."
        raise Invalid("too-many-experiments", sentence, field="name")
    made = Experiment(site_id=site_id, state=State.DRAFT, winner="", created_at=clock.now())
    return _kept(_described(made, plan))


def change(actor: Actor, site_id: int, experiment_id: int, given: Plan) -> Experiment:
    """Describe a draft anew; Conflict once it has begun."""
    _lock(actor, site_id)
    found = queries.get(site_id, experiment_id)
    rules.check_changeable(found)
    plan = rules.checked(given)
    twin = queries.by_key(site_id, plan.key)
    _check_free(twin if twin is not found else None, plan.key)
    return _kept(_described(found, plan))


def start(actor: Actor, site_id: int, experiment_id: int) -> Experiment:
    """Let visitors see the variants from now on."""
    _lock(actor, site_id)
    found = queries.get(site_id, experiment_id)
    rules.check_startable(found, _running(site_id))
    found.state, found.started_at = State.RUNNING, clock.now()
    return _kept(found)


def take_back(actor: Actor, site_id: int, experiment_id: int) -> Experiment:
    """Make a draft of a running experiment again; what was counted so far is left out when it starts anew."""
    _lock(actor, site_id)
    found = queries.get(site_id, experiment_id)
    if found.state != State.RUNNING:
        raise Conflict("experiment-not-running", "It is not running.")
    found.state, found.started_at = State.DRAFT, None
    return _kept(found)


def end(
    actor: Actor, site_id: int, experiment_id: int, winner: str, counted: Sequence[Sequence[int]] = ()
) -> Experiment:
    """End a running experiment: everybody sees the winner from now on. `counted` is what stays of its numbers."""
    _lock(actor, site_id)
    found = queries.get(site_id, experiment_id)
    rules.check_winner(found, winner)
    found.state, found.winner, found.ended_at = State.ENDED, winner, clock.now()
    found.counted = [list(row) for row in counted]
    return _kept(found)


def reopen(actor: Actor, site_id: int, experiment_id: int) -> Experiment:
    """Let an experiment that ended within the last day go on as if it had not."""
    _lock(actor, site_id)
    found = queries.get(site_id, experiment_id)
    rules.check_reopenable(found, clock.now(), _running(site_id))
    found.state, found.winner, found.ended_at, found.counted = State.RUNNING, "", None, None
    return _kept(found)


def delete(actor: Actor, site_id: int, experiment_id: int) -> Experiment:
    """Delete an experiment that does not run; answers what it was. Events that were counted stay."""
    _lock(actor, site_id)
    found = queries.get(site_id, experiment_id)
    if found.state == State.RUNNING:
        raise Conflict("experiment-running", "It is running. End it first, so that pages know what to show.")
    db.session().delete(found)
    db.session().flush()
    state.renew(queries.TOPIC)
    return found


def _lock(actor: Actor, site_id: int) -> None:
    """Refuse whoever may not edit; let one change of a site at a time look for free keys and room."""
    sites.reached(actor, site_id, Access.EDIT, locked=True)


def _described(experiment: Experiment, plan: Plan) -> Experiment:
    experiment.name, experiment.key, experiment.goal = plan.name, plan.key, plan.goal
    experiment.event, experiment.path, experiment.props = plan.deed.event, plan.deed.path, dict(plan.deed.props)
    experiment.variants = [{"name": each.name, "weight": each.weight} for each in plan.variants]
    return experiment


def _is_as(experiment: Experiment, plan: Plan) -> bool:
    said = (experiment.name, rules.variants_of(experiment), experiment.goal, rules.deed_of(experiment))
    return said == (plan.name, tuple(plan.variants), plan.goal, plan.deed)


def _check_free(twin: Experiment | None, key: str) -> None:
    if twin is not None:
        sentence = f"The experiment “{twin.name}” has the key “{key}” already. Choose another one."
        raise Invalid("experiment-key-taken", sentence, field="key")


def _kept(experiment: Experiment) -> Experiment:
    db.session().add(experiment)
    db.session().flush()
    state.renew(queries.TOPIC)
    return experiment


def _count(site_id: int) -> int:
    return _number(select(func.count()).select_from(Experiment).where(Experiment.site_id == site_id))


def _running(site_id: int) -> int:
    mine = (Experiment.site_id == site_id, Experiment.state == State.RUNNING)
    return _number(select(func.count()).select_from(Experiment).where(*mine))


def _number(query: Select[int]) -> int:
    return db.session().scalar(query) or 0
