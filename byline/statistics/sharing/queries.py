"""Links, frames and public sites as those see them who are not on the team; and who wants which letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select

from byline.analytics.sites.models import Site
from byline.analytics.sites.queries import NOT_AWAY
from byline.kernel import clock, db
from byline.statistics.sharing import rules
from byline.statistics.sharing.models import Alert, Pace, ReportMail, Share, Watch
from byline.statistics.sharing.rules import Letters

STEP = 500
"""Letters that one look asks for, of sites in one time zone."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A link and the site that it shows."""

    share: Share
    site: Site

    @property
    def is_over(self) -> bool:
        """Whether it shows nothing any more."""
        return not works(self.share, clock.now())


@dataclass(frozen=True, slots=True)
class Watched:
    """The alerts of one site, as values that outlive a transaction."""

    site_id: int
    alerts: list[Alert] = field(default_factory=list)


def works(share: Share, now: datetime) -> bool:
    """Whether a link shows something."""
    return share.revoked_at is None and (share.expires_at is None or share.expires_at > now)


def public(site_id: int) -> Site | None:
    """A site whose numbers everybody may see; None for every other."""
    query = select(Site).where(Site.id == site_id, Site.is_public, NOT_AWAY)
    return db.session().scalar(query)


def by_token(token: str) -> Shown | None:
    """The link with a secret, also one that is over; None where there is none, or its site is away."""
    if not token.isascii() or not token.isprintable():
        return None  # PostgreSQL does not even ask for some letters.
    query = select(Share, Site).join(Site, Site.id == Share.site_id).where(Share.token == token, NOT_AWAY)
    row = db.session().execute(query).one_or_none()
    return None if row is None else Shown(row[0], row[1])


def shares_of(site_id: int) -> Sequence[Share]:
    """A site's links that were not revoked, also those that have ended, the newest first."""
    query = select(Share).where(Share.site_id == site_id, Share.revoked_at.is_(None))
    return db.session().scalars(query.order_by(Share.id.desc()).limit(rules.MOST_SHARES)).all()


def share_count(site_id: int) -> int:
    """How many links of a site were not revoked."""
    query = select(func.count()).select_from(Share).where(Share.site_id == site_id, Share.revoked_at.is_(None))
    return db.session().scalar(query) or 0


def letters_of(site_id: int, user_id: int) -> Letters:
    """Which letters about a site a member wants."""
    mails = select(ReportMail.pace).where(ReportMail.site_id == site_id, ReportMail.user_id == user_id)
    paces = set(db.session().scalars(mails))
    alerts = select(Alert.watches, Alert.threshold).where(Alert.site_id == site_id, Alert.user_id == user_id)
    found = {row.watches: row.threshold for row in db.session().execute(alerts)}
    return Letters(Pace.WEEKLY in paces, Pace.MONTHLY in paces, found.get(Watch.SPIKE), found.get(Watch.SILENCE))


def zones_with_mails() -> Sequence[str]:
    """The time zones of all sites of which somebody wants reports."""
    query = select(Site.time_zone).join(ReportMail, ReportMail.site_id == Site.id).where(NOT_AWAY)
    return db.session().scalars(query.distinct()).all()


def due_mails(zone: str, pace: Pace, until: date) -> Sequence[int]:
    """The numbers of mails of a pace that have not told of the days before `until`, for sites of a time zone."""
    query = select(ReportMail.id).join(Site, Site.id == ReportMail.site_id).where(Site.time_zone == zone, NOT_AWAY)
    query = query.where(ReportMail.pace == pace.value, ReportMail.told_until < until)
    return db.session().scalars(query.order_by(ReportMail.id).limit(STEP)).all()


def watched() -> Mapping[int, Watched]:
    """Every alert, by the number of its site."""
    query = select(Alert).join(Site, Site.id == Alert.site_id).where(NOT_AWAY).order_by(Alert.id)
    found: dict[int, Watched] = {}
    for alert in db.session().scalars(query):
        found.setdefault(alert.site_id, Watched(alert.site_id)).alerts.append(alert)
    return found


def may_be_told(alert: Alert, now: datetime) -> ColumnElement[bool]:
    """Whether an alert stands as it was read, and its last letter is long enough ago: asked while it is changed."""
    waited = or_(Alert.told_at.is_(None), Alert.told_at <= now - rules.TELLS_AGAIN)
    return (Alert.id == alert.id) & Alert.raised_at.is_(None) & waited
