"""What goals, funnels, segments and notes may be: pure decisions about values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from byline.analytics.report.filters import MOST_FILTERS, Filter
from byline.kernel import tidy
from byline.kernel.errors import Invalid

MOST_GOALS = 50
MOST_FUNNELS = 20
MOST_SEGMENTS = 50
MOST_NOTES = 500
LONGEST_NAME = 100
LONGEST_EVENT = 200
LONGEST_PATH = 500
LONGEST_TEXT = 280
FEWEST_STEPS, MOST_STEPS = 2, 8
MOST_PROPS = 5
FIRST_DAY, LAST_DAY = date(1995, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a visitor does: the event of a name, perhaps with properties, or opening a page of a path."""

    event: str = ""
    path: str = ""
    """`*` stands for any signs."""
    props: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What people call it."""
        if not self.event:
            return self.path
        said = ", ".join(f"{key}: {value}" for key, value in self.props.items())
        return f"{self.event} ({said})" if said else self.event


@dataclass(frozen=True, slots=True)
class GoalForm:
    """A goal as somebody describes it."""

    name: str
    deed: Deed


@dataclass(frozen=True, slots=True)
class FunnelForm:
    """A funnel as somebody describes it."""

    name: str
    steps: Sequence[Deed]


@dataclass(frozen=True, slots=True)
class NoteForm:
    """A mark on the chart as somebody writes it."""

    day: date
    text: str


def checked_name(given: str, what: str) -> str:
    """A name in order; Invalid for an empty or too long one. `what` is what is named, such as "goal"."""
    name = tidy.one_line(given)
    if not name:
        raise Invalid(f"{what}-name", f"Give the {what} a name.", field="name")
    if tidy.length(name) > LONGEST_NAME:
        sentence = f"A name has at most {LONGEST_NAME} characters; this one has {tidy.length(name)}."
        raise Invalid(f"{what}-name", sentence, field="name")
    return name


def checked_goal(given: GoalForm) -> GoalForm:
    """A goal in order, named after what it counts where it has no name; raises Invalid."""
    deed = checked_deed(given.deed)
    return GoalForm(checked_name(tidy.one_line(given.name) or deed.label[:LONGEST_NAME], "goal"), deed)


def checked_funnel(given: FunnelForm) -> FunnelForm:
    """A funnel in order; raises Invalid. Steps that say nothing are left out, as a form has empty lines."""
    name = checked_name(given.name, "funnel")
    steps = []
    for number, step in enumerate(given.steps):
        if step.event.strip() or step.path.strip():
            steps.append(checked_deed(step, f"steps-{number}"))
    if not FEWEST_STEPS <= len(steps) <= MOST_STEPS:
        sentence = f"A funnel has {FEWEST_STEPS} to {MOST_STEPS} steps; this one has {len(steps)}."
        raise Invalid("funnel-steps", sentence, field="steps")
    return FunnelForm(name, tuple(steps))


def checked_deed(given: Deed, field: str = "deed") -> Deed:
    """What is to be done, in order; Invalid unless it is either an event or a page."""
    event, path = tidy.one_line(given.event), tidy.one_line(given.path)
    if bool(event) == bool(path):
        raise Invalid("deed-unclear", "Name either an event or the path of a page.", field=field)
    if path:
        return Deed(path=_checked_path(path, field))
    if tidy.length(event) > LONGEST_EVENT:
        raise Invalid("event-long", f"An event's name has at most {LONGEST_EVENT} characters.", field=field)
    return Deed(event=event, props=_checked_props(given.props, field))


def checked_filters(given: Sequence[Filter]) -> tuple[Filter, ...]:
    """The filters of a segment without repetitions; Invalid for none or too many."""
    filters = tuple(dict.fromkeys(given))
    if not filters:
        raise Invalid("segment-empty", "Choose at least one filter first; a segment keeps filters.", field="name")
    if len(filters) > MOST_FILTERS:
        raise Invalid("segment-large", f"A segment keeps at most {MOST_FILTERS} filters.", field="name")
    return filters


def checked_note(given: NoteForm) -> NoteForm:
    """A mark in order; Invalid for an empty or too long text and a day that no chart shows."""
    text = tidy.one_line(given.text)
    if not text:
        raise Invalid("note-text", "Say what happened on this day.", field="text")
    if tidy.length(text) > LONGEST_TEXT:
        sentence = f"Say it in {LONGEST_TEXT} characters; these are {tidy.length(text)}."
        raise Invalid("note-text", sentence, field="text")
    if not FIRST_DAY <= given.day <= LAST_DAY:
        raise Invalid("note-day", "Choose a day that a chart can show.", field="day")
    return NoteForm(given.day, text)


def _checked_path(path: str, field: str) -> str:
    if not path.startswith(("/", "*")):
        raise Invalid("path-wrong", "A path begins with a slash, such as /thanks or /shop/*.", field=field)
    if tidy.length(path) > LONGEST_PATH:
        raise Invalid("path-long", f"A path has at most {LONGEST_PATH} characters.", field=field)
    return path


def _checked_props(given: Mapping[str, str], field: str) -> dict[str, str]:
    props = {tidy.one_line(key): tidy.one_line(value) for key, value in given.items()}
    props.pop("", None)
    if len(props) > MOST_PROPS:
        raise Invalid("props-many", f"Ask for at most {MOST_PROPS} properties.", field=field)
    if any(tidy.length(text) > LONGEST_EVENT for pair in props.items() for text in pair):
        raise Invalid("props-long", f"A property has at most {LONGEST_EVENT} characters.", field=field)
    return props
