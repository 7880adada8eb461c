"""What a member takes along of their sites: what is set for each, and never a key."""

from __future__ import annotations

from sqlalchemy import select

from byline.accounts.models import User
from byline.analytics.sites.models import Site, SiteMember
from byline.kernel import db
from byline.statistics.sharing import packing as sharing


def portion(member_id: int) -> tuple[str, object]:
    """A member's own sites with their teams and links, the teams that they are on, and the mail that they asked for."""
    own = db.session().scalars(select(Site).where(Site.owner_id == member_id).order_by(Site.id)).all()
    own_ids = [site.id for site in own]
    teams, links = _teams(own_ids), sharing.links_of(own_ids)
    query = select(Site.name, Site.url, SiteMember.role).join(SiteMember, SiteMember.site_id == Site.id)
    joined = db.session().execute(query.where(SiteMember.user_id == member_id).order_by(Site.id))
    return "sites.json", {
        "own": [{**_described(site), "team": teams.get(site.id, []), "links": links.get(site.id, [])} for site in own],
        "teams": [{"name": name, "url": url, "role": role} for name, url, role in joined],
        "mail": sharing.letters_of(member_id),
    }


def _described(site: Site) -> dict[str, object]:
    return {
        "name": site.name,
        "url": site.url,
        "time_zone": site.time_zone,
        "hostnames": site.hostnames,
        "excluded_paths": site.excluded_paths,
        "excluded_addresses": site.excluded_addresses,
        "honours_dnt": site.honours_dnt,
        "counts_outbound": site.counts_outbound,
        "retention_days": site.retention_days,
        "is_public": site.is_public,
        "created_at": site.created_at.isoformat(),
    }


def _teams(site_ids: list[int]) -> dict[int, list[dict[str, str]]]:
    query = select(SiteMember.site_id, User.username, SiteMember.role).join(User, User.id == SiteMember.user_id)
    found: dict[int, list[dict[str, str]]] = {}
    for site_id, username, role in db.session().execute(query.where(SiteMember.site_id.in_(site_ids))):
        found.setdefault(site_id, []).append({"username": username, "role": role})
    return found
