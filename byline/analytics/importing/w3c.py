"""The extended format of the W3C, as IIS and CloudFront write it: the file itself names its fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import unquote

from byline.analytics.importing.lines import Entry, Unreadable, given

FIELDS = "#fields:"
_WORD = re.compile(r'"((?:[^"]|"")*)"|(\S+)')
_METHOD, _PATH, _STATUS = "cs-method", ("cs-uri-stem", "cs-uri"), "sc-status"


def reader() -> Callable[[str], Entry | None]:
    """What reads the lines of one file: directives say how its later lines are to be read."""
    fields: list[str] = []
    date = ""

    def read(line: str) -> Entry | None:
        nonlocal date
        if line.startswith("#"):
            name, _, rest = line.partition(":")
            if line.lower().startswith(FIELDS):
                fields[:] = rest.lower().split()
            elif name.lower() == "#date":
                date = rest.split()[0] if rest.split() else ""
            return None
        if not fields:
            raise Unreadable("No #Fields line came before, so nobody knows what stands where.")
        return _entry(dict(zip(fields, _words(line, len(fields)), strict=True)), date)

    return read


def _words(line: str, number: int) -> list[str]:
    words = line.split("\t") if "\t" in line else [quoted or plain for quoted, plain in _WORD.findall(line)]
    if len(words) != number:
        raise Unreadable(f"The line has {len(words)} fields in place of {number}.")
    return words


def _entry(said: Mapping[str, str], date: str) -> Entry:
    path = next((said[name] for name in _PATH if name in said), None)
    if path is None or "c-ip" not in said or _METHOD not in said or not said.get(_STATUS, "").isdecimal():
        raise Unreadable("The line does not say who asked for what, and how that ended.")
    is_edge = "x-edge-location" in said
    host = said.get("x-host-header") if is_edge else said.get("cs-host", said.get("cs(host)"))
    query = given(said.get("cs-uri-query", "-"))
    return Entry(
        _moment(said.get("date", date), said.get("time", "")),
        given(said["c-ip"]),
        said[_METHOD],
        f"{path}?{query}" if query else path,
        int(said[_STATUS]),
        agent=_plain(said["cs(user-agent)"], is_edge=is_edge) if "cs(user-agent)" in said else None,
        referrer=_plain(said.get("cs(referer)", "-"), is_edge=is_edge),
        host=given(host or "-"),
    )


def _plain(text: str, *, is_edge: bool) -> str:
    """A header as it was sent: IIS writes a plus for a space, CloudFront escapes it, and a percent sign twice."""
    if text == "-":
        return ""
    if is_edge:
        return unquote(text.replace("%25", "%"), errors="replace")
    return text.replace("+", " ")


@lru_cache(4096)
def _moment(date: str, time: str) -> int:
    try:
        moment = datetime.fromisoformat(f"{date}T{time[:8]}")
    except ValueError:
        raise Unreadable("The time of the line cannot be read.") from None
    return int(moment.replace(tzinfo=UTC).timestamp()) * 1000
