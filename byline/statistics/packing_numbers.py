"""The numbers that a member takes along: of each of their sites the sums of every day."""

from __future__ import annotations

from sqlalchemy import select

from byline.analytics import store
from byline.analytics.sites.models import Site
from byline.analytics.store import raw
from byline.analytics.store.days import date_of
from byline.kernel import db


def portion(member_id: int) -> tuple[str, object]:
    """The sums of every day of a member's own sites, with what was imported."""
    own = select(Site.id, Site.name, Site.time_zone).where(Site.owner_id == member_id).order_by(Site.id)
    return "sites-by-day.json", [
        {"site": name, "time_zone": zone, "days": _days(site_id)} for site_id, name, zone in db.session().execute(own)
    ]


def _days(site_id: int) -> list[dict[str, object]]:
    return [{**each, "day": date_of(each["day"]).isoformat()} for each in raw.days(store.here().database, site_id)]
