"""Experiments on Byline's own pages: what `variant("key")` in a template answers."""

from __future__ import annotations

from typing import cast

from flask import current_app, has_request_context, request

from byline.analytics.collect import reading
from byline.analytics.collect.beacon import Beacon
from byline.analytics.experiments import queries
from byline.analytics.experiments.drawing import Draws
from byline.analytics.experiments.queries import Shown
from byline.analytics.sites.models import THIS_BYLINE
from byline.web import context, pagecache

EXTENSION = "byline.experiments"


def variant(key: str) -> str:
    """The variant that whoever asks for this page sees; empty where there is no such experiment.

    While the experiment runs the page is made anew for everybody, and no proxy keeps it. Before and after that it is
    kept as ever. What is drawn once for everybody, and mail, has what those see who take no part.
    """
    if not has_request_context():
        return ""
    draws = cast(Draws, current_app.extensions[EXTENSION])
    version, known = draws.known.with_version(THIS_BYLINE)
    # With the version that was read, not the one there is: a page that knows too little is then not kept for long.
    pagecache.leans_on(queries.TOPIC, version)
    found = known.get(key)
    if found is None or not found.is_running or context.current().leaves_tokens_open:
        return found.settled if found else ""
    pagecache.never_keep()
    return _drawn(draws, found)


def _drawn(draws: Draws, experiment: Shown) -> str:
    front = cast(Beacon, current_app.extensions["byline.beacon"])
    site = front.directory.sites().get(THIS_BYLINE)
    if site is None or request.method != "GET" or not context.current().settings.measures_itself:
        return experiment.settled
    try:
        sent = reading.sent({"url": request.url, "referrer": request.referrer or ""})
    except reading.Unusable:
        return experiment.settled
    return draws.variant(site, experiment, sent, front.asked(request.environ))
