"""What an experiment may be: pure decisions about values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from byline.analytics.experiments.models import Experiment, State
from byline.analytics.report import rules as deeds
from byline.analytics.report.rules import Deed
from byline.kernel import tidy
from byline.kernel.errors import Conflict, Invalid

MOST_EXPERIMENTS = 50
MOST_RUNNING = 10
"""Of one site, as each costs a draw wherever a page asks for it, and two that touch one page blur each other."""
LONGEST_KEY = 40
FEWEST, MOST = 2, 5
HEAVIEST = 1_000
REOPENED_WITHIN = timedelta(hours=24)
"""After that too many visitors have seen nothing but the winner."""
RESERVED_KEYS = frozenset({"new"})
"""A page of its own at the place where an experiment is asked for."""
_KEY = re.compile(r"[a-z][a-z0-9-]*")
_VARIANT = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Variant:
    """One way a page may be, and how often it is to be drawn beside the others."""

    name: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """An experiment as somebody describes it. The first variant is the control."""

    name: str
    key: str
    variants: Sequence[Variant]
    goal: str
    deed: Deed


def checked(given: Plan) -> Plan:
    """A plan in order; raises Invalid with a sentence for each field that needs another look."""
    wrong: dict[str, str] = {}
    name = tidy.one_line(given.name)
    if not name:
        wrong["name"] = "Give the experiment a name."
    elif tidy.length(name) > deeds.LONGEST_NAME:
        wrong["name"] = f"A name has at most {deeds.LONGEST_NAME} characters; this one has {tidy.length(name)}."
    key = tidy.one_line(given.key).lower()
    if reason := _why_no_key(key):
        wrong["key"] = reason
    variants = _checked_variants(given.variants, wrong)
    if not given.deed.event and not given.deed.path:
        wrong["goal"] = "Choose what the variants are to bring visitors to."
    if wrong:
        raise Invalid.of(wrong, "experiment-plan")
    return Plan(name, key, variants, tidy.one_line(given.goal)[: deeds.LONGEST_NAME], deeds.checked_deed(given.deed))


def _why_no_key(key: str) -> str:
    if not key:
        return "Give it a key, the word by which pages ask for it, such as headline."
    if len(key) > LONGEST_KEY or not _KEY.fullmatch(key):
        return f"A key has at most {LONGEST_KEY} letters from a to z, digits and hyphens, and begins with a letter."
    return "Pages need this word for something else. Choose another key." if key in RESERVED_KEYS else ""


def _checked_variants(given: Sequence[Variant], wrong: dict[str, str]) -> tuple[Variant, ...]:
    """Lines without a name are left out, as a form has empty ones."""
    kept: dict[str, Variant] = {}
    for number, variant in enumerate(given):
        name = tidy.one_line(variant.name).lower()
        if not name:
            continue
        if len(name) > LONGEST_KEY or not _VARIANT.fullmatch(name):
            sentence = f"A variant's name has at most {LONGEST_KEY} letters from a to z, digits and hyphens."
            wrong[f"variant-{number}"] = sentence
        elif name in kept:
            wrong[f"variant-{number}"] = f"There is another variant called “{name}”."
        elif not 1 <= variant.weight <= HEAVIEST:
            wrong[f"variant-{number}"] = f"A weight is a whole number from 1 to {HEAVIEST}."
        else:
            kept[name] = Variant(name, variant.weight)
    if not FEWEST <= len(kept) <= MOST and not any(field.startswith("variant-") for field in wrong):
        wrong["variants"] = f"An experiment has {FEWEST} to {MOST} variants; this one has {len(kept)}."
    return tuple(kept.values())


def check_changeable(experiment: Experiment) -> None:
    """Raises Conflict once it has begun: what visitors see and what is counted must not change under way."""
    if experiment.state != State.DRAFT:
        sentence = "It has begun, and what was counted belongs to it as it stands. Describe a new one instead."
        raise Conflict("experiment-begun", sentence)


def check_startable(experiment: Experiment, running: int) -> None:
    """Raises Conflict unless it is a draft, and while too many others of the site run."""
    if experiment.state != State.DRAFT:
        raise Conflict("experiment-begun", "It has begun already.")
    if running >= MOST_RUNNING:
        sentence = f"{MOST_RUNNING} experiments are running, which is the most of one site. End one of them first."
        raise Conflict("too-many-running", sentence)


def check_winner(experiment: Experiment, winner: str) -> None:
    """Raises Conflict unless it runs, Invalid for a winner that is none of its variants."""
    if experiment.state != State.RUNNING:
        raise Conflict("experiment-not-running", "It is not running.")
    if winner not in {variant.name for variant in variants_of(experiment)}:
        raise Invalid("experiment-winner", "Choose what everybody is to see from now on.", field="winner")


def check_reopenable(experiment: Experiment, now: datetime, running: int) -> None:
    """Raises Conflict unless it ended a short time ago and there is room for it."""
    if experiment.state != State.ENDED or experiment.ended_at is None:
        raise Conflict("experiment-not-ended", "It has not ended.")
    if now - experiment.ended_at > REOPENED_WITHIN:
        sentence = "It ended more than a day ago, and everybody has seen the winner since. Describe a new one instead."
        raise Conflict("experiment-long-ended", sentence)
    if running >= MOST_RUNNING:
        raise Conflict("too-many-running", f"{MOST_RUNNING} experiments are running, which is the most of one site.")


def variants_of(experiment: Experiment) -> tuple[Variant, ...]:
    """The variants of a stored experiment, the control first."""
    return tuple(Variant(each["name"], each["weight"]) for each in experiment.variants)


def deed_of(experiment: Experiment) -> Deed:
    """What a stored experiment counts."""
    return Deed(experiment.event, experiment.path, experiment.props)
