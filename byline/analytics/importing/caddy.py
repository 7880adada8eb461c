"""The log of Caddy: one JSON object a line, with other messages of the server between the requests."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from byline.analytics.importing import combined
from byline.analytics.importing.lines import Entry, Unreadable


def read(line: str) -> Entry | None:
    """The request of a line, None for another message; raises Unreadable."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        raise Unreadable("This is no JSON.") from None
    if not isinstance(said, dict):
        raise Unreadable("This is no JSON object.")
    request = said.get("request")
    if not isinstance(request, dict) or "status" not in said:
        return None
    headers, answered = _headers(request.get("headers")), _headers(said.get("resp_headers"))
    return Entry(
        _moment(said.get("ts")),
        _address(request),
        _text(request, "method"),
        _text(request, "uri"),
        _status(said["status"]),
        agent=headers.get("user-agent", ""),
        referrer=headers.get("referer", ""),
        host=_text(request, "host"),
        language=headers.get("accept-language", ""),
        content_type=answered.get("content-type", ""),
        is_prefetch=_is_prefetch(headers),
        wants_no_tracking="1" in (headers.get("dnt"), headers.get("sec-gpc")),
    )


def _headers(given: object) -> Mapping[str, str]:
    if not isinstance(given, dict):
        return {}
    first = ((name.lower(), value[0] if isinstance(value, list) and value else value) for name, value in given.items())
    return {name: value for name, value in first if isinstance(value, str)}


def _is_prefetch(headers: Mapping[str, str]) -> bool:
    said = (headers.get(name, "").lower() for name in ("sec-purpose", "purpose", "x-purpose", "x-moz"))
    return any("prefetch" in each or "prerender" in each or each == "preview" for each in said)


def _moment(given: object) -> int:
    if isinstance(given, str):
        return combined.milliseconds(given)
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not math.isfinite(given):
        raise Unreadable("The time of the line cannot be read.")
    # `unix_milli_float` is one of the ways in which Caddy can be told to write it.
    return int(given if given > 10_000_000_000 else given * 1000)


def _address(request: Mapping[str, Any]) -> str:
    address = _text(request, "client_ip") or _text(request, "remote_ip")
    if address:
        return address
    host, _, port = _text(request, "remote_addr").rpartition(":")
    return host.strip("[]") if port.isdecimal() else ""


def _status(given: object) -> int:
    return given if isinstance(given, int) and not isinstance(given, bool) else 0


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""
