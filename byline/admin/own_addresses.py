"""Which addresses the software itself answers, so that no page of the site's own may be at one of them."""

from __future__ import annotations

from functools import cache

from flask import Blueprint
from werkzeug.routing import Map

from byline.web.application import Application


def first_parts(url_map: Map) -> frozenset[str]:
    """The first part of every address."""
    return frozenset(rule.rule.split("/")[1] for rule in url_map.iter_rules())


@cache
def of(blueprints: tuple[Blueprint, ...]) -> frozenset[str]:
    """The same where no application runs, as in a command: of one that has these blueprints."""
    app = Application("byline", static_folder=None)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    return first_parts(app.url_map)
