"""The way back to a dashboard from a form that was opened on it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from flask import redirect, url_for

from byline.statistics.blueprint import Answer

LONGEST = 8_000


def to_dashboard(site_id: int, back: str | None, **changes: str) -> Answer:
    """Lead to the dashboard of a site with the arguments that `back` says, as far as it is a query at all."""
    said = (back or "").removeprefix("?")
    try:
        pairs = parse_qsl(said, max_num_fields=200) if len(said) <= LONGEST else []
    except ValueError:
        pairs = []
    kept = [(name, value) for name, value in pairs if name not in changes]
    query = urlencode([*kept, *changes.items()])
    return redirect(url_for("statistics.dashboard", site_id=site_id) + (f"?{query}" if query else ""), 303)
