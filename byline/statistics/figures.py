"""How numbers are written: short in tiles and on axes, in full where they are read out."""

from __future__ import annotations

from byline.analytics.definitions import Unit

THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
LETTERS = ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "k"))


def short(value: float, unit: Unit = Unit.NUMBER) -> str:
    """A number as a tile shows it: 987, 12.3k, 4.1M, 2.35, 48 %, 1m 20s."""
    if unit is Unit.SECONDS:
        return duration(value)
    if unit is Unit.PERCENT:
        return f"{value:.0f}{THIN_SPACE}%"
    if unit is Unit.RATIO and abs(value) < 100:
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return _rounded(value)


def full(value: float, unit: Unit = Unit.NUMBER) -> str:
    """A number as it is read out: 12,345; 2.35; 48.2 %; 1m 20s."""
    if unit is Unit.NUMBER:
        return f"{value:,.0f}"
    return f"{value:.1f}{THIN_SPACE}%" if unit is Unit.PERCENT else short(value, unit)


def change(now: float, before: float, unit: Unit = Unit.NUMBER) -> str:
    """By how much a number grew: +12 %, of percent in points; empty where there is nothing to compare with."""
    if unit is Unit.PERCENT:
        difference = now - before
        sign = f"{THIN_SPACE}{'point' if abs(round(difference)) == 1 else 'points'}"
    elif before:
        difference, sign = (now - before) / before * 100, f"{THIN_SPACE}%"
    else:
        return ""
    rounded = round(difference)
    if not rounded:
        return f"0{sign}"
    return f"{'+' if rounded > 0 else MINUS}{abs(rounded):,}{sign}"


def duration(seconds: float) -> str:
    """Seconds as people say them: 0s, 48s, 1m 20s, 2h 05m."""
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= 60:
        return f"{minutes // 60}h {minutes % 60:02}m" if minutes % 60 else f"{minutes // 60}h"
    return f"{minutes}m {rest:02}s" if minutes and rest else f"{minutes}m" if minutes else f"{rest}s"


def _rounded(value: float) -> str:
    """At most three digits and a letter. What would be rounded up to a thousand takes the next letter."""
    size = abs(value)
    if size < 999.5:
        return f"{value:.1f}".removesuffix(".0") if size < 10 else f"{value:.0f}"
    divisor, letter = next((each for each in LETTERS if size >= each[0] * 0.9995), LETTERS[-1])
    part = value / divisor
    return (f"{part:.1f}".removesuffix(".0") if abs(part) < 99.95 else f"{part:.0f}") + letter
