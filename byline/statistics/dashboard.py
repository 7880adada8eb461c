"""What a site's readers do: tiles, chart and lists."""

from __future__ import annotations

from flask import Response, jsonify, redirect, render_template, request, url_for

from byline.analytics import definitions, report
from byline.analytics.sites import queries
from byline.analytics.sites.rules import Access
from byline.statistics import asking, board
from byline.statistics.blueprint import Answer
from byline.web import context, guards


@guards.signed_in
def show(site_id: int) -> Answer:
    """The dashboard of a site, for its team."""
    found = queries.reached(context.current().actor, site_id)
    drawn = board.of(found.site, request.args)
    narrowed = board.narrowed(drawn, request.args)
    if narrowed:
        return redirect(request.path + narrowed)
    return render_template(
        "statistics/dashboard.html",
        board=drawn,
        base=url_for("statistics.dashboard", site_id=site_id),
        may_edit=found.access >= Access.EDIT,
        may_export=True,
        **asking.drawing(),
    )


@guards.signed_in
def now(site_id: int) -> Response:
    """How many visitors there are now, for the script of a dashboard that stays open."""
    site = queries.get(context.current().actor, site_id)
    return jsonify(current_visitors=report.current_visitors(site.id))


def meanings() -> str:
    """What every number and list means; the dashboards lead here."""
    return render_template("statistics/definitions.html", definitions=definitions)
