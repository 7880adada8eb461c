"""A glance at sites for lists and settings: few numbers, one statement for any number of sites."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import func, select

from byline.analytics import store
from byline.analytics.store import Dimension, Embedded
from byline.analytics.store.tables import daily, measured, refusals


def visitors_by_day(
    site_ids: Collection[int], first_day: int, last_day: int, numbers: Embedded | None = None
) -> Mapping[int, Mapping[int, int]]:
    """Visitors of each site on each of some days that had any, days being counted since 1970 on the site's clock.

    Of the store of the current application, unless another one is given.
    """
    if not site_ids:
        return {}
    columns = (daily.c.site_id, daily.c.day, func.sum(daily.c.visitors))
    query = select(*columns).where(daily.c.site_id.in_(site_ids), daily.c.dimension == int(Dimension.TOTAL))
    query = query.where(daily.c.day.between(first_day, last_day)).group_by(daily.c.site_id, daily.c.day)
    found: dict[int, dict[int, int]] = {}
    with (numbers or store.here()).reading() as connection:
        for site_id, day, number in connection.execute(query):
            found.setdefault(site_id, {})[day] = int(number)
    return found


def refused(site_id: int, first_day: int, last_day: int) -> Mapping[str, int]:
    """How much of a site was not counted on some days, for each reason; days on the site's clock."""
    query = select(refusals.c.reason, func.sum(refusals.c.number)).where(refusals.c.site_id == site_id)
    query = query.where(refusals.c.day.between(first_day, last_day)).group_by(refusals.c.reason)
    with store.here().reading() as connection:
        return {reason: int(number) for reason, number in connection.execute(query)}


def has_any(site_id: int) -> bool:
    """Whether anything was ever counted for a site."""
    with store.here().reading() as connection:
        return connection.execute(select(measured.c.site_id).where(measured.c.site_id == site_id)).first() is not None
