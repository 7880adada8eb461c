"""What a link may be, when letters are due, and when an alert is worth one: pure decisions about values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from byline.analytics.sites import content
from byline.kernel import tidy
from byline.kernel.errors import Invalid
from byline.statistics.sharing.models import Pace, Watch

MOST_SHARES = 30
"""Links of one site that work at a time."""
LONGEST_NAME = 60
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 200
MOST_ORIGINS = 20
LASTS_DAYS = (1, 7, 30, 90, 365)
"""For how many days a link may be made; without one it works until it is revoked."""
TAKEN_BACK_WITHIN = timedelta(hours=1)
"""For how long a link that was revoked can be brought back."""
REPORT_HOUR = 7
"""The hour on the site's clock at which its letters are written."""
FEWEST_VISITORS, MOST_VISITORS = 2, 1_000_000
MOST_HOURS = 24 * 30
TELLS_AGAIN = timedelta(hours=12)
"""At least so long is between two letters of one alert."""
CALM = 0.8
"""A spike is over once there are fewer visitors than this part of what was asked for."""
SURE_AFTER = timedelta(minutes=10)
"""Silence is told of after it was seen for so long: right after a start, hits may still wait to be counted."""
_PORTS = {"http": 80, "https": 443}
_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class NewShare:
    """A link as somebody describes it."""

    name: str
    days: int | None = None
    password: str = ""
    origins: Sequence[str] = ()
    segment_id: int | None = None
    """The segment that it shows only; None for everything."""


@dataclass(frozen=True, slots=True)
class Letters:
    """Which letters about a site somebody wants; None for no alert of the kind."""

    weekly: bool = False
    monthly: bool = False
    spike: int | None = None
    silence: int | None = None


def checked_share(given: NewShare) -> NewShare:
    """A link in order; Invalid, by field, for what cannot be used."""
    wrong: dict[str, str] = {}
    name = tidy.one_line(given.name)
    if not name:
        wrong["name"] = "Say whom the link is for, so that you know later which one to revoke."
    elif len(name) > LONGEST_NAME:
        wrong["name"] = f"A name has at most {LONGEST_NAME} characters; this one has {len(name)}."
    if given.days is not None and given.days not in LASTS_DAYS:
        wrong["days"] = "Choose one of these."
    if given.password and (sentence := _wrong_with_password(given.password)):
        wrong["password"] = sentence
    origins = _origins(given.origins, wrong)
    if origins and given.password:
        wrong["origins"] = "A frame in another website cannot ask for a password. Make two links instead."
    if wrong:
        raise Invalid.of(wrong, "share-unusable")
    return replace(given, name=name, origins=origins)


def _wrong_with_password(typed: str) -> str | None:
    if len(typed) < SHORTEST_PASSWORD:
        return f"A password has at least {SHORTEST_PASSWORD} characters; leave it empty for none."
    if len(typed) > LONGEST_PASSWORD:
        return f"A password has at most {LONGEST_PASSWORD} characters."
    return "This password holds a character that cannot be typed." if "\0" in typed else None


def _origins(typed: Sequence[str], wrong: dict[str, str]) -> tuple[str, ...]:
    lines = [line for line in map(tidy.one_line, typed) if line]
    if len(lines) > MOST_ORIGINS:
        wrong["origins"] = f"At most {MOST_ORIGINS} websites; these are {len(lines)}."
        return ()
    found: dict[str, None] = {}
    for line in lines:
        try:
            found[checked_origin(line)] = None
        except ValueError:
            wrong["origins"] = f"“{line[:80]}” is no website. Write it as in https://example.org."
    return tuple(found)


def checked_origin(typed: str) -> str:
    """The origin of a website, `https://*.example.org` for all below one; ValueError for what is none.

    It goes into a header, so what is answered has no letters but those of hosts.
    """
    given = typed if "://" in typed else f"https://{typed}"
    parts = urlsplit(given)
    below = "*." if (parts.hostname or "").startswith("*.") else ""
    host = content.checked_host((parts.hostname or "").removeprefix("*."))
    if parts.scheme not in _PORTS or "@" in parts.netloc or (below and "." not in host):
        raise ValueError
    shown = f"[{host}]" if ":" in host else below + host
    return f"{parts.scheme}://{shown}" + (f":{parts.port}" if parts.port not in (None, _PORTS[parts.scheme]) else "")


def checked_letters(weekly: bool, monthly: bool, spike: str, silence: str) -> Letters:
    """Which letters somebody wants, with numbers as they were typed; Invalid, by field, for what is none."""
    wrong: dict[str, str] = {}
    visitors = _number(spike, FEWEST_VISITORS, MOST_VISITORS)
    hours = _number(silence, 1, MOST_HOURS)
    if visitors == 0:
        wrong["spike"] = f"Give a number from {FEWEST_VISITORS} to {MOST_VISITORS:,}, or leave it empty for no mail."
    if hours == 0:
        wrong["silence"] = f"Give a number of hours from 1 to {MOST_HOURS}, or leave it empty for no mail."
    if wrong:
        raise Invalid.of(wrong, "alert-unusable")
    return Letters(weekly, monthly, visitors, hours)


def _number(typed: str, least: int, most: int) -> int | None:
    """What was typed as a number, None for nothing, 0 for what is none or out of bounds."""
    plain = typed.strip().replace(",", "")
    if not plain:
        return None
    number = int(plain) if _WHOLE_NUMBER.fullmatch(plain) else 0
    return number if least <= number <= most else 0


def due(pace: Pace, now: datetime, zone: str) -> date:
    """Up to which day (exclusively) letters tell if they are written now: a Monday, or the first of a month.

    In the early morning of such a day it is still the one before, until `REPORT_HOUR` on the site's clock.
    """
    local = now.astimezone(ZoneInfo(zone))
    day = local.date() if local.hour >= REPORT_HOUR else local.date() - timedelta(days=1)
    return day - timedelta(days=day.weekday()) if pace is Pace.WEEKLY else day.replace(day=1)


def told_of(pace: Pace, until: date) -> tuple[date, date]:
    """The first and the last day of which a letter tells that ends before `until`."""
    last = until - timedelta(days=1)
    return (until - timedelta(days=7) if pace is Pace.WEEKLY else last.replace(day=1)), last


@dataclass(frozen=True, slots=True)
class Standing:
    """How an alert stands: since when it is so, when it was told of, and when anything was."""

    noticed_at: datetime | None = None
    raised_at: datetime | None = None
    told_at: datetime | None = None


def after_look(watch: Watch, standing: Standing, is_so: bool | None, now: datetime) -> Standing:
    """How an alert stands after a look; it is told of now exactly if `told_at` is `now`.

    `is_so` is None between so and not so, where nothing changes. What was told of is not told of again before it was
    over, nor sooner than `TELLS_AGAIN` after the last letter.
    """
    if is_so is None:
        return standing
    if not is_so:
        return Standing(told_at=standing.told_at)
    noticed = standing.noticed_at or now
    if standing.raised_at is not None:
        return replace(standing, noticed_at=noticed)
    is_sure = watch is Watch.SPIKE or noticed + SURE_AFTER <= now
    may_tell = standing.told_at is None or standing.told_at + TELLS_AGAIN <= now
    if is_sure and may_tell:
        return Standing(noticed, now, now)
    return replace(standing, noticed_at=noticed)


def is_spike(visitors: int, threshold: int) -> bool | None:
    """Whether so many visitors are what was asked for; None in between, where a spike neither begins nor ends."""
    if visitors >= threshold:
        return True
    return False if visitors < threshold * CALM else None
