"""A site's segments: filters that are kept under a name."""

from __future__ import annotations

import json
from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for

from byline.analytics.report import filters, service
from byline.analytics.report import queries as described_queries
from byline.analytics.report.filters import SPOKEN, Filter
from byline.analytics.report.models import Segment
from byline.analytics.sites import queries
from byline.analytics.sites.queries import Reached
from byline.analytics.sites.rules import Access
from byline.kernel.errors import Invalid
from byline.statistics import asking, gone
from byline.statistics.blueprint import Answer
from byline.statistics.described import SegmentForm
from byline.statistics.forms import BLANK
from byline.statistics.returns import to_dashboard
from byline.web import context, guards, throttle


@guards.signed_in
@throttle.limit(throttle.WRITES)
def listed(site_id: int) -> Answer:
    """The segments; on a POST the filters of a dashboard are kept as one."""
    actor = context.current().actor
    if request.method != "POST":
        return _page(queries.reached(actor, site_id), SegmentForm(formdata=BLANK))
    found = queries.reached(actor, site_id, Access.EDIT)
    form, written = SegmentForm(), _written()
    try:
        segment = service.save_segment(actor, site_id, form.name.data or "", filters.read_all(written)[0])
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(found, form, written), refusal.status
    flash(f"“{segment.name}” is kept as a segment.", "success")
    if "kept" in request.form:
        return _back(site_id)
    return to_dashboard(site_id, request.form.get("back"), segment=str(segment.id))


@guards.signed_in
@throttle.limit(throttle.WRITES)
def rename(site_id: int, segment_id: int) -> Answer:
    """Give a segment another name."""
    actor, form = context.current().actor, SegmentForm()
    found = queries.reached(actor, site_id, Access.EDIT)
    try:
        service.rename_segment(actor, site_id, segment_id, form.name.data or "")
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(found, form, renamed=segment_id), refusal.status
    flash("Saved.", "success")
    return _back(site_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def delete(site_id: int, segment_id: int) -> Answer:
    """Delete a segment, and offer to bring it back."""
    segment = service.delete_segment(context.current().actor, site_id, segment_id)
    fields = {"name": segment.name, "kept": json.dumps(segment.filters)}
    gone.say(segment.name, url_for("statistics.segments", site_id=site_id), fields)
    return _back(site_id)


def _written() -> Sequence[str]:
    """The filters of the form: one field each, or all in one where they are brought back."""
    try:
        kept = json.loads(request.form.get("kept") or "[]")
    except (ValueError, RecursionError):
        kept = []
    more = [each for each in kept if isinstance(each, str)] if isinstance(kept, list) else []
    return [*request.form.getlist("f"), *more][: filters.MOST_FILTERS + 1]


def _page(found: Reached, form: SegmentForm, written: Sequence[str] = (), renamed: int = 0) -> str:
    rows = [(segment, _spoken(segment)) for segment in described_queries.segments_of(found.site.id)]
    return render_template(
        "statistics/segments.html",
        measured=found.site,
        rows=rows,
        form=form,
        written=written,
        renamed=renamed,
        may_edit=found.access >= Access.EDIT,
        base=url_for("statistics.dashboard", site_id=found.site.id),
    )


def _spoken(segment: Segment) -> str:
    """The filters of a segment in words."""
    return " and ".join(map(_words, filters.read_all(segment.filters)[0]))


def _words(each: Filter) -> str:
    values = " or ".join(asking.word_of(each.dimension, value) for value in each.values)
    return f"{each.label.lower()} {SPOKEN[each.operator]} {values}"


def _back(site_id: int) -> Answer:
    return redirect(url_for("statistics.segments", site_id=site_id), 303)
