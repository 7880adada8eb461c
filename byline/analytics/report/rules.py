"""What goals, funnels, segments and annotations may be: pure decisions about values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

MOST_GOALS = 50
MOST_FUNNELS = 20
MOST_SEGMENTS = 50
MOST_ANNOTATIONS = 500
LONGEST_NAME = 100
LONGEST_EVENT = 200
LONGEST_PATH = 500
LONGEST_TEXT = 280
FEWEST_STEPS, MOST_STEPS = 2, 8
MOST_PROPS = 5


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
class AnnotationForm:
    """A mark on the chart as somebody writes it."""

    day: date
    text: str
