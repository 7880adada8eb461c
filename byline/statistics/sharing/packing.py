"""What a member takes along of sharing: which links they gave out and which letters they asked for, and no secret."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from byline.analytics.sites.models import Site
from byline.kernel import db
from byline.statistics.sharing.models import Alert, ReportMail, Share


def links_of(site_ids: Sequence[int]) -> dict[int, list[dict[str, object]]]:
    """The links of some sites, by the number of the site."""
    query = select(Share).where(Share.site_id.in_(site_ids)).order_by(Share.id)
    found: dict[int, list[dict[str, object]]] = {}
    for share in db.session().scalars(query):
        found.setdefault(share.site_id, []).append(_described(share))
    return found


def letters_of(member_id: int) -> list[dict[str, object]]:
    """The reports and alerts that a member asked for."""
    reports = select(Site.name, ReportMail.pace).join(Site, Site.id == ReportMail.site_id)
    alerts = select(Site.name, Alert.watches, Alert.threshold).join(Site, Site.id == Alert.site_id)
    told = db.session().execute(reports.where(ReportMail.user_id == member_id).order_by(ReportMail.id))
    watched = db.session().execute(alerts.where(Alert.user_id == member_id).order_by(Alert.id))
    return [
        *({"site": row.name, "report": row.pace} for row in told),
        *({"site": row.name, "alert": row.watches, "threshold": row.threshold} for row in watched),
    ]


def _described(share: Share) -> dict[str, object]:
    return {
        "name": share.name,
        "shows": share.shows,
        "filters": share.filters,
        "asks_for_password": share.password is not None,
        "origins": share.origins,
        "created_at": share.created_at.isoformat(),
        "expires_at": share.expires_at.isoformat() if share.expires_at else None,
        "revoked_at": share.revoked_at.isoformat() if share.revoked_at else None,
    }
