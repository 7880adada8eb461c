"""Google Analytics 4: a report or an exploration as CSV, with comments in front and perhaps several tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache

from countryinfo import CountryInfo

from byline.analytics.collect import origins
from byline.analytics.importing.others import reading
from byline.analytics.importing.others.reading import Fields, Left, Row, Table, Unusable, word
from byline.analytics.store.dimensions import Dimension

_START = re.compile(r"#\s*Start date:\s*(\d{8})")
_DAYS = ("date", "nth day")
_METRICS = (
    "active users",
    "total users",
    "users",
    "sessions",
    "views",
    "event count",
    "bounce rate",
    "average session duration",
    "engaged sessions",
    "user engagement",
)
_OWN_EVENTS = frozenset({"page_view", "session_start", "first_visit", "user_engagement", "scroll", "first_open"})
"""What it counts by itself beside pageviews."""


def start_of(comments: str) -> date | None:
    """The first day of the report, as its comments say it."""
    found = _START.search(comments)
    return reading.day(found[1]) if found else None


def table(columns: tuple[str, ...], comments: str) -> Table | Left | None:
    """How a table with these columns is read; None for one that is not Google's."""
    metrics = [name for name in columns if name in _METRICS]
    dimensions = [name for name in columns if name in _DIMENSIONS]
    if not metrics or not (comments.startswith("#") or dimensions or set(columns) & set(_DAYS)):
        return None
    begins = start_of(comments)
    when = next((name for name in _DAYS if name in columns), None)
    if when is None or (when == "nth day" and begins is None):
        return Left.NO_DAYS
    if len(dimensions) > 1:
        return Left.MIXED
    others = [name for name in columns if _is_dimension(name) and name not in dimensions]
    if others:
        return Left.NO_PLACE
    about = _ABOUT[_DIMENSIONS[dimensions[0]][0]] if dimensions else "Visitors, visits and pageviews"
    return Table(about, _reader(when, begins, dimensions[0] if dimensions else ""), columns)


def _is_dimension(name: str) -> bool:
    """Whether a column that is no number and no day says what a row is about."""
    if name in _DAYS or name in _METRICS or not name:
        return False
    words = ("users", "rate", "count", "revenue", "time", "per ", "sessions", "events", "views", "value", "duration")
    return not any(each in name for each in words)


def _reader(when: str, begins: date | None, dimension: str) -> Callable[[Fields], Iterator[Row]]:
    kind, clean = _DIMENSIONS[dimension] if dimension else (Dimension.TOTAL, lambda _: "")

    def read(fields: Fields) -> Iterator[Row]:
        if not fields[when].strip():
            return  # The row of the grand total.
        if when == "date":
            day = reading.day(fields[when])
        else:
            day = (begins or date.min) + timedelta(days=reading.number(fields, when))
        text = clean(fields.get(dimension, "")) if dimension else ""
        if kind is Dimension.EVENT and text in _OWN_EVENTS:
            return
        yield Row(day, kind, text, _counts(fields, kind))

    return read


def _counts(fields: Fields, kind: Dimension) -> dict[str, int]:
    visitors = next((fields[name] for name in ("active users", "total users", "users") if fields.get(name)), "")
    sessions = reading.number(fields, "sessions")
    counts = {
        "visitors": reading.number({"": visitors}, ""),
        "visits": sessions,
        "pageviews": reading.number(fields, "views"),
        "bounces": _bounces(fields, sessions),
        "duration_s": round(reading.decimal(fields, "average session duration") * sessions),
    }
    if kind is Dimension.EVENT:
        return {"visitors": counts["visitors"], "events": reading.number(fields, "event count")}
    return counts


def _bounces(fields: Fields, sessions: int) -> int:
    if fields.get("engaged sessions"):
        return max(0, sessions - reading.number(fields, "engaged sessions"))
    rate = reading.decimal(fields, "bounce rate")
    return round(sessions * (rate / 100 if rate > 1 or "%" in fields.get("bounce rate", "") else rate))


def _source(text: str) -> str:
    said = word(text.partition(" / ")[0])
    return "" if said in ("(direct)", "(not set)") else origins.named_source(said).name


def _channel(text: str) -> str:
    return "Direct" if text == "Unassigned" else word(text)


def _event(text: str) -> str:
    name = word(text)
    if not name:
        raise Unusable("The event has no name.")
    return name


@cache
def _codes() -> dict[str, str]:
    return {name.lower(): info.get("ISO", {}).get("alpha2", "") for name, info in CountryInfo.all().items()}


def _country(text: str) -> str:
    return _codes().get(text.strip().lower(), "")


_DIMENSIONS: dict[str, tuple[Dimension, Callable[[str], str]]] = {
    "page path and screen class": (Dimension.PAGE, reading.page),
    "page path + query string and screen class": (Dimension.PAGE, reading.page),
    "page path + query string": (Dimension.PAGE, reading.page),
    "page path": (Dimension.PAGE, reading.page),
    "landing page": (Dimension.ENTRY, reading.page),
    "landing page + query string": (Dimension.ENTRY, reading.page),
    "session source": (Dimension.SOURCE, _source),
    "session manual source": (Dimension.SOURCE, _source),
    "session source / medium": (Dimension.SOURCE, _source),
    "session medium": (Dimension.UTM_MEDIUM, word),
    "session campaign": (Dimension.UTM_CAMPAIGN, word),
    "session default channel group": (Dimension.CHANNEL, _channel),
    "session primary channel group (default channel group)": (Dimension.CHANNEL, _channel),
    "default channel group": (Dimension.CHANNEL, _channel),
    "country id": (Dimension.COUNTRY, reading.country),
    "country": (Dimension.COUNTRY, _country),
    "browser": (Dimension.BROWSER, reading.browser),
    "operating system": (Dimension.SYSTEM, reading.system),
    "device category": (Dimension.DEVICE, reading.device),
    "event name": (Dimension.EVENT, _event),
}
_ABOUT = {
    Dimension.PAGE: "Pages",
    Dimension.ENTRY: "Entry pages",
    Dimension.SOURCE: "Sources",
    Dimension.UTM_MEDIUM: "Campaign mediums",
    Dimension.UTM_CAMPAIGN: "Campaigns",
    Dimension.CHANNEL: "Channels",
    Dimension.COUNTRY: "Countries",
    Dimension.BROWSER: "Browsers",
    Dimension.SYSTEM: "Systems",
    Dimension.DEVICE: "Devices",
    Dimension.EVENT: "Events",
}
