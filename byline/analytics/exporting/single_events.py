"""Single events, streamed: however many there are, only a step of them is in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from byline.analytics.exporting import formats
from byline.analytics.report import periods
from byline.analytics.report.questions import Question
from byline.analytics.store import raw
from byline.analytics.store.raw import FIELDS, Span
from byline.kernel.db import Database


def span_of(question: Question) -> Span:
    """The days of a question; its filters do not apply to single events."""
    first, last = question.period.first, min(question.period.last, question.today)
    zone = question.zone_info
    begin, end = periods.start_of(first, zone), periods.start_of(last + timedelta(days=1), zone)
    return Span(question.site_id, int(begin.timestamp()), int(end.timestamp()))


def number(database: Database, question: Question) -> int:
    """About how many events that are."""
    return raw.number_of_events(database, span_of(question))


def as_csv(database: Database, question: Question) -> Iterator[bytes]:
    """The events as CSV."""
    return formats.csv_lines(FIELDS, _steps(database, question))


def as_json_lines(database: Database, question: Question) -> Iterator[bytes]:
    """The events as JSON, one a line."""
    return formats.json_lines(_steps(database, question))


def _steps(database: Database, question: Question) -> Iterator[Sequence[Mapping[str, Any]]]:
    zone = question.zone_info
    for rows in raw.single_events(database, span_of(question)):
        yield [{**row, "time": _moment(row["time"], zone)} for row in rows]


def _moment(at: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at, zone).isoformat()
