"""What a line of an access log says, whichever program wrote it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

PAGES_ARE_GOT = "GET"
STATUSES = frozenset({200, 203, 304})
NO_PAGES = (
    ".css .js .mjs .map .json .xml .rss .atom .txt .ico .png .jpg .jpeg .gif .svg .webp .avif .woff .woff2 .ttf .eot "
    ".otf .mp3 .mp4 .webm .pdf .zip .gz .tgz .tar .bz2 .rpm .deb .exe .jar"
)
_ENDINGS = tuple(NO_PAGES.split())
_FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_ESCAPED = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|([\"\\]))")


class Unreadable(ValueError):
    """This line says nothing that can be understood; its text is the cause, for people."""


class NoPage(StrEnum):
    """Why a line that can be read is no pageview."""

    METHOD = "method"
    STATUS = "status"
    FILE = "file"
    FEED = "feed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One request of an access log. Texts are empty where the log says nothing."""

    at_ms: int
    """Milliseconds since 1970, UTC."""
    address: str
    method: str
    target: str
    """What was asked for: a path with its query, or a whole address."""
    status: int
    agent: str | None = ""
    """None where the format names no agents."""
    referrer: str = ""
    host: str = ""
    language: str = ""
    content_type: str = ""
    is_prefetch: bool = False
    wants_no_tracking: bool = False


def no_page(entry: Entry) -> NoPage | None:
    """Why a line is no pageview; None when it is one, if a person and no program asked."""
    if entry.method != PAGES_ARE_GOT:
        return NoPage.METHOD
    if entry.status not in STATUSES:
        return NoPage.STATUS
    if entry.target.partition("?")[0].partition("#")[0].lower().endswith(_ENDINGS):
        return NoPage.FILE
    if entry.content_type.partition(";")[0].strip().lower() in _FEEDS:
        return NoPage.FEED
    return None


def unescaped(text: str) -> str:
    """A quoted field as it was before the server escaped what does not belong between quotes.

    Bytes that are no UTF-8 become signs that belong to no address and to no host.
    """
    if "\\" not in text:
        return text
    raw = _ESCAPED.sub(lambda found: chr(0xDC00 + int(found[1], 16)) if found[1] else found[2], text)
    plain = b"".join(bytes([ord(sign) & 0xFF]) if 0xDC00 <= ord(sign) <= 0xDCFF else sign.encode() for sign in raw)
    return plain.decode(errors="replace")


def given(text: str) -> str:
    """A field's text, nothing for the dash that stands for nothing."""
    return "" if text == "-" else text
