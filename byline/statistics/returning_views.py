"""Coming back: what can be said of it without remembering anybody overnight."""

from __future__ import annotations

from flask import render_template, request, url_for

from byline.analytics import report
from byline.analytics.report.sql_returning import GAP_HOURS
from byline.analytics.sites import queries
from byline.analytics.sites.rules import Access
from byline.statistics import asking
from byline.statistics.blueprint import Answer
from byline.web import context, guards


@guards.signed_in
def show(site_id: int) -> Answer:
    """Each week: who came again on the same day, how often and how soon."""
    found = queries.reached(context.current().actor, site_id)
    asked = asking.days_of(found.site, request.args)
    return render_template(
        "statistics/coming_back.html",
        asked=asked,
        weeks=report.retention(asked.question),
        gaps=(*(f"within {hours} h" for hours in GAP_HOURS), "later"),
        may_edit=found.access >= Access.EDIT,
        base=url_for("statistics.dashboard", site_id=site_id),
        **asking.drawing(),
    )
