"""Forms of what a team wants to know again and again: goals, funnels, segments and notes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from wtforms import StringField, TextAreaField
from wtforms.fields.core import UnboundField

from byline.analytics.report import rules
from byline.analytics.report.models import Funnel, Goal, Note
from byline.analytics.report.rules import Deed
from byline.analytics.report.rules import FunnelForm as Way
from byline.analytics.report.rules import GoalForm as Aim
from byline.analytics.report.rules import NoteForm as Mark
from byline.kernel.errors import Invalid
from byline.web.forms import Form

STEPS = tuple(f"steps-{number}" for number in range(rules.MOST_STEPS))
"""The lines of a funnel's form, as `rules` calls them where it refuses one."""
PATH_BEGINS = ("/", "*")


class GoalForm(Form):
    """Something that visitors are to do."""

    deed = StringField(
        "An event or a page",
        description="The name of an event, or the path of a page such as /thanks or /shop/*.",
        render_kw={"maxlength": rules.LONGEST_PATH, "list": "known-deeds"},
    )
    props = TextAreaField(
        "What the event must say",
        description="One property a line, such as plan: yearly. Leave it empty to count every such event.",
        render_kw={"rows": 2},
    )
    name = StringField("Name", render_kw={"maxlength": rules.LONGEST_NAME})

    @classmethod
    def of(cls, goal: Goal) -> GoalForm:
        """The form with what stands."""
        return cls(formdata=None, name=goal.name, **said_of(goal))

    def given(self) -> Aim:
        """What was typed; raises Invalid for a property that is none."""
        return Aim(self.name.data or "", deed_in(self.deed.data or "", self.props.data or ""))


class FunnelForm(Form):
    """A way of several steps, a line for each; empty ones are left out."""

    name = StringField("Name", render_kw={"maxlength": rules.LONGEST_NAME})

    @classmethod
    def of(cls, funnel: Funnel) -> FunnelForm:
        """The form with what stands."""
        return cls(formdata=None, name=funnel.name, **steps_of(funnel))

    @property
    def lines(self) -> list[StringField]:
        """The fields of the steps."""
        return [self[name] for name in STEPS]

    def given(self) -> Way:
        """What was typed."""
        return Way(self.name.data or "", [deed_in(line.data or "") for line in self.lines])


def _step(number: int) -> UnboundField[StringField]:
    maxlength = {"maxlength": rules.LONGEST_PATH, "list": "known-deeds"}
    return StringField(f"Step {number + 1}", render_kw=maxlength)


for at, line in enumerate(STEPS):
    setattr(FunnelForm, line, _step(at))


class SegmentForm(Form):
    """The name of a segment."""

    name = StringField("Name", render_kw={"maxlength": rules.LONGEST_NAME})


class NoteForm(Form):
    """What happened on a day."""

    day = StringField("Day", render_kw={"type": "date"})
    text = StringField("In one line", render_kw={"maxlength": rules.LONGEST_TEXT})

    @classmethod
    def of(cls, note: Note) -> NoteForm:
        """The form with what stands."""
        return cls(formdata=None, day=note.day.isoformat(), text=note.text)

    def given(self) -> Mark:
        """What was typed; raises Invalid for a day that is none."""
        try:
            day = date.fromisoformat((self.day.data or "").strip())
        except ValueError:
            raise Invalid("note-day", "Choose a day, such as 2026-01-31.", field="day") from None
        return Mark(day, self.text.data or "")


def deed_in(typed: str, props: str = "") -> Deed:
    """What somebody means who types the path of a page or the name of an event."""
    words = typed.strip()
    said = _props_in(props.splitlines())
    if not words.startswith(PATH_BEGINS):
        return Deed(event=words, props=said)
    if said:
        raise Invalid("props-of-page", "Only events say something. Leave this empty for a page.", field="props")
    return Deed(path=words)


def said_of(goal: Goal) -> dict[str, str]:
    """A goal as it is typed."""
    return {"deed": goal.path or goal.event, "props": "\n".join(f"{key}: {said}" for key, said in goal.props.items())}


def steps_of(funnel: Funnel) -> dict[str, str]:
    """A funnel's steps as they are typed, by the lines of its form."""
    typed = [step.get("path") or step.get("event", "") for step in funnel.steps]
    return dict(zip(STEPS, typed, strict=False))


def _props_in(typed: Iterable[str]) -> dict[str, str]:
    found = {}
    for words in filter(None, map(str.strip, typed)):
        key, colon, said = words.partition(":")
        if not (colon and key.strip()):
            raise Invalid("props-wrong", f"“{words[:40]}” is no property. Write it as plan: yearly.", field="props")
        found[key.strip()] = said.strip()
    return found
