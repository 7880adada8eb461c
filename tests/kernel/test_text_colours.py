"""The colours of code: every class has one, and every colour can be read by day and by night."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pygments.token import STANDARD_TYPES

SHEETS = Path(__file__).parents[2] / "byline" / "web" / "static" / "css"
CODE = (SHEETS / "code.css").read_text()
COLOUR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
PALETTE = {name: (by_day, by_night) for name, by_day, by_night in COLOUR.findall(CODE)}
GROUNDS = {
    name: (by_day, by_night)
    for name, by_day, by_night in COLOUR.findall((SHEETS / "tokens.css").read_text())
    if name in ("paper", "paper-raised", "paper-sunken")
}
PLAIN = {"", "n", "nx", "g", "esc", "gl"}
"""Names and text have the colour of the words around them."""


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio after WCAG 2.2."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", sorted(PALETTE))
def test_a_colour_of_code_can_be_read_on_every_ground(name: str) -> None:
    assert len(GROUNDS) == 3
    worst = min(contrast(PALETTE[name][night], ground[night]) for ground in GROUNDS.values() for night in (0, 1))
    assert worst >= 4.5


def test_every_class_of_pygments_has_a_colour() -> None:
    named = set(re.findall(r"\.([a-z][a-z0-9]*)\b", CODE))
    assert set(STANDARD_TYPES.values()) - named - PLAIN == set()
