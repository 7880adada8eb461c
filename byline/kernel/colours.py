"""One accent colour for two schemes: what an administrator chose, shifted until it can be read by day and by night.

Contrast is that of WCAG 2.2. Lightness is moved in OKLCH, where hue and strength stay what the eye takes them for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from byline.kernel.errors import Invalid

Rgb = tuple[float, float, float]
HOUSE = "#0a665b"
"""Byline's own accent; how it is shown by night was chosen by hand."""
READABLE = 4.5
BY_DAY = ("#ffffff", "#fbfaf7", "#f3f0ea", "#e9e4db")
BY_NIGHT = ("#171614", "#1e1d1a", "#22201d", "#302d29")
"""The grounds of `tokens.css` on which words in the accent stand; the second by day and the first by night is paper."""
SOFT = 0.11
"""How much accent is in the ground of what is chosen (`--accent-soft`)."""
STEP = 0.004
_HEX = re.compile(r"#?(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shades:
    """A colour as it is shown, and the colour of words on it."""

    day: str = HOUSE
    night: str = "#62c8b4"
    on_day: str = "#ffffff"
    on_night: str = "#0d1f1b"


def checked(written: str) -> str:
    """The colour as `#rrggbb`; Invalid, for field `accent`, for what is none."""
    plain = written.strip().lower()
    if not _HEX.fullmatch(plain):
        sentence = f"Write the colour as # and six digits or letters from a to f, such as {HOUSE}."
        raise Invalid("no-colour", sentence, field="accent")
    digits = plain.removeprefix("#")
    return "#" + ("".join(2 * digit for digit in digits) if len(digits) == 3 else digits)


@lru_cache(maxsize=64)
def shades(accent: str) -> Shades:
    """How a colour (`#rrggbb`, empty for the house's own) is shown.

    Words in it and on it have a contrast of at least 4.5 in both schemes.
    """
    if not accent:
        return Shades()
    lightness, chroma, hue = _lch(_rgb(accent))
    day = _first_readable(_range(lightness, 0.0), chroma, hue, BY_DAY, paper=BY_DAY[1])
    night = _first_readable(_range(max(lightness, 0.72), 1.0), chroma, hue, BY_NIGHT, paper=BY_NIGHT[0])
    return Shades(day, night, "#ffffff", _hex(_fitting(0.2, min(chroma, 0.03), hue)))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _first_readable(steps: Iterable[float], chroma: float, hue: float, grounds: tuple[str, ...], *, paper: str) -> str:
    found = ""
    for lightness in steps:
        found = _hex(_fitting(lightness, chroma, hue))
        if all(contrast(found, ground) >= READABLE for ground in (*grounds, _mixed(found, paper))):
            break
    return found


def _range(start: float, end: float) -> Iterable[float]:
    count = math.ceil(abs(end - start) / STEP)
    return (start + (end - start) * number / max(1, count) for number in range(count + 1))


def _mixed(accent: str, paper: str) -> str:
    """`color-mix(in oklab, accent 11%, paper)`."""
    pairs = zip(_lab(_rgb(accent)), _lab(_rgb(paper)), strict=True)
    lightness, a, b = (SOFT * ours + (1 - SOFT) * theirs for ours, theirs in pairs)
    return _hex(_fitting(lightness, math.hypot(a, b), math.atan2(b, a)))


def _fitting(lightness: float, chroma: float, hue: float) -> Rgb:
    """The colour with as much chroma as screens can show at this lightness."""
    while True:
        found = _from_lab(lightness, chroma * math.cos(hue), chroma * math.sin(hue))
        if chroma < 0.001 or all(-0.0005 <= part <= 1.0005 for part in found):
            return found
        chroma *= 0.96


def _rgb(colour: str) -> Rgb:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return red, green, blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{round(255 * _screen(min(1.0, max(0.0, part)))):02x}" for part in colour)


def _screen(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else float(1.055 * part ** (1 / 2.4) - 0.055)


def _luminance(colour: str) -> float:
    red, green, blue = _rgb(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# The matrices are those of Björn Ottosson's OKLab: https://bottosson.github.io/posts/oklab/
def _lab(colour: Rgb) -> Rgb:
    red, green, blue = colour
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _from_lab(lightness: float, a: float, b: float) -> Rgb:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _lch(colour: Rgb) -> Rgb:
    lightness, a, b = _lab(colour)
    return lightness, math.hypot(a, b), math.atan2(b, a)
