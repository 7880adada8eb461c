"""Random traffic for properties of the store: few visitors, awkward hours, everything that a hit may be."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

from byline.analytics.hits import Hit, Kind

ZONES = {1: "UTC", 2: "Asia/Kolkata", 3: "America/New_York", 4: "Australia/Lord_Howe"}
# The clocks of New York and Lord Howe change while it lasts.
BEGIN = int(datetime(2026, 4, 4, 3, tzinfo=UTC).timestamp())
NEW_YORK_BEGIN = int(datetime(2026, 3, 7, 18, tzinfo=UTC).timestamp())
PAGES = ["/", "/a", "/b", "/c?x", "/long/" + "x" * 60]
DAY = 86_400


def made(seed: int, number: int = 120) -> list[Hit]:
    """Hits of some people on four sites over two days and more, in the order of their times."""
    chance = random.Random(seed)
    found: list[Hit] = []
    views = 0
    while len(found) < number:
        site = chance.choice(list(ZONES))
        person = chance.randrange(4)
        at = (NEW_YORK_BEGIN if site == 3 else BEGIN) + chance.randrange(2 * DAY)
        if chance.random() < 0.4:
            at = at // DAY * DAY + chance.randrange(-3000, 3000)
        looks: dict[str, Any] = {
            "source": chance.choice(["", "Google", "example.org"]),
            "country": chance.choice(["", "DE", "FR"]),
            "browser": chance.choice(["Firefox", "Chrome"]),
            "utm_campaign": chance.choice(["", "spring"]),
            "host": "example.org",
        }
        origin = chance.choice([0, 0, 0, 7])
        for _ in range(chance.choice([1, 1, 2, 4])):
            views += 1
            hit = _hit(chance, site, person, at, views)._replace(origin=origin, **looks)
            found.append(hit)
            if hit.kind is Kind.PAGEVIEW:
                found += _reading(chance, hit, person)
            at += chance.choice([0, 5, 300, 1799, 1800, 1801, 2600, 40_000])
    return sorted(found, key=lambda hit: hit.at_ms)


def _hit(chance: random.Random, site: int, person: int, at: int, view: int) -> Hit:
    kind = chance.choice([Kind.PAGEVIEW] * 5 + [Kind.EVENT, Kind.OUTBOUND, Kind.DOWNLOAD, Kind.NOT_FOUND])
    props = tuple((key, chance.choice("xyz")) for key in "ab"[: chance.randrange(3)]) if chance.random() < 0.4 else ()
    named = "" if kind in (Kind.PAGEVIEW, Kind.NOT_FOUND) else chance.choice(["Sign-up", "https://example.com/x"])
    numbered = view if chance.random() < 0.8 else 0
    return Hit(
        site,
        at * 1000 + chance.randrange(1000),
        *ids(site, person, at),
        kind=kind,
        name=named,
        path=chance.choice(PAGES),
        props=props,
        view=numbered,
    )


def ids(site: int, person: int, at: int) -> tuple[int, int]:
    """A visitor's id now, and by the former day's salt soon after midnight."""
    day = at // DAY
    now, former = (hash((site, person, day - back)) for back in (0, 1))
    return now, former if at % DAY < 1800 else 0


def _reading(chance: random.Random, page: Hit, person: int) -> list[Hit]:
    told, at, engaged, scroll = [], page.at_ms, 0, -1
    for _ in range(chance.choice([0, 0, 1, 2])):
        spent = chance.choice([0, 3_000, 12_000, 400_000, 1_500_000])
        at, engaged = at + spent + chance.randrange(2000), engaged + spent
        scroll = max(scroll, chance.choice([-1, 10, 74, 75, 100]))
        visitor, former = ids(page.site_id, person, at // 1000)
        if page.visitor not in (visitor, former):
            break  # The page was opened too long before midnight: nobody can tell any more whose it was.
        engagement = Hit(
            page.site_id, at, visitor, former, Kind.ENGAGEMENT, path=page.path, view=page.view, origin=page.origin
        )
        told.append(engagement._replace(engaged_ms=engaged, scroll=scroll, read_seconds=chance.choice([0, 10])))
    if told and chance.random() < 0.3:
        told.append(told[-1]._replace(at_ms=told[-1].at_ms + 10))
    if page.view and chance.random() < 0.1:
        told.append(page._replace(at_ms=page.at_ms + 200))
    return told
