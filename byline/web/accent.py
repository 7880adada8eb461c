"""The accent colour as a style sheet of its own, after the one of every page.

Its address names the colour, so it needs no database, and a browser may keep it for ever.
"""

from __future__ import annotations

import hashlib

from flask import Response, request

from byline.kernel import colours
from byline.kernel.errors import Invalid, NotFound
from byline.web import headers
from byline.web.assets import blueprint


def by_day(accent: str) -> str:
    """The colour on white paper, where there is no style sheet, as in mail; the house's own for an empty one."""
    return colours.shades(accent).day


def address(accent: str) -> str:
    """Where the style sheet for a colour (`#rrggbb`) is."""
    return f"/accent/{accent.removeprefix('#')}.css?v={_digest(_sheet(accent))}"


@blueprint.get("/accent/<colour>.css", endpoint="accent")
def show(colour: str) -> Response:
    """The style sheet for a colour; NotFound for what is none."""
    try:
        sheet = _sheet(colours.checked(colour))
    except Invalid:
        raise NotFound from None
    response = Response(sheet, content_type="text/css; charset=utf-8")
    is_current = request.args.get("v") == _digest(sheet)
    response.headers["Cache-Control"] = headers.FOREVER if is_current else headers.BRIEFLY
    return response


def _sheet(accent: str) -> str:
    shown = colours.shades(accent)
    return (
        f":root{{--accent:light-dark({shown.day},{shown.night});"
        f"--on-accent:light-dark({shown.on_day},{shown.on_night})}}\n"
    )


def _digest(sheet: str) -> str:
    return hashlib.sha256(sheet.encode()).hexdigest()[:12]
