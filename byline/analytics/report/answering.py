"""The dashboard's numbers: tiles and chart (`page`), and the panels below them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from byline.analytics.report.answers import Page, Panel
from byline.analytics.report.questions import Question, Slice


def page(question: Question) -> Page:
    """Tiles, chart, current visitors and what was not counted; at most four statements."""
    raise NotImplementedError


def panel(question: Question, dimension: str, part: Slice = Slice()) -> Panel:  # noqa: B008  (it is frozen)
    """One dimension in full, part by part; at most two statements."""
    raise NotImplementedError


def panels(question: Question, dimensions: Iterable[str], limit: int = 9) -> Mapping[str, Panel]:
    """The largest rows of several dimensions at once, by name; at most two statements whatever their number."""
    raise NotImplementedError


def props(question: Question, event: str) -> Mapping[str, Panel]:
    """What was said about an event: for each of its properties the most frequent values."""
    raise NotImplementedError
