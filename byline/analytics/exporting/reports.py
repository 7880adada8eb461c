"""What a dashboard shows, as tables: the series over time, and each list in full."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from byline.analytics import report
from byline.analytics.definitions import DIMENSIONS, TILES
from byline.analytics.exporting import formats
from byline.analytics.report.answers import Page, Panel, Row, Totals
from byline.analytics.report.questions import Question, Slice

WHOLE = Slice(limit=10_000)
"""As much of a list as is read at once; few are longer."""
MOST_ROWS = 200_000
SERIES = "series"
COUNTS = ("visitors", "visits", "pageviews", "events")
METRICS = (*COUNTS, *(name for name in TILES if name not in COUNTS))
PANELS = tuple(name for name in DIMENSIONS if name != "prop")
"""The lists that can be taken out."""
Table = tuple[tuple[str, ...], list[dict[str, Any]]]


def series(question: Question) -> Table:
    """A row for each interval of the period; what has not come yet has none."""
    return _series(report.page(question))


def _series(page: Page) -> Table:
    rows = [
        {"begins": point.begins.isoformat(), **_metrics(point.totals)} for point in page.series.points if point.totals
    ]
    return ("begins", *METRICS), rows


def panel(question: Question, dimension: str) -> Table:
    """Every row of a list, the largest first; raises NotFound for what is no list."""
    return _whole(question, report.panel(question, dimension, WHOLE))


def panels(question: Question) -> Iterator[tuple[str, Table]]:
    """Every list by name; one statement, and more only for lists that are very long."""
    for name, found in report.panels(question, PANELS, WHOLE).items():
        yield name, _whole(question, found)


def _whole(question: Question, found: Panel) -> Table:
    rows, after = list(found.rows), found.after
    while after is not None and len(rows) < MOST_ROWS:
        found = report.panel(question, found.dimension, replace(WHOLE, after=after))
        rows, after = [*rows, *found.rows], found.after
    return _table(rows)


def _table(rows: Sequence[Row]) -> Table:
    extra = tuple(dict.fromkeys(name for row in rows for name in row.extra))
    told = [
        {"key": row.key, "label": row.label, "share": row.share, **_metrics(row.totals), **row.extra} for row in rows
    ]
    return ("key", "label", "share", *METRICS, *extra), told


def _metrics(totals: Totals) -> dict[str, float | None]:
    return {name: totals.value(name) for name in METRICS}


def everything(question: Question) -> dict[str, Any]:
    """The whole dashboard as plain values."""
    page = report.page(question)
    return {
        "site": question.site_id,
        "time_zone": question.zone,
        "first": question.period.first.isoformat(),
        "last": min(question.period.last, question.today).isoformat(),
        "filters": [each.written for each in question.all_filters],
        "totals": _metrics(page.totals),
        "not_counted": dict(page.refused),
        "interval": question.interval.value,
        SERIES: _series(page)[1],
        "panels": {name: rows for name, (_, rows) in panels(question)},
    }


def as_csv(table: Table) -> Iterator[bytes]:
    """A table as CSV."""
    columns, rows = table
    return formats.csv_lines(columns, [rows])


def zipped(question: Question) -> Iterator[bytes]:
    """An archive with a CSV for the series and one for each list, made while it is sent."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{SERIES}.csv", b"".join(as_csv(series(question))))
        for name, table in panels(question):
            archive.writestr(f"{name}.csv", b"".join(as_csv(table)))
            yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """Takes what an archive writes and gives it away again, so that it need not be kept."""

    def __init__(self) -> None:
        self._written = bytearray()
        self._gone = 0

    def writable(self) -> bool:
        return True

    def write(self, block: Any) -> int:
        self._written += block
        return len(block)

    def tell(self) -> int:
        return self._gone + len(self._written)

    def taken(self) -> bytes:
        """What was written since."""
        taken = bytes(self._written)
        self._gone += len(taken)
        self._written.clear()
        return taken
