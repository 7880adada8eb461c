"""What is the same on every page: names of files in the head, the bar's beginning, the foot.

It depends on the site alone, so it is drawn once for each state of the site, by macros of `_frame.html`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from flask import Flask
from markupsafe import Markup

from byline.kernel.site import Site


@dataclass(frozen=True, slots=True)
class Frame:
    """The parts, in the order in which they stand on a page; `layout.html` puts them there."""

    head: Markup
    feeds: Markup
    name: Markup
    search: Markup
    search_link: Markup
    foot: Markup


class Frames:
    """Draws an application's frame when its site has changed."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._drawn: tuple[Site, Frame] | None = None

    def of(self, site: Site) -> Frame:
        """The frame of a site. A site is a value: one that changed is another."""
        drawn = self._drawn
        if drawn is None or drawn[0] is not site:
            macros = self._app.jinja_env.get_template("_frame.html").module
            parts = [getattr(macros, part.name)(site).strip() for part in fields(Frame)]
            # Two threads may both draw it, which is the same as one.
            drawn = self._drawn = site, Frame(*parts)
        return drawn[1]
