"""Sites as members see them, and as the collector needs them. Visibility is part of each query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Select, and_, false, func, select, union_all

from byline.analytics.sites import rules
from byline.analytics.sites.models import THIS_BYLINE, Site, SiteMember, WriteKey
from byline.analytics.sites.rules import Access
from byline.kernel import db, state
from byline.kernel.access import Actor
from byline.kernel.errors import NotAllowed, NotFound

TOPIC = "sites"
"""The topic of `kernel.state` whose version moves with whatever the collector must know."""
NOT_AWAY = and_(Site.hidden_at.is_(None), Site.deletion_asked_at.is_(None))


@dataclass(frozen=True, slots=True)
class Collected:
    """What the collector knows of one site."""

    id: int
    hostnames: tuple[str, ...]
    """Hosts whose pages count, `*.example.org` for all below one; empty for any."""
    excluded_paths: tuple[str, ...]
    excluded_addresses: tuple[str, ...]
    honours_dnt: bool
    counts_outbound: bool
    time_zone: str
    host: str
    """The host of the site's own address, which is no source; empty where nobody gave one."""
    keys: Mapping[str, int] = field(default_factory=dict)
    """The number of each write key in use, by the SHA-256 of the key in hexadecimal."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A site, and how far the one who asked may go with it."""

    site: Site
    access: Access


def visible(actor: Actor) -> ColumnElement[bool]:
    """Sites that the actor may see: their own, those of their teams, and for administrators this Byline's."""
    if actor.id is None or not actor.confirmed:
        return false()
    # By number, so that each part finds its rows by an index.
    mine = [
        select(Site.id).where(Site.owner_id == actor.id),
        select(SiteMember.site_id).where(SiteMember.user_id == actor.id),
    ]
    if actor.is_administrator:
        mine.append(select(Site.id).where(Site.id == THIS_BYLINE))
    return and_(NOT_AWAY, Site.id.in_(union_all(*mine)))


def get(actor: Actor, site_id: int, needed: Access = Access.VIEW) -> Site:
    """A site, for whoever may go as far as `needed`; NotFound where they may not see it, else NotAllowed."""
    return reached(actor, site_id, needed).site


def reached(actor: Actor, site_id: int, needed: Access = Access.VIEW, *, locked: bool = False) -> Reached:
    """The same, with how far they may go; `locked` keeps others from changing it until the unit of work settles."""
    query = _with_role(actor).where(Site.id == site_id)
    if locked:
        query = query.with_for_update(of=Site).execution_options(populate_existing=True)
    row = db.session().execute(query).one_or_none()
    may = rules.access(actor, row[0], row[1]) if row else Access.NONE
    if row is None or may < Access.VIEW:
        raise NotFound("site-unknown", "There is no such site.")
    if may < needed:
        raise NotAllowed("site-role", rules.REFUSALS[needed])
    return Reached(row[0], may)


def all_of(actor: Actor) -> Sequence[Reached]:
    """Every site that the actor may see, by name; this Byline's first."""
    query = _with_role(actor).where(visible(actor)).order_by(Site.id != THIS_BYLINE, func.lower(Site.name), Site.id)
    rows = db.session().execute(query.limit(rules.MOST_LISTED))
    return [Reached(site, rules.access(actor, site, role)) for site, role in rows]


def pending(actor: Actor) -> Sequence[Site]:
    """What waits for a word of the actor: sites that are offered to them, and their own that are being deleted."""
    if actor.id is None or not actor.confirmed:
        return ()
    offered = select(Site.id).where(Site.offered_to_id == actor.id, NOT_AWAY)
    asked = (Site.owner_id == actor.id, Site.deletion_asked_at.is_not(None), Site.hidden_at.is_(None))
    waiting = union_all(offered, select(Site.id).where(*asked))
    query = select(Site).where(Site.id.in_(waiting)).order_by(Site.id)
    return db.session().scalars(query.limit(rules.MOST_LISTED)).all()


def owned(owner_id: int) -> int:
    """How many sites a member owns, with those that are being deleted."""
    return db.session().scalar(select(func.count()).select_from(Site).where(Site.owner_id == owner_id)) or 0


def team(site_id: int) -> Sequence[SiteMember]:
    """Who is on a site's team, first come first."""
    query = select(SiteMember).where(SiteMember.site_id == site_id).order_by(SiteMember.created_at, SiteMember.user_id)
    return db.session().scalars(query.limit(rules.MOST_IN_TEAM)).all()


def keys(site_id: int) -> Sequence[WriteKey]:
    """A site's write keys that are in use, the newest first."""
    query = select(WriteKey).where(WriteKey.site_id == site_id, WriteKey.revoked_at.is_(None))
    return db.session().scalars(query.order_by(WriteKey.id.desc()).limit(rules.MOST_KEYS)).all()


def collected() -> dict[int, Collected]:
    """Every site for which something is collected, by number, with its write keys; two statements."""
    digests: dict[int, dict[str, int]] = {}
    live = select(WriteKey.site_id, WriteKey.digest, WriteKey.id).where(WriteKey.revoked_at.is_(None))
    for site_id, digest, key_id in db.session().execute(live):
        digests.setdefault(site_id, {})[digest] = key_id
    query = select(Site).where(NOT_AWAY)
    return {site.id: _collected(site, digests.get(site.id, {})) for site in db.session().scalars(query)}


def version() -> int:
    """Moves with every change of what `collected` answers; cheap to ask."""
    return state.topic_version(TOPIC)


def zone_of(site_id: int) -> str:
    """The time zone of a site, `UTC` for one that is gone."""
    return db.session().scalar(select(Site.time_zone).where(Site.id == site_id)) or "UTC"


def retentions() -> dict[int, tuple[str, int]]:
    """Time zone, and for how many days single events are kept, of each site that sets it."""
    query = select(Site.id, Site.time_zone, Site.retention_days).where(Site.retention_days.is_not(None))
    return {row[0]: (row[1], row[2] or 0) for row in db.session().execute(query)}


def zones() -> dict[int, str]:
    """The time zone of every site, also of those that are away."""
    return {row[0]: row[1] for row in db.session().execute(select(Site.id, Site.time_zone))}


def _with_role(actor: Actor) -> Select[Site, str | None]:
    on_team = and_(SiteMember.site_id == Site.id, SiteMember.user_id == actor.id)
    return select(Site, SiteMember.role).outerjoin(SiteMember, on_team)


def _collected(site: Site, digests: Mapping[str, int]) -> Collected:
    return Collected(
        id=site.id,
        hostnames=tuple(site.hostnames),
        excluded_paths=tuple(site.excluded_paths),
        excluded_addresses=tuple(site.excluded_addresses),
        honours_dnt=site.honours_dnt,
        counts_outbound=site.counts_outbound,
        time_zone=site.time_zone,
        host=urlsplit(site.url).hostname or "",
        keys=digests,
    )
