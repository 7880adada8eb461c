"""Counting a combined log once more, in plain Python and in another way than the product does it.

Written from the definitions alone: fields are found by splitting at quotes, visitors are sets of address and agent,
visits come out of sorted lists of times. Only the lists of what a bot is and how sources are called are the product's.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from ipaddress import IPv6Address
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from byline.analytics.collect import agents, origins

ENDINGS = (
    "css js mjs map json xml rss atom txt ico png jpg jpeg gif svg webp avif woff woff2 ttf eot otf mp3 mp4 webm pdf "
    "zip gz tgz tar bz2 rpm deb exe jar"
)
NO_PAGES = frozenset(ENDINGS.split())
HALF_AN_HOUR = timedelta(minutes=30)


class Seen(NamedTuple):
    """One pageview."""

    at: datetime
    who: tuple[str, str]
    path: str
    source: str


class Count(NamedTuple):
    """What a log comes to."""

    totals: dict[date, tuple[int, int, int]]
    pages: dict[date, Counter[str]]
    sources: dict[date, Counter[str]]
    """Visitors by source."""
    bots: int


def of_file(path: Path, own_host: str) -> Count:
    """Count every line of a log whose days are those of UTC."""
    seen: list[Seen] = []
    bots = 0
    for raw in path.read_bytes().split(b"\n"):
        parts = raw.decode("latin-1").split('"')
        if len(parts) < 7 or not _is_page(parts):
            continue
        agent = parts[5]
        if agents.agent(agent).is_bot:
            bots += 1
        else:
            seen.append(_seen(parts, agent, own_host))
    return _counted(sorted(seen, key=lambda each: each.at), bots)


def _is_page(parts: list[str]) -> bool:
    method, target, *_ = [*parts[1].split(" "), "", ""]
    path = target.partition("?")[0]
    ending = path.rpartition(".")[2].lower() if "." in path else ""
    return method == "GET" and parts[2].split()[0] in {"200", "203", "304"} and ending not in NO_PAGES


def _seen(parts: list[str], agent: str, own_host: str) -> Seen:
    before = parts[0].split("[")
    at = datetime.strptime(before[1].strip("] "), "%d/%b/%Y:%H:%M:%S %z")
    address = before[0].split(" ")[0]
    if ":" in address:
        address = IPv6Address(address).exploded[:19]
    path = parts[1].split(" ")[1].split("?")[0].split("#")[0]
    return Seen(at, (address, agent), path, _source(parts[1].split(" ")[1], parts[3], own_host))


def _source(target: str, referrer: str, own_host: str) -> str:
    query = dict(pair.split("=", 1) for pair in target.partition("?")[2].split("&") if "=" in pair)
    for name in ("utm_source", "source", "ref"):
        if query.get(name):
            return origins.named_source(query[name]).name
    try:
        host = (urlsplit(referrer).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    if not referrer.startswith(("http://", "https://")) or host in (own_host, "localhost", "127.0.0.1"):
        return ""
    return origins.referral(referrer).source.name


def _counted(seen: list[Seen], bots: int) -> Count:
    pages: dict[date, Counter[str]] = {}
    times: dict[tuple[str, str], list[Seen]] = {}
    for each in seen:
        pages.setdefault(each.at.date(), Counter())[each.path] += 1
        times.setdefault(each.who, []).append(each)
    visits: Counter[date] = Counter()
    present: dict[tuple[date, str], set[tuple[str, str]]] = {}
    for who, mine in times.items():
        last = None
        source = ""
        for each in mine:
            if last is None or each.at - last > HALF_AN_HOUR:
                visits[each.at.date()] += 1
                source = each.source
            last = each.at
            present.setdefault((each.at.date(), source), set()).add(who)
    visitors = {day: {each.who for each in seen if each.at.date() == day} for day in pages}
    sources: dict[date, Counter[str]] = {day: Counter() for day in pages}
    for (day, source), people in present.items():
        sources[day][source] = len(people)
    totals = {day: (sum(pages[day].values()), len(visitors[day]), visits[day]) for day in pages}
    return Count(totals, pages, sources, bots)
