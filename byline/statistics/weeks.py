"""The last seven days of sites, for lists: one statement for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import SQLAlchemyError

from byline.analytics.report import sql_glance
from byline.analytics.sites.models import Site
from byline.kernel import clock

log = structlog.get_logger()
DAYS = 7
WIDTH, HEIGHT = 100, 24
"""Of the small chart, in its own units."""
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Week:
    """Visitors of each of the last seven days on the site's own clock, today last."""

    days: tuple[int, ...] = (0,) * DAYS
    is_known: bool = True
    """False while the database of the numbers is away."""

    @property
    def visitors(self) -> int:
        """Visitors of these days: the sum of each day's."""
        return sum(self.days)

    @property
    def line(self) -> str:
        """The points of a small chart."""
        most, step = max(*self.days, 1), WIDTH / (DAYS - 1)
        heights = (HEIGHT - 2 - (HEIGHT - 4) * number / most for number in self.days)
        return " ".join(f"{step * at:.1f},{height:.1f}" for at, height in enumerate(heights))


def of(sites: Sequence[Site]) -> Mapping[int, Week]:
    """The week of each site, by its number."""
    todays = {site.id: today(site) for site in sites}
    if not todays:
        return {}
    try:
        found = sql_glance.visitors_by_day(todays, min(todays.values()) - DAYS + 1, max(todays.values()))
    except SQLAlchemyError as error:
        log.warning("no numbers for a list of sites", error=type(error).__name__)
        return dict.fromkeys(todays, Week(is_known=False))
    return {site_id: _week(found.get(site_id, {}), day) for site_id, day in todays.items()}


def today(site: Site) -> int:
    """The day that it is now on a site's clock, counted since 1970."""
    return (clock.now().astimezone(ZoneInfo(site.time_zone)).date() - EPOCH).days


def has_heard_of(site: Site) -> bool:
    """Whether anything was ever counted for a site; not while the database of the numbers is away."""
    try:
        return sql_glance.has_any(site.id)
    except SQLAlchemyError as error:
        log.warning("no word of a first hit", error=type(error).__name__)
        return False


def _week(by_day: Mapping[int, int], last: int) -> Week:
    return Week(tuple(by_day.get(day, 0) for day in range(last - DAYS + 1, last + 1)))
