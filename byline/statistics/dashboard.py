"""What a site's readers do: tiles, chart and lists."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for

from byline.analytics.sites import queries
from byline.analytics.sites.rules import Access
from byline.statistics import board
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
        **board.drawing(),
    )
