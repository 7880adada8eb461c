"""The formats of Apache and nginx: common, combined, and both with the virtual host in front."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from byline.analytics.importing.lines import Entry, Unreadable, given, unescaped

_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_REQUEST = (
    r"([^\s\[]*[.:][^\s\[]*|localhost)\s(\S+)\s(.{1,300}?)\s"  # whoever logged in may have a space in their name
    rf"\[([^\]]{{1,60}})\]\s{_QUOTED}\s(\d{{3}})\s(\S+)"
    # A line that was cut off in the middle of its referrer is none of the common format.
    rf"(?:\s{_QUOTED}\s{_QUOTED}(?:\s.*)?|(?:\s[^\"]*)?)"
)
_LINE = re.compile(_REQUEST)
_VIRTUAL = re.compile(r"(\S+?)(?::\d+)?\s" + _REQUEST)
_HAS_HOST = re.compile(r"\S+\s(?:\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)\s")
_MOMENT = re.compile(r"(\d{2})/([A-Za-z]{3})/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})")
_MONTHS = {"JanFebMarAprMayJunJulAugSepOctNovDec"[3 * place : 3 * place + 3]: place + 1 for place in range(12)}


def read(line: str) -> Entry:
    """The request of a line; raises Unreadable."""
    # An address in the second place is the visitor's, and the virtual host stands in front.
    found = _VIRTUAL.fullmatch(line) if _HAS_HOST.match(line) else _LINE.fullmatch(line)
    if found is None:
        raise Unreadable("This is no line of the common or combined format.")
    *hosts, address, _, _, moment, request, status, _, referrer, agent = found.groups()
    method, target = _request(unescaped(request))
    return Entry(
        milliseconds(moment),
        address,
        method,
        target,
        int(status),
        agent=None if agent is None else given(unescaped(agent)),
        referrer=given(unescaped(referrer or "")),
        host=given(hosts[0]).lower() if hosts else "",
    )


def _request(text: str) -> tuple[str, str]:
    """Method and target. What is no request of HTTP has neither, and is no pageview."""
    words = text.split(" ")
    if len(words) == 1:
        return "", ""
    # Some clients send spaces that they should have escaped.
    last = -1 if len(words) > 2 and words[-1].startswith("HTTP/") else len(words)
    return words[0], " ".join(words[1:last])


def milliseconds(text: str) -> int:
    """A moment as servers write it, or one of ISO 8601 with its zone; raises Unreadable."""
    seconds = text[18:20]
    if text[17:18] == ":" and seconds.isdecimal() and text[20:21] == " ":
        # All seconds of a minute are worked out together; a leap second is written as the sixtieth.
        return _milliseconds(f"{text[:18]}00{text[20:]}") + min(int(seconds), 59) * 1000
    return _milliseconds(text)


@lru_cache(1024)
def _milliseconds(text: str) -> int:
    found = _MOMENT.fullmatch(text)
    try:
        return _apache(found) if found else _iso(text)
    except (ValueError, OverflowError):
        raise Unreadable("The time of the line cannot be read.") from None


def _apache(found: re.Match[str]) -> int:
    day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    zone = timezone(-ahead if sign == "-" else ahead)
    number = _MONTHS.get(month.capitalize(), 0)
    moment = datetime(int(year), number, int(day), int(hour), int(minute), int(second), tzinfo=zone)
    return int(moment.astimezone(UTC).timestamp()) * 1000


def _iso(text: str) -> int:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("The zone is missing.")
    return int(moment.timestamp()) * 1000
