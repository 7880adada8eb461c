"""Moments as front matter and file names write them, with or without a time of day or a zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any

_IN_NAME = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[-_ ]|\Z)")
_IN_PATH = re.compile(r"(?:^|/)(\d{4})/(\d{1,2})(?:/(\d{1,2}))?(?:/|\Z)")
_WRITTEN = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_WORDED = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%Y/%m/%d", "%Y.%m.%d", "%a, %d %b %Y %H:%M:%S %z")


def moment(value: Any, zone: tzinfo) -> datetime | None:
    """The moment a value means, in UTC; what has no zone is taken to be in `zone`. None when it is no moment."""
    if isinstance(value, datetime):
        return _in_utc(value, zone)
    if isinstance(value, date):
        return _in_utc(datetime(value.year, value.month, value.day), zone)  # noqa: DTZ001  (the zone is put on next)
    if isinstance(value, str):
        return _written(value.strip(), zone)
    return None


def in_name(stem: str, zone: tzinfo) -> tuple[datetime | None, str]:
    """The date a file name begins with, and the rest of the name: `2020-01-02-title` as Jekyll has it."""
    match = _IN_NAME.match(stem)
    found = _at(match.groups(), zone) if match else None
    return (found, stem[match.end() :]) if match and found else (None, stem)


def in_path(path: str, zone: tzinfo) -> datetime | None:
    """The date in an address such as `blog/2020/07/27/title`."""
    match = _IN_PATH.search(path)
    return _at((match[1], match[2], match[3] or "1"), zone) if match else None


def _written(text: str, zone: tzinfo) -> datetime | None:
    if match := _WRITTEN.fullmatch(text):
        year, month, day, hour, minute, second, fraction, offset = match.groups()
        clock = (int(hour or 0), int(minute or 0), int(second or 0), int((fraction or "0").ljust(9, "0")[:6]))
        try:
            naive = datetime(int(year), int(month), int(day), *clock)  # noqa: DTZ001  (the zone is put on next)
            return _in_utc(naive.replace(tzinfo=_zone(offset, zone)), zone)
        except (ValueError, OverflowError):
            return None
    for pattern in _WORDED:
        try:
            return _in_utc(datetime.strptime(text, pattern), zone)  # noqa: DTZ007  (the zone is put on next)
        except (ValueError, OverflowError):
            continue
    return None


def _zone(offset: str | None, zone: tzinfo) -> tzinfo:
    if not offset:
        return zone
    if offset.upper() in ("Z", "UTC"):
        return UTC
    digits = offset[1:].replace(":", "")
    return timezone((1 if offset[0] == "+" else -1) * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))


def _at(parts: tuple[str | Any, ...], zone: tzinfo) -> datetime | None:
    try:
        year, month, day = (int(part) for part in parts)
        return _in_utc(datetime(year, month, day), zone)  # noqa: DTZ001  (the zone is put on next)
    except (ValueError, OverflowError):
        return None


def _in_utc(value: datetime, zone: tzinfo) -> datetime | None:
    aware = value if value.tzinfo else value.replace(tzinfo=zone)
    try:
        return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
