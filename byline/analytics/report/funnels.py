"""How far visitors come on a way of several steps."""

from __future__ import annotations

from byline.analytics.report.answers import FunnelAnswer
from byline.analytics.report.models import Funnel
from byline.analytics.report.questions import Question


def funnel(question: Question, funnel_id: int) -> FunnelAnswer:
    """One funnel of the question's site; raises NotFound for any other."""
    raise NotImplementedError


def funnels(question: Question) -> tuple[Funnel, ...]:
    """The funnels of the question's site by name, without numbers."""
    raise NotImplementedError
