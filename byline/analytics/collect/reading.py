"""What a client says about a hit: read strictly, refused by field with a sentence for whoever installed it."""

from __future__ import annotations

import json
import math
from bisect import bisect
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, NoReturn
from urllib.parse import parse_qsl

from byline.analytics.collect import addresses
from byline.analytics.collect.addresses import Page
from byline.analytics.hits import MOST_PROPS, Kind

LONGEST_EVENT = 100
LONGEST_KEY = 100
LONGEST_VALUE_BYTES = 500
MOST_HITS = 1_000
DAY_SECONDS = 86_400
OLDEST_DAYS = 30
LATEST_MINUTES = 5
PAGEVIEWS = ("pageview", "PageLoad")
FOR_SERVERS = ("ip", "user_agent", "at", "language")
"""What only a server with a write key may say."""
_FOLLOWED = {"outbound": Kind.OUTBOUND, "download": Kind.DOWNLOAD}
_NAMED = {"engagement": Kind.ENGAGEMENT, "not_found": Kind.NOT_FOUND, **dict.fromkeys(PAGEVIEWS, Kind.PAGEVIEW)}
WIDEST = "1440+"
_SCREENS = ("", "<576", "576-767", "768-991", "992-1439", WIDEST)
_SCREENS_BEGIN = (1, 576, 768, 992, 1440)
_NO = (None, False, 0, "", "0", "false", "null", "undefined")
Values = Mapping[str, Any]


