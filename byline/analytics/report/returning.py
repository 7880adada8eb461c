"""Coming back, as far as it can be known: within the day."""

from __future__ import annotations

from byline.analytics.report.answers import Week
from byline.analytics.report.questions import Question


def retention(question: Question) -> tuple[Week, ...]:
    """Each week of the period, oldest first: who came back the same day, how often and how soon. Filters hold."""
    raise NotImplementedError
