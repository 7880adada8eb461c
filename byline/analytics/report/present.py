"""What happens right now."""

from __future__ import annotations

from byline.analytics.report.answers import Realtime
from byline.analytics.report.questions import Question


def realtime(question: Question) -> Realtime:
    """The last thirty minutes by the minute, with their pages, sources and countries. Filters hold."""
    raise NotImplementedError


def current_visitors(site_id: int) -> int:
    """How many different visitors did something in the last five minutes."""
    raise NotImplementedError
