"""Flask as Byline uses it: no asynchronous views, and one place that says what every template knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from flask import Flask
from flask.sansio.app import App
from flask.templating import Environment
from jinja2 import StrictUndefined
from werkzeug.datastructures import ImmutableDict
from werkzeug.routing import Map

from byline.web.incoming import IncomingRequest, RowNumber, SitePageName


class Templates(Environment):
    """Flask's templates, faster by a twentieth: none has global names of its own, so that none looks through two maps.

    Jinja goes through a template's global names for every page, and once more for every import. Undefined names are
    faults.
    """

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The names that every template knows, with those in `d` before them if there are any."""
        return super().make_globals(d) if d else self.globals


class Addresses(Map):
    """Addresses that may name rows and pages of the site's own, `<row:…>` and `<site_page:…>`."""

    default_converters = ImmutableDict(Map.default_converters, row=RowNumber, site_page=SitePageName)


class Application(Flask):
    """Flask without what Byline has no use for, which costs each of its pages a twentieth."""

    request_class = IncomingRequest
    jinja_environment = Templates
    url_map_class = Addresses
    known_to_templates: Callable[[], Mapping[str, object]] = dict
    """What every template knows of the request under way, beside Jinja's global names.

    Nothing asks context processors, of this application or of a blueprint.
    """

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: no view and no step around one is a coroutine, so none is looked at for being one."""
        return func

    def update_template_context(self, context: dict[str, Any]) -> None:
        """Add what every template knows; what a view gave comes before it."""
        for name, value in self.known_to_templates().items():
            context.setdefault(name, value)
