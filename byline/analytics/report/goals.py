"""How a site's goals fared."""

from __future__ import annotations

from byline.analytics.report.answers import GoalAnswer
from byline.analytics.report.questions import Question


def goals(question: Question) -> tuple[GoalAnswer, ...]:
    """Every goal of the site with its conversions, most first. Filters choose visits; goals are looked for in those."""
    raise NotImplementedError
