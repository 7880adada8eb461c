"""Taking a site's numbers out: reports of the present question, and single events, for everybody who may see them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator

from flask import Response, render_template, request, stream_with_context

from byline.analytics import store
from byline.analytics.definitions import DIMENSIONS
from byline.analytics.exporting import formats, reports, single_events
from byline.analytics.report.questions import Question
from byline.analytics.sites import queries
from byline.analytics.sites.models import Site
from byline.kernel.errors import NotFound
from byline.statistics import asking
from byline.statistics.asking import Asked
from byline.web import context, guards, throttle

DOWNLOADS = "60 per minute; 600 per hour"
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "zip": "application/zip",
    "gz": "application/gzip",
}


@guards.signed_in
def show(site_id: int) -> str:
    """What can be taken out of the present question, and about how much it is."""
    found = queries.reached(context.current().actor, site_id)
    asked = asking.days_of(found.site, request.args)
    return render_template(
        "statistics/exports.html",
        measured=found.site,
        access=found.access,
        asked=asked,
        panels=[(name, DIMENSIONS[name].plural) for name in reports.PANELS],
        number=single_events.number(store.here().database, asked.question),
    )


@guards.signed_in
@throttle.limit(DOWNLOADS)
def report_csv(site_id: int) -> Response:
    """The series, or with `panel` one list in full, as CSV."""
    asked = _asked(site_id)
    name = request.args.get("panel") or reports.SERIES
    return _sent(asked, name, "csv", reports.as_csv(_table(asked.question, name)))


@guards.signed_in
@throttle.limit(DOWNLOADS)
def report_json(site_id: int) -> Response:
    """The whole dashboard as JSON, or with `panel` one list or the series."""
    asked = _asked(site_id)
    name = request.args.get("panel")
    told = _table(asked.question, name)[1] if name else reports.everything(asked.question)
    return _sent(asked, name or "dashboard", "json", iter([json.dumps(told, ensure_ascii=False, indent=1).encode()]))


@guards.signed_in
@throttle.limit(DOWNLOADS)
def report_zip(site_id: int) -> Response:
    """The series and every list as CSV in one archive."""
    asked = _asked(site_id)
    return _sent(asked, "reports", "zip", stream_with_context(reports.zipped(asked.question)))


@guards.signed_in
@throttle.limit(DOWNLOADS)
def events_csv(site_id: int) -> Response:
    """Single events as CSV; `gz=1` compresses them."""
    asked = _asked(site_id)
    return _folded(asked, "csv", single_events.as_csv(store.here().database, asked.question))


@guards.signed_in
@throttle.limit(DOWNLOADS)
def events_json(site_id: int) -> Response:
    """Single events as JSON, one a line; `gz=1` compresses them."""
    asked = _asked(site_id)
    return _folded(asked, "jsonl", single_events.as_json_lines(store.here().database, asked.question))


def _asked(site_id: int) -> Asked:
    return asking.days_of(queries.get(context.current().actor, site_id), request.args)


def _table(question: Question, name: str) -> reports.Table:
    if name == reports.SERIES:
        return reports.series(question)
    if name not in reports.PANELS:
        raise NotFound("no-such-panel", "There is no such list.")
    return reports.panel(question, name)


def _folded(asked: Asked, ending: str, pieces: Iterator[bytes]) -> Response:
    if request.args.get("gz") == "1":
        return _sent(asked, "events", f"{ending}.gz", formats.folded(pieces))
    return _sent(asked, "events", ending, pieces)


def _sent(asked: Asked, what: str, ending: str, pieces: Iterator[bytes]) -> Response:
    response = Response(pieces, content_type=TYPES[ending.rpartition(".")[2]])
    first, last = asked.question.period.first, min(asked.question.period.last, asked.question.today)
    name = f"{_plain(asked.site)}-{what.replace('_', '-')}-{first}-{last}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _plain(site: Site) -> str:
    """The site's name as every file system takes it."""
    letters = unicodedata.normalize("NFKD", site.name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:40] or f"site-{site.id}"
