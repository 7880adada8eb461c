"""Counts hits by the definitions, slowly, in plain Python and with no table: what the store is compared with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from byline.analytics.hits import Hit, Kind
from byline.analytics.store.days import day_of
from byline.analytics.store.dimensions import OF_VISITS, ONLY_WHERE_KNOWN, Dimension
from byline.analytics.store.tables import SUMS

Sums = dict[tuple[object, ...], dict[str, int]]


@dataclass
class Event:
    """A hit that counts, with the most that was told of its reading."""

    hit: Hit
    at: int
    engaged: int = 0
    scroll: int = -1
    is_read: bool = False


@dataclass
class Visit:
    """Neighbours of one visitor."""

    events: list[Event] = field(default_factory=list)
    last: int = 0


def count(hits: Iterable[Hit], zones: dict[int, str]) -> tuple[Sums, Sums, int]:
    """Sums per day, sums per hour, and the number of replays; all hits at once, in the order of their times."""
    visits, replays = joined(hits)
    return (*_add_up(visits, zones), replays)


def joined(hits: Iterable[Hit]) -> tuple[list[Visit], int]:
    """The visits that hits make, and the number of replays among them."""
    visits: list[Visit] = []
    current: dict[tuple[int, int, int], Visit] = {}
    views: dict[tuple[int, int, int, int], tuple[Event, Visit]] = {}
    replays = 0
    for hit in sorted(hits, key=lambda one: one.at_ms):
        at = hit.at_ms // 1000
        who, before = (hit.site_id, hit.origin, hit.visitor), (hit.site_id, hit.origin, hit.former_visitor)
        if hit.kind is Kind.ENGAGEMENT:
            known = views.get((*who, hit.view)) or views.get((*before, hit.view))
            if known:
                if (*who, hit.view) not in views:
                    current[who] = known[1]
                _engage(*known, hit, at)
            continue
        if hit.kind is Kind.PAGEVIEW and hit.view and ((*who, hit.view) in views):
            replays += 1
            continue
        visit = current.get(who)
        if (visit is None or at - visit.last > 1800) and hit.former_visitor:
            former = current.get(before)
            visit = former if former and at - former.last <= 1800 else visit
        if visit is None or at - visit.last > 1800:
            visit = Visit()
            visits.append(visit)
        current[who] = visit
        event = Event(hit, at)
        visit.events.append(event)
        visit.last = max(visit.last, at)
        if hit.kind is Kind.PAGEVIEW and hit.view:
            views[*who, hit.view] = (event, visit)
    return visits, replays


def _engage(event: Event, visit: Visit, hit: Hit, at: int) -> None:
    grown = (max(event.engaged, hit.engaged_ms), max(event.scroll, hit.scroll))
    is_read = event.is_read or 0 < hit.read_seconds * 1000 <= grown[0] or grown[1] >= 75
    if (*grown, is_read) == (event.engaged, event.scroll, event.is_read):
        return
    event.engaged, event.scroll, event.is_read = *grown, is_read
    visit.last = max(visit.last, event.at + event.engaged // 1000)
    if at - visit.last <= 1800:
        visit.last = max(visit.last, at)


def _add_up(visits: list[Visit], zones: dict[int, str]) -> tuple[Sums, Sums]:
    days: Sums = defaultdict(lambda: dict.fromkeys(SUMS, 0))
    hours: Sums = defaultdict(lambda: dict.fromkeys(SUMS, 0))
    seen: set[tuple[object, ...]] = set()
    for visit in visits:
        first = visit.events[0].hit
        zone = ZoneInfo(zones[first.site_id])
        place = (first.site_id, first.origin)
        keys = attributes(visit)
        pageviews = [event for event in visit.events if event.hit.kind is Kind.PAGEVIEW]
        done = any(event.hit.kind in ("event", "outbound", "download") for event in visit.events)
        bounce = len(pageviews) == 1 and not done and sum(event.engaged for event in visit.events) < 10_000
        began, began_hour = _when(visit.events[0].at, zone)
        whole = {"visits": 1, "bounces": int(bounce), "duration_s": visit.last - visit.events[0].at}
        for key in keys:
            _add(days[*place, began, *key], whole)
        _add(hours[*place, began_hour], whole)
        for key in {key for event in visit.events for key in _own(event.hit)}:
            days[*place, began, *key]["visits"] += 1
        for event in visit.events:
            day, hour = _when(event.at, zone)
            is_page = event.hit.kind is Kind.PAGEVIEW
            one = {"pageviews": 1} if is_page else {"events": 1}
            read = {
                "engaged_ms": event.engaged,
                "scroll_sum": max(event.scroll, 0),
                "scroll_views": int(event.scroll >= 0),
                "reads": int(event.is_read),
            }
            for key in keys:
                _add(days[*place, day, *key], one | read)
            _add(hours[*place, hour], one | read)
            for key in _own(event.hit):
                is_prop = key[0] is Dimension.PROP
                _add(days[*place, day, *key], (one | read) if key[0] is Dimension.PAGE else {"events": 1})
                assert is_page or is_prop or key[0] is not Dimension.PAGE
            for row, mark in [(days[*place, day, *key], (*place, day, *key)) for key in [*keys, *_own(event.hit)]]:
                if (*mark, event.hit.visitor) not in seen:
                    seen.add((*mark, event.hit.visitor))
                    row["visitors"] += 1
            if ("hour", *place, hour, event.hit.visitor) not in seen:
                seen.add(("hour", *place, hour, event.hit.visitor))
                hours[*place, hour]["visitors"] += 1
    return days, hours


def attributes(visit: Visit) -> list[tuple[Dimension, str]]:
    """What a visit adds to: one word of each of its dimensions."""
    first = visit.events[0].hit
    pages = [event.hit.path for event in visit.events if event.hit.kind is Kind.PAGEVIEW]
    found = [(Dimension.TOTAL, "")]
    for dimension in OF_VISITS:
        if dimension is Dimension.ENTRY:
            text = first.path
        elif dimension is Dimension.EXIT:
            text = pages[-1] if pages else first.path
        else:
            text = getattr(first, dimension.name.lower())
        if text or dimension not in ONLY_WHERE_KNOWN:
            found.append((dimension, text))
    return found


def _own(hit: Hit) -> set[tuple[Dimension, str]]:
    named = {
        Kind.PAGEVIEW: (Dimension.PAGE, hit.path),
        Kind.EVENT: (Dimension.EVENT, hit.name),
        Kind.OUTBOUND: (Dimension.OUTBOUND, hit.name),
        Kind.DOWNLOAD: (Dimension.DOWNLOAD, hit.name),
        Kind.NOT_FOUND: (Dimension.NOT_FOUND, hit.path),
    }
    name = hit.name or hit.kind.value
    return {named[hit.kind]} | {(Dimension.PROP, f"{name}\t{key}\t{value}") for key, value in hit.props}


def _when(at: int, zone: ZoneInfo) -> tuple[int, int]:
    local = datetime.fromtimestamp(at, UTC).astimezone(zone)
    return day_of(local.date()), at - local.minute * 60 - local.second


def _add(row: dict[str, int], more: dict[str, int]) -> None:
    for name, number in more.items():
        row[name] += number
