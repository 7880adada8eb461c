"""Which addresses the software itself answers, so that no page of the site's own may be at one of them."""

from __future__ import annotations

from functools import cache

from flask import Blueprint, Flask
from werkzeug.routing import Map

from byline.web.incoming import RowNumber, SitePageName


def first_parts(url_map: Map) -> frozenset[str]:
    """The first part of every address."""
    return frozenset(rule.rule.split("/")[1] for rule in url_map.iter_rules())


@cache
def of(blueprints: tuple[Blueprint, ...]) -> frozenset[str]:
    """The same where no application runs, as in a command: of one that has these blueprints."""
    app = Flask("byline", static_folder=None)
    app.url_map.converters.update(row=RowNumber, site_page=SitePageName)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    return first_parts(app.url_map)
