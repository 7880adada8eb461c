"""Which format a log is in, told by the operator or by its first lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum

from byline.analytics.importing import caddy, combined, w3c
from byline.analytics.importing.lines import Entry, Unreadable

Read = Callable[[str], Entry | None]
"""What reads a line: answers its request, None for one without; raises Unreadable."""
LOOKED_AT = 50
"""How many lines are looked at before a log is given up."""


class Format(StrEnum):
    """A format of access logs."""

    AUTO = "auto"
    COMBINED = "combined"
    COMMON = "common"
    CADDY = "caddy"
    W3C = "w3c"
    CLOUDFRONT = "cloudfront"


def reader(chosen: Format) -> Read:
    """What reads the lines of one file in a format that is known."""
    if chosen is Format.CADDY:
        return caddy.read
    if chosen in (Format.W3C, Format.CLOUDFRONT):
        return w3c.reader()
    return combined.read


def recognised(lines: Iterable[str]) -> Format | None:
    """The format of a log by its first lines; None when none of them can be read in any."""
    for line, _ in zip(lines, range(LOOKED_AT), strict=False):
        found = _of_line(line.strip())
        if found:
            return found
    return None


def _of_line(line: str) -> Format | None:
    if line.startswith("#"):
        is_edge = "x-edge-location" in line.lower()
        return (Format.CLOUDFRONT if is_edge else Format.W3C) if line.lower().startswith(w3c.FIELDS) else None
    if line.startswith("{"):
        return Format.CADDY if _reads(caddy.read, line) else None
    if not _reads(combined.read, line):
        return None
    return Format.COMMON if combined.read(line).agent is None else Format.COMBINED


def _reads(read: Read, line: str) -> bool:
    try:
        read(line)
    except Unreadable:
        return False
    return True
