"""The pages of a public site, for everybody: the same addresses that its team has, with less on them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import jsonify

from byline.analytics import report
from byline.analytics.sites.models import Site
from byline.kernel.errors import NotAuthenticated, NotFound
from byline.statistics.blueprint import Answer
from byline.statistics.sharing import looking, queries
from byline.statistics.sharing.looking import Look

View = Callable[..., Any]


def or_public(view: View, shown: Callable[..., Answer]) -> View:
    """A view for the team of a site which, where the site is public, shows something else to everybody else."""

    @wraps(view)
    def either(site_id: int, **values: Any) -> Any:
        try:
            return view(site_id, **values)
        except (NotAuthenticated, NotFound):
            site = queries.public(site_id)
            if site is None:
                raise
        return looking.marked(shown(site, **values))

    return either


def dashboard(site: Site) -> Answer:
    """The dashboard."""
    return looking.page(_look(site), "statistics/shared.html")


def listing(site: Site, name: str) -> Answer:
    """One of its lists in full."""
    return looking.list_page(_look(site), name)


def now(site: Site) -> Answer:
    """How many visitors it has now."""
    return jsonify(current_visitors=report.current_visitors(site.id))


def _look(site: Site) -> Look:
    return Look(site, f"/sites/{site.id}")
