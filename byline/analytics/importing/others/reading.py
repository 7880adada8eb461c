"""What readers of other tools' files have in common: tables by their columns, and what they make of a row."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from byline.analytics.collect import addresses
from byline.analytics.hits import Hit
from byline.analytics.store.dimensions import Dimension

LARGEST_FIELD = 1 << 20
MOST = 2**53
_NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]+)?")
csv.field_size_limit(LARGEST_FIELD)


class Row(NamedTuple):
    """Sums of one day for one word."""

    day: date
    dimension: Dimension
    text: str
    sums: Mapping[str, int]


class Unusable(ValueError):
    """This row says nothing that can be counted."""


class Left(StrEnum):
    """Why something of an export cannot be taken over."""

    UNKNOWN = "This is no table that Byline knows."
    NO_DAYS = "It has no days: only sums of a whole period, which cannot be spread over it."
    NO_PLACE = "Byline keeps nothing like it."
    MIXED = "It is about several things at once, which sums cannot be taken apart into."
    EMPTY = "It has no rows."


Fields = Mapping[str, str]
ReadRow = Callable[[Fields], Iterable["Row | Hit"]]
"""Makes sums or hits of a row; raises Unusable."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is understood: what it is about, for people, and how its rows are read."""

    about: str
    read: ReadRow
    columns: tuple[str, ...]
    notes: tuple[str, ...] = ()
    """What of it has no place here."""


def rows(text: Iterable[str], columns: tuple[str, ...]) -> Iterator[Fields]:
    """The rows of a table whose head was read; short ones are filled up with nothing."""
    for values in csv.reader(text):
        if values:
            yield dict(zip(columns, [*values, *[""] * (len(columns) - len(values))], strict=False))


def column(name: str) -> str:
    """A column's name without what varies."""
    return " ".join(name.replace("\ufeff", "").replace("_", " ").strip().strip('"').lower().split())


def number(fields: Fields, name: str) -> int:
    """A count; 0 where the column is missing or empty. Raises Unusable."""
    text = fields.get(name, "").strip().replace(",", "")
    if not text:
        return 0
    if not _NUMBER.fullmatch(text):
        raise Unusable(f"{name} is no number.")
    return round(float(text))


def decimal(fields: Fields, name: str) -> float:
    """A number with a fraction; 0 where there is none."""
    text = fields.get(name, "").strip().replace(",", "").removesuffix("%")
    return float(text) if _NUMBER.fullmatch(text) else 0.0


def day(text: str) -> date:
    """A day as `2026-03-10`, also with a time behind it, or as `20260310`; raises Unusable."""
    plain = text.strip()[:10]
    try:
        found = date.fromisoformat(plain) if "-" in plain else datetime.strptime(plain[:8], "%Y%m%d").date()  # noqa: DTZ007  (a day has no zone)
    except ValueError:
        raise Unusable("The day cannot be read.") from None
    if not 1994 <= found.year <= 2099:
        raise Unusable("The day is long before there were websites, or still to come.")
    return found


def moment_ms(text: str) -> int:
    """A moment of ISO 8601 or as databases write it, UTC unless it says another zone; raises Unusable."""
    plain = text.strip().removesuffix(" UTC").replace(" ", "T", 1)
    try:
        found = datetime.fromisoformat(plain)
    except ValueError:
        raise Unusable("The time cannot be read.") from None
    if found.tzinfo is None:
        found = datetime.fromisoformat(f"{plain}+00:00")
    if not 1994 <= found.year <= 2099:
        raise Unusable("The time is long before there were websites, or still to come.")
    return int(found.timestamp() * 1000)


def word(text: str) -> str:
    """A text as the store keeps it."""
    return addresses.plain(text, addresses.LONGEST_NAME_BYTES)


def page(text: str) -> str:
    """A path as the store keeps it; raises Unusable for none."""
    plain = text.partition("?")[0].partition("#")[0].strip()
    if not plain or plain == "(not set)":
        raise Unusable("There is no page.")
    return addresses.path(plain)


DEVICES = {"mobile": "phone", "laptop": "desktop", "smart tv": "tv", "smarttv": "tv", "television": "tv"}
BROWSERS = {
    "microsoft edge": "Edge",
    "edge-chromium": "Edge",
    "ios": "Safari",
    "mobile safari": "Safari",
    "safari (in-app)": "Safari",
    "crios": "Chrome",
    "chromium-webview": "Chrome",
    "chrome mobile": "Chrome",
    "android webview": "Chrome",
    "fxios": "Firefox",
    "firefox mobile": "Firefox",
    "samsung browser": "Samsung Internet",
}
SYSTEMS = {
    "mac": "macOS",
    "macintosh": "macOS",
    "mac os": "macOS",
    "mac os x": "macOS",
    "gnu/linux": "Linux",
    "android os": "Android",
    "chrome os": "ChromeOS",
}


def known_as(text: str, table: Mapping[str, str]) -> str:
    """The name that Byline uses for what another tool calls otherwise; nothing for what means unknown."""
    plain = word(text)
    if plain.lower() in ("(not set)", "(unknown)", "unknown", "(none)"):
        return ""
    return table.get(plain.lower(), plain)


def device(text: str) -> str:
    """A kind of device."""
    return known_as(text, DEVICES).lower()


def browser(text: str) -> str:
    """A browser, without its version."""
    return known_as(text, BROWSERS)


def system(text: str) -> str:
    """An operating system, without its version."""
    found = known_as(text, SYSTEMS)
    return "Windows" if found.lower().startswith("windows") else found


def country(text: str) -> str:
    """Two capital letters, or nothing."""
    code = text.strip().upper()[:2]
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""
