"""Icons: inline SVG out of the sprite that the installed Bootstrap package carries."""

from __future__ import annotations

import re
from functools import cache

from markupsafe import Markup, escape

from byline.web.assets import bootstrap_folder

SYMBOL = re.compile(r'<symbol[^>]*viewBox="([^"]+)"[^>]*\bid="([^"]+)"[^>]*>(.*?)</symbol>', re.DOTALL)


@cache
def _sprite() -> dict[str, tuple[str, str]]:
    text = (bootstrap_folder() / "icons" / "bootstrap-icons.svg").read_text()
    return {name: (box, drawing) for box, name, drawing in SYMBOL.findall(text)}


@cache
def icon(name: str, label: str = "") -> Markup:
    """The icon as SVG; hidden from screen readers unless it has a label. KeyError for an unknown name."""
    box, drawing = _sprite()[name]
    meaning = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    size = 'width="16" height="16" fill="currentColor"'
    return Markup(f'<svg class="icon" viewBox="{box}" {size} {meaning}>{drawing}</svg>')  # noqa: S704  (the sprite is ours)
