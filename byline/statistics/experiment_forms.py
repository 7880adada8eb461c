"""The form that describes an experiment, and the one that ends it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.fields.core import UnboundField

from byline.analytics.experiments import rules
from byline.analytics.experiments.models import Experiment
from byline.analytics.experiments.rules import Plan, Variant
from byline.analytics.report import rules as deeds
from byline.analytics.report.models import Goal
from byline.analytics.report.rules import Deed
from byline.web import incoming
from byline.web.forms import Form

AS_IT_STANDS = "0"
"""Chosen for the goal that an experiment has, which may be none of the site's any more."""
NAMES = tuple(f"variant-{number}" for number in range(rules.MOST))
"""The lines of the form, as `rules` calls them where it refuses one."""
WEIGHTS = tuple(f"weight-{number}" for number in range(rules.MOST))


class ExperimentForm(Form):
    """An experiment: a line for each variant, of which empty ones are left out."""

    name = StringField(
        "What you want to know", description="For you and your team.", render_kw={"maxlength": deeds.LONGEST_NAME}
    )
    key = StringField(
        "Key",
        description="The word by which pages ask for it: small letters, digits and hyphens.",
        render_kw={"maxlength": rules.LONGEST_KEY},
    )
    goal = SelectField("Goal", choices=[], validate_choice=False)

    @classmethod
    def blank(cls) -> ExperimentForm:
        """The form before anything was typed."""
        return cls(formdata=None, **{NAMES[0]: "control", WEIGHTS[0]: "1", WEIGHTS[1]: "1"})

    @classmethod
    def of(cls, experiment: Experiment) -> ExperimentForm:
        """The form with what stands."""
        return cls(formdata=None, **said_of(experiment))

    def offer(self, goals: Sequence[Goal], standing: Experiment | None = None) -> ExperimentForm:
        """Let one of the site's goals be chosen, or the one that stands if it is none of them any more."""
        choices = [SelectChoice(str(goal.id), goal.name) for goal in goals]
        if standing is not None:
            same = next((goal for goal in goals if _deed(goal) == rules.deed_of(standing)), None)
            if same is None:
                choices.insert(0, SelectChoice(AS_IT_STANDS, standing.goal))
            self.goal.data = self.goal.data or (str(same.id) if same else AS_IT_STANDS)
        self.goal.choices = choices
        return self

    @property
    def lines(self) -> Iterable[tuple[StringField, StringField]]:
        """The fields of each variant: its name and its weight."""
        return [(self[name], self[weight]) for name, weight in zip(NAMES, WEIGHTS, strict=True)]

    def plan(self, goals: Sequence[Goal], standing: Experiment | None = None) -> Plan:
        """What was typed; a goal that is none is left for the rules to refuse."""
        chosen = next((goal for goal in goals if str(goal.id) == self.goal.data), None)
        named, deed = (chosen.name, _deed(chosen)) if chosen else ("", Deed())
        if chosen is None and standing is not None and self.goal.data == AS_IT_STANDS:
            named, deed = standing.goal, rules.deed_of(standing)
        variants = [Variant(name.data or "", _weight(weight.data or "")) for name, weight in self.lines]
        return Plan(self.name.data or "", self.key.data or "", variants, named, deed)


class EndingForm(Form):
    """What everybody is to see once an experiment has ended."""

    winner = RadioField("From then on everybody sees", choices=[], validate_choice=False)


def said_of(experiment: Experiment) -> dict[str, str]:
    """An experiment as it is typed, but for its goal."""
    typed = {"name": experiment.name, "key": experiment.key}
    for number, variant in enumerate(rules.variants_of(experiment)):
        typed |= {NAMES[number]: variant.name, WEIGHTS[number]: str(variant.weight)}
    return typed


def _deed(goal: Goal) -> Deed:
    return Deed(goal.event, goal.path, goal.props)


def _weight(typed: str) -> int:
    """The number that was typed; 1 for none, and one that no variant may have for what is no number."""
    if not typed.strip():
        return 1
    found = incoming.number(typed)
    return 0 if found is None else found


def _field(label: str, longest: int, **more: str) -> UnboundField[StringField]:
    return StringField(label, render_kw={"maxlength": longest, **more})


for at in range(rules.MOST):
    setattr(ExperimentForm, NAMES[at], _field("Control" if at == 0 else f"Variant {at + 1}", rules.LONGEST_KEY))
    setattr(ExperimentForm, WEIGHTS[at], _field(f"Weight of variant {at + 1}", 4, inputmode="numeric"))
