"""One day of visits to a site, drawn by chance: the same day and seed give the same visits. It knows no database."""

from __future__ import annotations

import math
import random
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from byline.analytics.collect import addresses, origins
from byline.analytics.collect.addresses import Page
from byline.analytics.collect.origins import Origin
from byline.analytics.experiments import assignment
from byline.analytics.hits import EXPOSURE, Hit, Kind, Reason, Refused

FILE = Path(__file__).parent / "readers.toml"
DAYS = 90
BASKET = "Add to basket"
COMES_AGAIN = 0.13
"""How many of those who leave are there once more on the same day."""
Weighted = tuple[Sequence[Any], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Piece:
    """A page that is visited: how often beside the others, from which day on, and how long it takes to read."""

    path: str
    weight: float
    since: date = date.min
    read_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """An experiment as visitors meet it: on pages below a path, between two moments, the control first."""

    id: int
    key: str
    variants: tuple[str, ...]
    on: str
    begins: datetime
    ends: datetime | None
    event: str
    """What visitors do more or less often after that."""
    lifts: tuple[float, ...]
    """How often each variant brings them to it, beside how often they do it otherwise."""


@dataclass(frozen=True, slots=True)
class Place:
    """A site as its visitors find it."""

    site_id: int
    url: str
    time_zone: str
    visits: int
    """On an ordinary day at the end of the time that is told."""
    pieces: tuple[Piece, ...]
    sells: bool = False
    """Whether visitors put things into a basket there."""
    trials: tuple[Trial, ...] = ()


@dataclass(slots=True)
class _Visit:
    """One visit under way."""

    place: Place
    chance: random.Random
    at_ms: int
    host: str
    known: dict[str, Any]
    """What every hit of the visit says of the visitor."""


@cache
def readers() -> dict[str, Any]:
    """What `readers.toml` says."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def day_of(place: Place, day: date, until: datetime) -> list[Hit | Refused]:
    """What arrives for a site on one day of its own clock, up to a moment."""
    chance = random.Random(f"{place.url}/{day}")  # noqa: S311  (not a secret)
    zone = ZoneInfo(place.time_zone)
    ends = min(until, datetime.combine(day + timedelta(days=1), time(), zone))
    pieces = [piece for piece in place.pieces if piece.since <= day]
    days_ago = (until.astimezone(zone).date() - day).days
    peak = next((peak for peak in readers()["peaks"] if peak["days_ago"] == days_ago), None)
    found: list[Hit | Refused] = []
    if pieces:
        for _ in range(_how_many(place, day, days_ago, chance)):
            found += _comings(place, pieces, _moment(day, zone, chance), chance, peak)
    found += _left_out(place, datetime.combine(day, time(12), zone), chance)
    last = int(ends.timestamp() * 1000)
    return [entry for entry in found if entry.at_ms < last]


def _how_many(place: Place, day: date, days_ago: int, chance: random.Random) -> int:
    grown = 0.55 + 0.45 * (1 - days_ago / DAYS)
    peak: float = next((peak["factor"] for peak in readers()["peaks"] if peak["days_ago"] == days_ago), 1.0)
    of_weekday: float = readers()["weekdays"][day.weekday()]
    return round(place.visits * grown * of_weekday * peak * chance.uniform(0.88, 1.12))


def _moment(day: date, zone: ZoneInfo, chance: random.Random) -> datetime:
    hour = chance.choices(range(24), readers()["hours"])[0]
    return datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)), zone)


def _comings(
    place: Place, pieces: Sequence[Piece], begins: datetime, chance: random.Random, peak: dict[str, Any] | None
) -> Iterator[Hit]:
    """All visits of one visitor on a day."""
    visit = _Visit(place, chance, int(begins.timestamp() * 1000), addresses.page(place.url).host, {})
    visitor, comes = _visitor(chance), True
    while comes:
        first, *later = _walk(pieces, chance)
        visit.known = visitor | _origin(place, first, chance, peak)
        yield from _walked(visit, (first, *later))
        comes, peak = chance.random() < COMES_AGAIN, None
        # What lies less than half an hour apart is one visit; most who come again do so within a few hours.
        visit.at_ms += int((1_900 + min(chance.lognormvariate(8.6, 1.0), 40_000)) * 1000)


def _walked(visit: _Visit, pieces: Sequence[Piece]) -> Iterator[Hit]:
    for piece in pieces:
        yield from _met(visit, piece)
        yield from _read(visit, piece)
    if visit.place.sells:
        yield from _shopping(visit, pieces)


def _met(visit: _Visit, piece: Piece) -> Iterator[Hit]:
    """See the variants of the experiments that run on a page."""
    for trial in _trials(visit, (piece,)):
        said = (("key", trial.key), ("variant", trial.variants[_variant(trial, visit)]))
        yield _hit(visit, Kind.EVENT, piece.path, name=EXPOSURE, props=said)


def _trials(visit: _Visit, pieces: Sequence[Piece]) -> list[Trial]:
    at = datetime.fromtimestamp(visit.at_ms / 1000, UTC)
    running = (each for each in visit.place.trials if each.begins <= at and (each.ends is None or at < each.ends))
    return [trial for trial in running if any(piece.path.startswith(trial.on) for piece in pieces)]


def _variant(trial: Trial, visit: _Visit) -> int:
    return assignment.place(trial.id, visit.known["visitor"], [1] * len(trial.variants))


def _walk(pieces: Sequence[Piece], chance: random.Random) -> list[Piece]:
    length = chance.choices(range(1, 8), (56, 21, 10, 6, 4, 2, 1))[0]
    return chance.choices(pieces, [piece.weight for piece in pieces], k=length)


def _visitor(chance: random.Random) -> dict[str, Any]:
    browser, system, device, screen = _chosen("devices", chance)
    country, language = _chosen("countries", chance)
    return {
        "visitor": chance.getrandbits(64) - 2**63,
        "browser": browser,
        "system": system,
        "device": device,
        "screen": screen,
        "country": country,
        "language": language,
    }


def _origin(place: Place, entry: Piece, chance: random.Random, peak: dict[str, Any] | None) -> dict[str, Any]:
    if peak and chance.random() < 1 - 1 / peak["factor"]:
        referrer, source, medium, campaign = peak["referrer"], "", "", ""
    else:
        referrer, source, medium, campaign = _chosen("sources", chance)
    named = addresses.page(f"{place.url}{entry.path}")._replace(source=source, medium=medium, campaign=campaign)
    found = _found(named, referrer, named.host)
    return {**found._asdict(), "utm_medium": medium, "utm_campaign": campaign}


def _found(page: Page, referrer: str, host: str) -> Origin:
    return origins.origin(page, origins.referral(referrer), host)


@cache
def _table(name: str) -> Weighted:
    rows = readers()[name]
    return [tuple(row[:-1]) for row in rows], [row[-1] for row in rows]


def _chosen(name: str, chance: random.Random) -> Any:
    rows, weights = _table(name)
    return chance.choices(rows, weights)[0]


def _read(visit: _Visit, piece: Piece) -> Iterator[Hit]:
    """Open a page, read it for a while, and go on from there."""
    chance = visit.chance
    view = chance.getrandbits(63) or 1
    yield _hit(visit, Kind.PAGEVIEW, piece.path, view=view, read_seconds=piece.read_seconds)
    # Some see at once that this is not what they wanted.
    seconds = chance.uniform(1, 9) if chance.random() < 0.38 else min(chance.lognormvariate(3.6, 1.0), 1200)
    visit.at_ms += int(seconds * 1000)
    scroll = min(100, int(chance.triangular(15, 100, 30 + min(seconds, 70))))
    yield _hit(visit, Kind.ENGAGEMENT, piece.path, view=view, engaged_ms=int(seconds * 900), scroll=scroll)
    if chance.random() < 0.02:
        yield _hit(visit, Kind.OUTBOUND, piece.path, name=chance.choice(_ELSEWHERE))
    visit.at_ms += chance.randrange(500, 20_000)


_ELSEWHERE = (
    "https://en.wikipedia.org/wiki/Lighthouse",
    "https://slow-letters.example/",
    "https://www.openstreetmap.org/",
)


def _shopping(visit: _Visit, pieces: Sequence[Piece]) -> Iterator[Hit]:
    lamps = [piece.path for piece in pieces if piece.path.startswith("/lamps/")]
    chance = visit.chance
    if chance.random() < 0.03 * _lift(visit, pieces, "Newsletter"):
        yield _hit(visit, Kind.EVENT, pieces[-1].path, name="Newsletter", props=(("place", "footer"),))
    if not lamps or chance.random() > 0.18 * _lift(visit, pieces, BASKET):
        return
    lamp = lamps[-1]
    yield _hit(visit, Kind.EVENT, lamp, name=BASKET, props=(("lamp", lamp.rsplit("/", 1)[-1]),))
    visit.at_ms += chance.randrange(5_000, 90_000)
    yield from _read(visit, Piece("/basket", 1))
    if chance.random() < 0.45:
        yield from _read(visit, Piece("/thanks", 1))


def _lift(visit: _Visit, pieces: Sequence[Piece], event: str) -> float:
    return math.prod(each.lifts[_variant(each, visit)] for each in _trials(visit, pieces) if each.event == event)


def _hit(visit: _Visit, kind: Kind, path: str, **said: Any) -> Hit:
    return Hit(visit.place.site_id, visit.at_ms, kind=kind, host=visit.host, path=path, **visit.known, **said)


def _left_out(place: Place, noon: datetime, chance: random.Random) -> Iterator[Refused]:
    at_ms = int(noon.timestamp() * 1000)
    shares = ((Reason.BOT, 0.4), (Reason.DO_NOT_TRACK, 0.09), (Reason.PREFETCH, 0.03), (Reason.SPAM_REFERRER, 0.02))
    for reason, share in shares:
        number = round(place.visits * share * chance.uniform(0.4, 1.6))
        if number:
            yield Refused(place.site_id, at_ms, reason, number)
