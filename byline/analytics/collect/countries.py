"""Which country an address is in: from the operator's own file, else from what the registries of addresses publish."""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import cache
from pathlib import Path

import iptocc
import maxminddb
import structlog

from byline.analytics.collect import ids

Look = Callable[[str], str]
"""Answers two capital letters for an address, or nothing."""
log = structlog.get_logger()


def from_file(path: Path) -> Look:
    """Look into a file in MaxMind's format, of countries or of cities; raises for any other."""
    reader = maxminddb.open_database(path)

    def look(address: str) -> str:
        try:
            found = reader.get(address)
        except (ValueError, maxminddb.InvalidDatabaseError):
            return ""
        country = (found.get("country") or found.get("registered_country")) if isinstance(found, dict) else None
        code = country.get("iso_code") if isinstance(country, dict) else found_flat(found)
        return code if isinstance(code, str) and is_code(code) else ""

    return look


def found_flat(found: object) -> object:
    """The code where a file says `country_code` beside the network, as some free ones do."""
    return found.get("country_code") if isinstance(found, dict) else None


def is_code(code: str) -> bool:
    """Whether these are two capital letters."""
    return len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()


def from_registries(address: str) -> str:
    """The country to which the registries gave the address's network; nine times in ten the one where it is used."""
    # A zone, as in fe80::1%eth0, belongs to no country, and the table reads only what is surely an address.
    code = iptocc.country_code(address)
    return code if code and is_code(code) else ""


def chosen(path: Path | None) -> Look:
    """What the operator chose; the registries where nothing is chosen, or where the file cannot be read.

    A file is opened with the first address, not before.
    """
    if path is None:
        return from_registries

    @cache
    def opened() -> Look:
        try:
            return from_file(path)
        except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
            log.warning("the file of countries cannot be read", path=str(path), error=type(error).__name__)
            return from_registries

    def look(address: str) -> str:
        return opened()(address)

    return look


def plain(address: str) -> str:
    """An address in its usual form, IPv4 in IPv6 as IPv4; empty for what is none."""
    try:
        if ":" not in address:
            return socket.inet_ntoa(socket.inet_pton(socket.AF_INET, address))
        whole = socket.inet_pton(socket.AF_INET6, address.partition("%")[0])
    except (OSError, ValueError):
        return ""
    if whole.startswith(ids.MAPPED):
        return socket.inet_ntoa(whole[12:])
    return socket.inet_ntop(socket.AF_INET6, whole)