class Unusable(ValueError):
    """This cannot be counted: `errors` says of each field what is wrong with it."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


class Sent(NamedTuple):
    """What a client says about one hit."""

    kind: Kind
    name: str
    page: Page
    referrer: str
    screen: str
    props: tuple[tuple[str, str], ...]
    view: int
    engaged_ms: int
    scroll: int
    read_seconds: int
    is_automated: bool
    is_own: bool


class Told(NamedTuple):
    """What a server says about a visitor of its site."""

    address: str
    agent: str
    language: str
    at_ms: int


def values_of_query(query: str) -> dict[str, Any]:
    """The fields of an address or of a form; of one given twice, the first."""
    if not query:
        return {}
    if not query.isascii():
        query = query.encode("latin-1", "replace").decode(errors="replace")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="replace", max_num_fields=100)
    except ValueError:
        refuse("query", "There are more than a hundred fields.")
    pairs.reverse()
    return dict(pairs)


def values_of_json(body: bytes) -> dict[str, Any]:
    """The fields of a JSON object."""
    try:
        values = _decoded(body.decode())
    except (ValueError, RecursionError):
        refuse("body", "This is no JSON in UTF-8.")
    if not isinstance(values, dict):
        refuse("body", "Send one JSON object.")
    return values


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON.")


_decoder = json.JSONDecoder(parse_constant=_refuse_constant)
_scan = _decoder.scan_once  # type: ignore[attr-defined]  # (typeshed leaves it out)


def _decoded(text: str) -> Any:
    """What a JSON text says; raises ValueError or RecursionError."""
    # The decoder looks for space around the value as well, which takes as long again as a hit's own text, and which
    # no browser sends.
    try:
        value, end = _scan(text, 0)
    except StopIteration:
        return _decoder.decode(text)
    return value if end == len(text) else _decoder.decode(text)


def refuse(field: str, sentence: str) -> NoReturn:
    """Raise Unusable for one field."""
    raise Unusable({field: sentence})


def sent(values: Values, referer: str = "") -> Sent:
    """What `values` say of one hit; the page is where the request comes from if they name none. Raises Unusable."""
    wrong: dict[str, str] = {}
    page = _page(values.get("url") or referer, wrong)
    kind, name = _event(values, wrong)
    said = Sent(
        kind,
        name,
        page,
        _text(values, "referrer", wrong) or _text(values, "ref", wrong),
        screen(_number(values, "width", (0, 1_000_000), 0, wrong)),
        _props(values.get("props"), wrong) if "props" in values else (),
        _view(values, wrong),
        _number(values, "engaged_ms", (0, DAY_SECONDS * 1000), 0, wrong),
        _number(values, "scroll", (-1, 100), -1, wrong),
        _number(values, "read_seconds", (0, DAY_SECONDS), 0, wrong),
        values.get("webdriver") not in _NO,
        values.get("own") not in _NO,
    )
    if wrong:
        raise Unusable(wrong)
    return said


_NO_PAGE = Page("", "")


def _page(url: object, wrong: dict[str, str]) -> Page:
    if not isinstance(url, str) or not url:
        wrong["url"] = "Give the page's address."
        return _NO_PAGE
    try:
        return addresses.page(url)
    except ValueError as reason:
        wrong["url"] = str(reason)
        return _NO_PAGE


def _event(values: Values, wrong: dict[str, str]) -> tuple[Kind, str]:
    event = values.get("event", "pageview")
    if not isinstance(event, str):
        wrong["event"] = "The event's name is a text."
        return Kind.PAGEVIEW, ""
    known = _NAMED.get(event)
    if known or not event:
        return known or Kind.PAGEVIEW, ""
    if event in _FOLLOWED and values.get("target"):
        aside: dict[str, str] = {}
        target = _page(values["target"], aside)
        if aside:
            wrong["target"] = aside["url"]
        return _FOLLOWED[event], addresses.cut(target.host + target.path, addresses.LONGEST_PATH_BYTES)
    if len(event) > LONGEST_EVENT:
        wrong["event"] = f"An event's name has at most {LONGEST_EVENT} characters; this one has {len(event)}."
    name = addresses.plain(event[:LONGEST_EVENT], LONGEST_EVENT * 4)
    return (Kind.EVENT, name) if name else (Kind.PAGEVIEW, "")


def _text(values: Values, field: str, wrong: dict[str, str]) -> str:
    text = values.get(field)
    if text is None or isinstance(text, str):
        return text or ""
    wrong[field] = "This is no text."
    return ""


def _number(values: Values, field: str, bounds: tuple[int, int], missing: int, wrong: dict[str, str]) -> int:
    """A number, brought to the nearest bound: a page may be scrolled a little beyond its end."""
    given = values.get(field)
    if given is None or given == "":
        return missing
    if type(given) is not int:
        given = _as_float(given)
        if given is None:
            wrong[field] = "This is no number."
            return missing
    lowest, highest = bounds
    return lowest if given < lowest else highest if given > highest else int(given)


def _as_float(given: object) -> float | None:
    if isinstance(given, bool) or not isinstance(given, (int, float, str)):
        return None
    try:
        number = float(given)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _view(values: Values, wrong: dict[str, str]) -> int:
    given = values.get("view")
    if given is None or given == "":
        return 0
    if isinstance(given, str) and len(given) <= 20 and given.lstrip("-").isdecimal() and given.isascii():
        given = int(given) if given.rfind("-") < 1 else None
    # A browser's numbers have fractions where they are small.
    if isinstance(given, (int, float)) and not isinstance(given, bool) and -(2**63) <= given < 2**63:
        return int(given)
    wrong["view"] = "The view is a whole number of 64 bits."
    return 0


def screen(width: int) -> str:
    """The class of widths that a window belongs to; nothing for a window without width."""
    return _SCREENS[bisect(_SCREENS_BEGIN, width)]


def _props(given: object, wrong: dict[str, str]) -> tuple[tuple[str, str], ...]:
    if isinstance(given, str):
        try:
            given = _decoded(given) if given else {}
        except (ValueError, RecursionError):
            given = None
    if given is None or not isinstance(given, dict):
        wrong["props"] = "Properties are one JSON object with texts, numbers, true or false."
        return ()
    if len(given) > MOST_PROPS:
        wrong["props"] = f"An event has at most {MOST_PROPS} properties; these are {len(given)}."
        return ()
    try:
        return tuple((_key(key), _value(key, value)) for key, value in given.items() if value is not None)
    except ValueError as reason:
        wrong["props"] = str(reason)
        return ()


def _key(key: str) -> str:
    name = addresses.plain(key, LONGEST_KEY * 4)
    if not name or len(key) > LONGEST_KEY:
        raise ValueError(f"A property's name has 1 to {LONGEST_KEY} characters.")
    return name


def _value(key: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return addresses.plain(str(value)[: LONGEST_VALUE_BYTES * 2], LONGEST_VALUE_BYTES)
    raise ValueError(f"“{addresses.plain(key, 60)}” is no text, no number and neither true nor false.")


def told(values: Values, now_ms: int) -> Told:
    """What a server says of its visitor; raises Unusable."""
    wrong: dict[str, str] = {}
    address, agent = _text(values, "ip", wrong), _text(values, "user_agent", wrong)
    if not address:
        wrong["ip"] = "Give the visitor's address."
    if "user_agent" not in values:
        wrong["user_agent"] = "Give the visitor's user agent, an empty one if there was none."
    at_ms = _moment(values.get("at"), now_ms, wrong)
    said = Told(address, agent, _text(values, "language", wrong), at_ms)
    if wrong:
        raise Unusable(wrong)
    return said


def _moment(given: object, now_ms: int, wrong: dict[str, str]) -> int:
    if given is None:
        return now_ms
    seconds = _as_float(given) if not isinstance(given, str) else _iso_seconds(given)
    if seconds is None:
        wrong["at"] = "The time is one of ISO 8601 with its zone, or a number of seconds since 1970."
        return now_ms
    if not now_ms / 1000 - OLDEST_DAYS * DAY_SECONDS <= seconds <= now_ms / 1000 + LATEST_MINUTES * 60:
        wrong["at"] = f"The time is at most {OLDEST_DAYS} days ago, and at most {LATEST_MINUTES} minutes ahead."
        return now_ms
    return int(seconds * 1000)


def _iso_seconds(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _as_float(text)
    return moment.timestamp() if moment.tzinfo else None
