"""One hit, free of address and user agent, and the line that carries it through the spool.

A line is the checksum of what follows, a space, a JSON array and one newline: `1a2b3c4d ["h",1,…]`. Whatever is cut
off, glued together or damaged on the disk is a `BadLine`, never half a hit.
"""

from __future__ import annotations

import json
import re
from enum import StrEnum
from json.encoder import JSONEncoder
from typing import Any, NamedTuple
from zlib import crc32

LONGEST_LINE = 64 * 1024
"""Bytes of one line with its newline. The collector's own limits keep far below it."""
MOST_PROPS = 30
_LEAST, _MOST = -(2**63), 2**63 - 1


class BadLine(ValueError):
    """This line of a spool is no hit: cut off, damaged, or of another version."""


class Kind(StrEnum):
    """What happened on a page."""

    PAGEVIEW = "pageview"
    EVENT = "event"
    """One that the site's own pages name, with properties."""
    OUTBOUND = "outbound"
    """A link to another host was followed; `name` is its address."""
    DOWNLOAD = "download"
    """A link to a file was followed; `name` is its address."""
    NOT_FOUND = "not_found"
    """The site had no such page. As in access logs, it is not a pageview."""
    ENGAGEMENT = "engagement"
    """How long and how far the page of `view` was read until now."""


INTERACTIVE = frozenset({Kind.EVENT, Kind.OUTBOUND, Kind.DOWNLOAD})
"""Something the visitor did: a visit with one of these is no bounce."""
EXPOSURE = "experiment"
"""The event of a visitor who saw a variant of an experiment. It is nothing that the visitor did."""


class Reason(StrEnum):
    """Why something was not counted."""

    BOT = "bot"
    PREFETCH = "prefetch"
    """The browser asked for the page in advance; nobody has seen it."""
    AUTOMATED = "automated"
    """A program drives the browser and says so (`navigator.webdriver`)."""
    DO_NOT_TRACK = "do_not_track"
    SPAM_REFERRER = "spam_referrer"
    EXCLUDED_PATH = "excluded_path"
    EXCLUDED_ADDRESS = "excluded_address"
    FOREIGN_HOST = "foreign_host"
    """The page is not on one of the site's hosts."""
    REPLAY = "replay"
    """A second pageview of a view that was counted."""
    TOO_MANY = "too_many"
    """More hits of one address than people make."""
    OWN_VISIT = "own_visit"
    """The owner of this browser said that it is not to be counted."""


class Hit(NamedTuple):
    """One thing that happened on a page of a measured site. Texts are empty where nothing is known."""

    site_id: int
    at_ms: int
    """Milliseconds since 1970, UTC."""
    visitor: int
    """Signed 64 bits, the same for one visitor of one site on one UTC day."""
    former_visitor: int = 0
    """The same visitor by the salt of the day before; 0 later than half an hour after midnight, UTC."""
    kind: Kind = Kind.PAGEVIEW
    name: str = ""
    """What an event is called, where an outbound link or a download leads."""
    host: str = ""
    path: str = ""
    source: str = ""
    channel: str = ""
    referrer: str = ""
    """Host and path, no query."""
    utm_medium: str = ""
    utm_campaign: str = ""
    utm_content: str = ""
    utm_term: str = ""
    country: str = ""
    """Two capital letters."""
    language: str = ""
    """Two or three small letters."""
    browser: str = ""
    system: str = ""
    device: str = ""
    screen: str = ""
    """A class of widths, such as `<576`."""
    props: tuple[tuple[str, str], ...] = ()
    view: int = 0
    """The client's own number of one pageview, signed 64 bits; 0 for none."""
    engaged_ms: int = 0
    """How long the page of `view` was visible and focused until now, altogether."""
    scroll: int = -1
    """How far down the page of `view` was seen, in percent of its length; -1 for unknown."""
    read_seconds: int = 0
    """Engaged time after which the page counts as read; 0 where it cannot be read."""
    origin: int = 0
    """0 for what was collected live, else the number of an import."""


class Refused(NamedTuple):
    """Hits of a site that were not counted."""

    site_id: int
    at_ms: int
    reason: Reason
    number: int = 1


def encode(entry: Hit | Refused) -> bytes:
    """The line of a hit or a refusal, with its newline, the only one in it; ValueError for what no line can carry."""
    letter = "h" if type(entry) is Hit else "r"
    body = _write((letter, *entry)).encode()
    if len(body) > LONGEST_LINE - 10:
        raise ValueError(f"A line of {len(body)} bytes is too long.")
    return b"%08x %b\n" % (crc32(body), body)


def decode(line: bytes) -> Hit | Refused:
    """The hit or refusal that a line carries, with or without its newline; raises BadLine."""
    body = line[9:].rstrip(b"\n")
    if len(line) > LONGEST_LINE or line[:9] != b"%08x " % crc32(body):
        raise BadLine("The line is damaged.")
    try:
        row = _read(body.decode())
    except (ValueError, RecursionError) as error:
        raise BadLine("The line is not JSON.") from error
    types = tuple(map(type, row)) if type(row) is list else ()
    if types == _TYPES_OF_HIT and row[0] == "h":
        return _hit(row)
    if types == _TYPES_OF_REFUSED and row[0] == "r":
        return _refused(row)
    raise BadLine("The line is of another version.")


_write = JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
_read = json.JSONDecoder().decode
# A letter in front, then the fields in their order. Text that no database takes is looked for all at once.
_TYPES_OF_HIT = (str, *(int,) * 4, *(str,) * 17, list, *(int,) * 5)
_TYPES_OF_REFUSED = (str, int, int, str, int)
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_KINDS: dict[str, Kind] = {kind.value: kind for kind in Kind}
_REASONS: dict[str, Reason] = {reason.value: reason for reason in Reason}


def _hit(row: list[Any]) -> Hit:
    kind = _KINDS.get(row[5])
    row[22] = _props(row[22])
    if kind is None or _NO_TEXT.search("".join(row[6:22])):
        raise BadLine("The line says something that no hit says.")
    row[5] = kind
    hit = Hit._make(row[1:])
    numbers = (hit.at_ms, hit.visitor, hit.former_visitor, hit.view)
    if min(numbers) < _LEAST or max(numbers) > _MOST or hit.site_id < 1 or hit.origin < 0 or hit.at_ms < 0:
        raise BadLine("A number of the line is out of range.")
    if not (-1 <= hit.scroll <= 100 and 0 <= hit.engaged_ms < 2**31 and 0 <= hit.read_seconds < 2**31):
        raise BadLine("A number of the line is out of range.")
    if max(hit.site_id, hit.origin) >= 2**31:
        raise BadLine("A number of the line is out of range.")
    return hit


def _props(pairs: list[Any]) -> tuple[tuple[str, str], ...]:
    if not pairs:
        return ()
    if len(pairs) > MOST_PROPS:
        raise BadLine("The line has too many properties.")
    for pair in pairs:
        if type(pair) is not list or [type(text) for text in pair] != [str, str] or _NO_TEXT.search("".join(pair)):
            raise BadLine("A property of the line is none.")
    return tuple((key, value) for key, value in pairs)


def _refused(row: list[Any]) -> Refused:
    reason = _REASONS.get(row[3])
    if reason is None or not (0 < row[1] < 2**31 and 0 <= row[2] <= _MOST and 0 < row[4] < 2**31):
        raise BadLine("The line says something that no refusal says.")
    return Refused(row[1], row[2], reason, row[4])
