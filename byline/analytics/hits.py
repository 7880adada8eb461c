"""One hit, free of address and user agent, and the line that carries it through the spool.

A line is the checksum of what follows, a space, JSON and one newline: a refusal is one array, a hit is two with a tab
between them, first what is its own, then what its visit shares. Neighbours often have the same second half, which is
read once. Whatever is cut off, glued together or damaged on the disk is a `BadLine`, never half a hit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from json.encoder import JSONEncoder
from json.encoder import encode_basestring as _quoted
from sys import intern
from typing import Any, NamedTuple
from zlib import crc32

LONGEST_LINE = 64 * 1024
"""Bytes of one line with its newline. The collector's own limits keep far below it."""
MOST_PROPS = 30
_LEAST, _MOST, _SMALL = -(2**63), 2**63 - 1, 2**31


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
    path: str = ""
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
    source: str = ""
    """This and all that follows is the same for every hit of a visit, as a rule."""
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
    host: str = ""


FIRST_SHARED = Hit._fields.index("source")
"""Where in a hit the texts begin that its visit shares."""


class Refused(NamedTuple):
    """Hits of a site that were not counted."""

    site_id: int
    at_ms: int
    reason: Reason
    number: int = 1


def encode(entry: Hit | Refused) -> bytes:
    """The line of a hit or a refusal, with its newline, the only one in it; ValueError for what no line can carry."""
    body = (_body(entry) if isinstance(entry, Hit) else _write(entry)).encode()
    if len(body) > LONGEST_LINE - 10:
        raise ValueError(f"A line of {len(body)} bytes is too long.")
    return b"%08x %b\n" % (crc32(body), body)


def decode(line: bytes) -> Hit | Refused:
    """The hit or refusal that a line carries, with or without its newline; raises BadLine."""
    body = line[9:].rstrip(b"\n")
    if len(line) > LONGEST_LINE or line[:9] != b"%08x " % crc32(body):
        raise BadLine("The line is damaged.")
    own, tab, shared = body.partition(b"\t")
    if not tab:
        return _refused(_values(own))
    row = _values(own)
    if [*map(type, row)] != _TYPES_OF_OWN:
        raise BadLine("The line is of another version.")
    kind = _KINDS.get(row[4])
    if kind is None or (b"\\u" in own and _NO_TEXT.search(row[5] + row[6])):
        raise BadLine("The line says something that no hit says.")
    row[4] = kind
    row[7] = _props(row[7]) if row[7] else ()
    _check(row)
    return _new(Hit, (*row, *(_shared_known.get(shared) or _shared(shared))))


_write = JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
_scan = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # (typeshed leaves it out)
_new: Callable[[type[Hit], tuple[Any, ...]], Hit] = tuple.__new__
_TYPES_OF_OWN = [*[int] * 4, *[str] * 3, list, *[int] * 5]
_TYPES_OF_REFUSED = [int, int, str, int]
_SHARED_TEXTS = len(Hit._fields) - FIRST_SHARED
# JSON may spell what no database takes as text only as an escape.
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_KINDS: dict[str, Kind] = {kind.value: kind for kind in Kind}
_REASONS: dict[str, Reason] = {reason.value: reason for reason in Reason}
_MOST_SHARED = 4_096
_shared_known: dict[bytes, tuple[str, ...]] = {}
"""The second halves of lines that were read last. Their texts are one object each, however often they come."""


def _body(hit: Hit) -> str:
    """Both halves. A call of the encoder costs more than all texts of a hit written one by one."""
    site_id, at_ms, visitor, former, kind, name, path, props, view, engaged, scroll, read, origin, *shared = hit
    pairs = _write(props) if props else "[]"
    own = f"[{site_id},{at_ms},{visitor},{former},{_quoted(kind)},{_quoted(name)},{_quoted(path)},{pairs},"
    return f"{own}{view},{engaged},{scroll},{read},{origin}]\t{_shared_half(tuple(shared))}"


@lru_cache(_MOST_SHARED)
def _shared_half(texts: tuple[str, ...]) -> str:
    """The second half of a line. What was written last is remembered, as visits resemble each other."""
    return f"[{','.join(map(_quoted, texts))}]"


def _values(text: bytes) -> list[Any]:
    """The values of a JSON array that is all there is."""
    try:
        plain = text.decode()
        row, end = _scan(plain, 0)
    except (ValueError, StopIteration, RecursionError) as error:
        raise BadLine("The line is not JSON.") from error
    if type(row) is not list or end != len(plain):
        raise BadLine("The line is of another version.")
    return row


def _shared(half: bytes) -> tuple[str, ...]:
    texts = _values(half)
    if len(texts) != _SHARED_TEXTS or set(map(type, texts)) != {str}:
        raise BadLine("The line is of another version.")
    if b"\\u" in half and _NO_TEXT.search("".join(texts)):
        raise BadLine("The line says something that no hit says.")
    if len(_shared_known) >= _MOST_SHARED:
        _shared_known.clear()
    known = _shared_known[half] = tuple(map(intern, texts))
    return known


def _check(row: list[Any]) -> None:
    site_id, at_ms, visitor, former, _, _, _, _, view, engaged, scroll, read, origin = row
    if not (0 < site_id < _SMALL and 0 <= at_ms <= _MOST and 0 <= origin < _SMALL and -1 <= scroll <= 100):
        raise BadLine("A number of the line is out of range.")
    if not (_LEAST <= visitor <= _MOST and _LEAST <= former <= _MOST and _LEAST <= view <= _MOST):
        raise BadLine("A number of the line is out of range.")
    if not (0 <= engaged < _SMALL and 0 <= read < _SMALL):
        raise BadLine("A number of the line is out of range.")


def _props(pairs: list[Any]) -> tuple[tuple[str, str], ...]:
    if len(pairs) > MOST_PROPS:
        raise BadLine("The line has too many properties.")
    for pair in pairs:
        if type(pair) is not list or [type(text) for text in pair] != [str, str] or _NO_TEXT.search("".join(pair)):
            raise BadLine("A property of the line is none.")
    return tuple((key, value) for key, value in pairs)


def _refused(row: list[Any]) -> Refused:
    if [*map(type, row)] != _TYPES_OF_REFUSED:
        raise BadLine("The line is of another version.")
    site_id, at_ms, text, number = row
    reason = _REASONS.get(text)
    if reason is None or not (0 < site_id < _SMALL and 0 <= at_ms <= _MOST and 0 < number < _SMALL):
        raise BadLine("The line says something that no refusal says.")
    return Refused(site_id, at_ms, reason, number)
