"""From a URL to a question that can be answered: with the site's first day and the filters of its segment."""

from __future__ import annotations

from byline.analytics.report.questions import Arguments, Measured, Question


def asked(args: Arguments, site: Measured) -> Question:
    """The question that a URL asks of a site now. Never fails: see `Question.complaints`."""
    raise NotImplementedError
