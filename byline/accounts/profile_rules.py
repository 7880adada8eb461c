"""What a profile may say: pure checks of the words a member typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit, urlunsplit

LONGEST_NAME = 64
LONGEST_ABOUT = 500
LONGEST_ADDRESS = 300
MOST_LINKS = 5
# Control characters, and those that turn the direction of the words around them.
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Profile:
    """What a member says about themselves."""

    name: str = ""
    location: str = ""
    about: str = ""
    links: tuple[str, ...] = ()
    hides_last_seen: bool = False


def length(text: str) -> int:
    """How long a text is, counted as a browser counts it: UTF-16 units, a line end as one."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def one_line(text: str) -> str:
    """The text on one line, composed, without unseen characters."""
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    return " ".join(_UNSEEN.sub("", spaced).split())


def lines(text: str) -> str:
    """The text with plain line ends and without unseen characters or space around it."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _UNSEEN.sub("", plain).strip()


def link(typed: str) -> dict[str, str]:
    """The label and address of a link; ValueError with a sentence for what cannot be one.

    An address without a scheme is taken as https. Only http and https lead anywhere: `javascript:` and its like are
    refused, and so is a name before the host, which makes one site look like another.
    """
    address = one_line(typed)
    parts, place = _split(address if _SCHEME.match(address) else f"https://{address}", typed)
    whole = urlunsplit((parts.scheme, place, parts.path, parts.query, parts.fragment))
    if length(whole) > LONGEST_ADDRESS:
        raise ValueError(f"This address is longer than {LONGEST_ADDRESS} characters.")
    return {"label": place.partition(":")[0].removeprefix("www."), "url": whole}


def _split(address: str, typed: str) -> tuple[SplitResult, str]:
    """The parts of a web address, and its host and port as a browser asks for them."""
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").encode("idna").decode().lower(), parts.port
    except ValueError:
        raise ValueError(f"“{typed}” is not a web address.") from None
    if parts.scheme not in ("http", "https"):
        raise ValueError("A link begins with http:// or https://.")
    if parts.username is not None or not _HOST.fullmatch(host) or " " in address:
        raise ValueError(f"“{typed}” is not a web address.")
    return parts, f"{host}:{port}" if port else host


def links(typed: Sequence[str]) -> list[dict[str, str]]:
    """The links among the typed lines, without doubles; ValueError with a sentence for the first that is none."""
    found = {}
    for line in typed:
        if line.strip():
            made = link(line)
            found[made["url"]] = made
    if len(found) > MOST_LINKS:
        raise ValueError(f"There is room for {MOST_LINKS} links.")
    return list(found.values())


def problems(profile: Profile) -> dict[str, str]:
    """What cannot stay, by field, each with a sentence; empty when all is well."""
    limits = {
        "name": (one_line(profile.name), LONGEST_NAME),
        "location": (one_line(profile.location), LONGEST_NAME),
        "about": (lines(profile.about), LONGEST_ABOUT),
    }
    wrong = {}
    for field, (text, limit) in limits.items():
        if length(text) > limit:
            wrong[field] = f"This has {length(text)} characters; there is room for {limit}."
    try:
        links(profile.links)
    except ValueError as problem:
        wrong["links"] = str(problem)
    return wrong
