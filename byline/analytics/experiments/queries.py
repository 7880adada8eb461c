"""A site's experiments, and what they came to.

Whoever may see the site may see them: callers ask `sites.queries` first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from byline.analytics.experiments import rules
from byline.analytics.experiments.models import Experiment, State
from byline.kernel import db, state
from byline.kernel.errors import NotFound

TOPIC = "experiments"
"""The topic of `kernel.state` whose version moves with whatever pages must know."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What must be known of an experiment to answer which variant somebody sees."""

    id: int
    key: str
    variants: tuple[str, ...]
    weights: tuple[int, ...]
    is_running: bool
    settled: str
    """What everybody sees who takes no part: the control, or the winner once there is one."""


def listed(site_id: int) -> Sequence[Experiment]:
    """The site's experiments, the latest first."""
    query = select(Experiment).where(Experiment.site_id == site_id).order_by(Experiment.id.desc())
    return db.session().scalars(query.limit(rules.MOST_EXPERIMENTS)).all()


def get(site_id: int, experiment_id: int) -> Experiment:
    """One of the site's experiments; raises NotFound."""
    found = db.session().get(Experiment, experiment_id)
    if found is None or found.site_id != site_id:
        raise NotFound("experiment-unknown", "There is no such experiment any more.")
    return found


def by_key(site_id: int, key: str) -> Experiment | None:
    """The site's experiment that pages ask for by this key."""
    return db.session().scalar(select(Experiment).where(Experiment.site_id == site_id, Experiment.key == key))


def shown() -> dict[int, dict[str, Shown]]:
    """Every site's experiments by their keys, for whoever draws variants; one statement."""
    found: dict[int, dict[str, Shown]] = {}
    for experiment in db.session().scalars(select(Experiment)):
        found.setdefault(experiment.site_id, {})[experiment.key] = _shown(experiment)
    return found


def version() -> int:
    """Moves with every change of what `shown` answers; cheap to ask."""
    return state.topic_version(TOPIC)


def _shown(experiment: Experiment) -> Shown:
    variants = rules.variants_of(experiment)
    return Shown(
        experiment.id,
        experiment.key,
        tuple(variant.name for variant in variants),
        tuple(variant.weight for variant in variants),
        experiment.state == State.RUNNING,
        experiment.winner or variants[0].name,
    )
