"""A page's address as it is counted: host and path, and of its query only what campaigns and sources say."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import parse_qsl, unquote_to_bytes

from byline.analytics.sites import content

LONGEST_URL = 8_000
LONGEST_PATH_BYTES = 1_000
LONGEST_NAME_BYTES = 200
CACHED_URL = 400
"""Longer addresses are worked out each time, so that what is remembered stays small."""
_URL = re.compile(r"\s*(https?)://([^/?#\\]*)([^?#]*)(?:\?([^#]*))?", re.IGNORECASE)
_PLAIN_PATH = re.compile(r"/[\w/.~@:!$&'()*+,=-]*", re.ASCII)
_PLAIN_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z][a-z0-9-]*")
_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_NOT_PLAIN = re.compile("[\0-\x20\x7f-\x9f\ud800-\udfff\u2028\u2029]")
_MEANS_SOMETHING_ESCAPED = frozenset("/?#%\\")
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*", re.IGNORECASE)


class Page(NamedTuple):
    """A page, and the campaign that its address names."""

    host: str
    path: str
    source: str = ""
    medium: str = ""
    campaign: str = ""
    content: str = ""
    term: str = ""


def page(url: str) -> Page:
    """The page at an absolute address; ValueError with a sentence for what is none."""
    if len(url) > LONGEST_URL:
        raise ValueError(f"An address has at most {LONGEST_URL} characters; this one has {len(url)}.")
    return _cached_page(url) if len(url) < CACHED_URL else _page(url)


def _page(url: str) -> Page:
    found = _URL.match(url)
    if not found:
        raise ValueError("Give the page's whole address, with http:// or https://.")
    _, authority, raw_path, query = found.groups()
    return Page(host(authority), path(raw_path), *_campaign(query or ""))


_cached_page = lru_cache(4096)(_page)


def host(authority: str) -> str:
    """The host of an address in lower case and punycode, without port; ValueError with a sentence for none."""
    named = authority.rpartition("@")[2]
    if named.startswith("["):
        named, bracket, _port = named.partition("]")
        named += bracket or "?"
    else:
        named = named.partition(":")[0]
    named = named.rstrip(".").lower()
    if _PLAIN_HOST.fullmatch(named) and len(named) < 254 and not named.startswith("xn--"):
        return named
    try:
        return content.checked_host(named)
    except ValueError:
        raise ValueError("The address names no host.") from None


def path(raw: str) -> str:
    """A path as people read it: letters decoded where that is safe, without a session's number, not too long."""
    if _PLAIN_PATH.fullmatch(raw) and len(raw) <= LONGEST_PATH_BYTES:
        return raw
    readable = _ESCAPED.sub(_decoded, _SESSION.sub("", raw.strip().replace("\\", "/")))
    readable = _NOT_PLAIN.sub("", normalize("NFC", readable))
    return cut(readable if readable.startswith("/") else f"/{readable}", LONGEST_PATH_BYTES)


def _decoded(escaped: re.Match[str]) -> str:
    try:
        letters = unquote_to_bytes(escaped[0]).decode()
    except UnicodeDecodeError:
        return escaped[0].upper()
    return "".join(map(_shown, letters))


def _shown(letter: str) -> str:
    if letter in _MEANS_SOMETHING_ESCAPED or not letter.isprintable() or letter == " ":
        return "".join(f"%{byte:02X}" for byte in letter.encode())
    return letter


def _campaign(query: str) -> tuple[str, str, str, str, str]:
    if "utm_" not in query and "source=" not in query and "ref=" not in query:
        return ("", "", "", "", "")
    try:
        given = dict(reversed(parse_qsl(query, errors="replace", max_num_fields=200)))
    except ValueError:
        return ("", "", "", "", "")
    source = given.get("utm_source") or given.get("source") or given.get("ref") or ""
    named = (source, *(given.get(f"utm_{what}", "") for what in ("medium", "campaign", "content", "term")))
    first, second, third, fourth, fifth = (plain(each) for each in named)
    return (first, second, third, fourth, fifth)


def plain(text: str, most_bytes: int = LONGEST_NAME_BYTES) -> str:
    """A name on one line: without control characters and space around it, cut to what is kept of one."""
    return cut(" ".join(_NOT_PLAIN.sub(" ", text).split()), most_bytes)


def cut(text: str, most_bytes: int) -> str:
    """As many whole letters as `most_bytes` hold."""
    if len(text) * 4 <= most_bytes:
        return text
    return text.encode(errors="ignore")[:most_bytes].decode(errors="ignore")


def is_one_of(named: str, patterns: tuple[str, ...]) -> bool:
    """Whether a host is among a site's; `*.example.org` stands for all below one, nothing for any."""
    if not patterns or named in patterns:
        return True
    return any(each.startswith("*.") and named.endswith(each[1:]) for each in patterns)


def matches(named: str, patterns: tuple[str, ...]) -> bool:
    """Whether a path is among a site's excluded ones; `*` stands for any letters."""
    return any(_fits(named, each.split("*")) for each in patterns)


def _fits(named: str, pieces: list[str]) -> bool:
    # A regular expression would try every way to share the letters among many stars.
    if len(pieces) == 1:
        return named == pieces[0]
    first, *middle, last = pieces
    at, end = len(first), len(named) - len(last)
    if at > end or not named.startswith(first) or not named.endswith(last):
        return False
    for piece in middle:
        found = named.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True
