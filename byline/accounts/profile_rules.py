"""What a profile may say: pure checks of the words a member typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit, urlunsplit

from byline.kernel import tidy

LONGEST_NAME = 64
LONGEST_ABOUT = 500
LONGEST_ADDRESS = 300
MOST_LINKS = 5
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


def link(typed: str) -> dict[str, str]:
    """The label and address of a link; ValueError with a sentence for what cannot be one.

    An address without a scheme is taken as https. Only http and https lead anywhere: `javascript:` and its like are
    refused, and so is a name before the host, which makes one site look like another.
    """
    address = tidy.one_line(typed)
    parts, place = _split(address if _SCHEME.match(address) else f"https://{address}", typed)
    whole = urlunsplit((parts.scheme, place, parts.path, parts.query, parts.fragment))
    if tidy.length(whole) > LONGEST_ADDRESS:
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
        "name": (tidy.one_line(profile.name), LONGEST_NAME),
        "location": (tidy.one_line(profile.location), LONGEST_NAME),
        "about": (tidy.lines(profile.about), LONGEST_ABOUT),
    }
    wrong = {}
    for field, (text, limit) in limits.items():
        if tidy.length(text) > limit:
            wrong[field] = f"This has {tidy.length(text)} characters; there is room for {limit}."
    try:
        links(profile.links)
    except ValueError as problem:
        wrong["links"] = str(problem)
    return wrong
