"""What somebody typed about a site, put in order: addresses, hosts, paths, networks, time zones."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote, urlsplit
from zoneinfo import available_timezones

import idna

from byline.kernel import tidy
from byline.kernel.errors import Invalid

LONGEST_NAME = 60
LONGEST_URL = 300
LONGEST_PATH = 200
MOST_LINES = 100
"""Hosts, paths or addresses of one site."""
LEAST_DAYS, MOST_DAYS = 7, 3650
PATH_LETTERS = "/%:@!$&'()*+,;=~-._"
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NOT_A_HOST = "is no host. Write it as in example.org."


@dataclass(frozen=True, slots=True)
class General:
    """What a site is called, where it is, and where its days begin."""

    name: str
    url: str
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Collecting:
    """What is collected for a site, how long single events are kept, and who may see what came of it."""

    hostnames: tuple[str, ...] = ()
    excluded_paths: tuple[str, ...] = ()
    excluded_addresses: tuple[str, ...] = ()
    honours_dnt: bool = True
    counts_outbound: bool = True
    retention_days: int | None = None
    is_public: bool = False


@cache
def time_zones() -> Sequence[str]:
    """The names of all time zones that somebody may choose, `UTC` first."""
    places = {name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/"))}
    return ("UTC", *sorted(name for name in places if not name.startswith(("posix/", "right/", "US/", "Canada/"))))


def checked_general(given: General, *, stays_at: str | None = None) -> General:
    """What was typed, in order; Invalid, by field, for what cannot be used. `stays_at` is an address that stays."""
    wrong: dict[str, str] = {}
    name, url, zone = tidy.one_line(given.name), stays_at or "", given.time_zone.strip() or "UTC"
    try:
        url = checked_url(given.url.strip()) if stays_at is None else stays_at
    except ValueError as reason:
        wrong["url"] = str(reason)
    name = name or shown_host(host_of(url))[:LONGEST_NAME]
    if len(name) > LONGEST_NAME:
        wrong["name"] = f"A name has at most {LONGEST_NAME} characters; this one has {len(name)}."
    if zone not in time_zones():
        wrong["time_zone"] = "Choose a time zone from the list, such as Europe/Berlin."
    if wrong:
        raise Invalid.of(wrong, "site-unusable")
    return General(name, url, zone)


def checked_url(typed: str) -> str:
    """A web address in order: lower case, punycode, no usual port, no slash at its end. ValueError with a sentence."""
    if not typed:
        raise ValueError("Give the address of the site, such as https://example.org.")
    if len(typed) > LONGEST_URL:
        raise ValueError(f"An address has at most {LONGEST_URL} characters; this one has {len(typed)}.")
    if any(ord(letter) <= 32 or ord(letter) == 127 for letter in typed):
        raise ValueError("An address has no spaces in it.")
    if "://" not in typed:
        typed = f"https://{typed}"
    try:
        parts = urlsplit(typed)
        port = parts.port
    except ValueError:
        raise ValueError("This is no web address. Write it as in https://example.org.") from None
    if parts.scheme.lower() not in ("http", "https"):
        raise ValueError("Only sites at http:// or https:// can be measured.")
    if "@" in parts.netloc:
        raise ValueError("Leave the user name and password out of the address.")
    return _assembled(parts.scheme.lower(), parts.hostname or "", port, parts.path)


def _assembled(scheme: str, typed_host: str, port: int | None, path: str) -> str:
    try:
        host = checked_host(typed_host)
    except ValueError:
        raise ValueError(f"“{typed_host}” {_NOT_A_HOST}" if typed_host else "The address names no host.") from None
    shown = f"[{host}]" if ":" in host else host
    if port is not None and port != {"http": 80, "https": 443}[scheme]:
        shown = f"{shown}:{port}"
    url = f"{scheme}://{shown}{quote(path.rstrip('/'), safe=PATH_LETTERS)}"
    if len(url) > LONGEST_URL:
        raise ValueError(f"Written out, this address is longer than {LONGEST_URL} characters.")
    return url


def checked_host(typed: str) -> str:
    """A host in lower case and punycode, or an address; ValueError for what is neither."""
    try:
        return ipaddress.ip_address(typed.strip("[]")).compressed
    except ValueError:
        pass
    host = typed.strip().rstrip(".").lower()
    if not host.isascii():
        host = _in_ascii(host)
    labels = host.split(".")
    # A last part of digits alone would be read as an address by every browser.
    if len(host) > 253 or not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdecimal():
        raise ValueError(_NOT_A_HOST)
    return host


def _in_ascii(host: str) -> str:
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except UnicodeError as error:
        raise ValueError(_NOT_A_HOST) from error


def shown_host(host: str) -> str:
    """A host in the letters of its people, where that can be said for sure."""
    try:
        return idna.decode(host) if "xn--" in host else host
    except UnicodeError:
        return host


def host_of(url: str) -> str:
    """The host of a checked address, empty for none."""
    return urlsplit(url).hostname or ""


def usual_hosts(url: str) -> tuple[str, ...]:
    """The hosts whose pages count at first: that of the address, with and without `www.`."""
    host = host_of(url)
    if not host or "." not in host or ":" in host or host.rsplit(".", 1)[-1].isdecimal():
        return (host,) if host else ()
    return (host, host.removeprefix("www.") if host.startswith("www.") else f"www.{host}")


def checked_collecting(given: Collecting) -> Collecting:
    """What was typed, in order; Invalid, by field, with the line that cannot be used."""
    wrong: dict[str, str] = {}
    hosts = _lines("hostnames", given.hostnames, _host_line, wrong)
    paths = _lines("excluded_paths", given.excluded_paths, _path_line, wrong)
    addresses = _lines("excluded_addresses", given.excluded_addresses, _address_line, wrong)
    days = given.retention_days
    if days is not None and not LEAST_DAYS <= days <= MOST_DAYS:
        wrong["retention_days"] = f"Keep single events for {LEAST_DAYS} to {MOST_DAYS} days, or for ever."
    if wrong:
        raise Invalid.of(wrong, "site-unusable")
    return Collecting(hosts, paths, addresses, given.honours_dnt, given.counts_outbound, days, given.is_public)


def _lines(field: str, typed: Sequence[str], checked: Callable[[str], str], wrong: dict[str, str]) -> tuple[str, ...]:
    lines = [line for line in map(tidy.one_line, typed) if line]
    if len(lines) > MOST_LINES:
        wrong[field] = f"At most {MOST_LINES} lines; these are {len(lines)}."
        return ()
    found: dict[str, None] = {}
    for line in lines:
        try:
            found[checked(line)] = None
        except ValueError as reason:
            wrong[field] = f"“{line[:80]}” {reason}"
    return tuple(found)


def _host_line(line: str) -> str:
    if "://" in line:
        line = urlsplit(line).hostname or ""
    below = "*." if line.startswith("*.") else ""
    return below + checked_host(line.removeprefix("*."))


def _path_line(line: str) -> str:
    if len(line) > LONGEST_PATH:
        raise ValueError(f"is longer than {LONGEST_PATH} characters.")
    if not line.startswith(("/", "*")) or "?" in line or "#" in line:
        raise ValueError("is no path. Write it as in /private/*, without a question mark.")
    return line


def _address_line(line: str) -> str:
    try:
        network = ipaddress.ip_network(line, strict=False)
    except ValueError:
        raise ValueError("is no address and no network. Write it as in 192.0.2.7 or 2001:db8::/48.") from None
    return str(network.network_address) if network.num_addresses == 1 else str(network)
