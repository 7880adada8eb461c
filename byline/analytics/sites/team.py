"""Who besides the owner works with a site, and who owns it after them. Another door for changes, beside `service`."""

from __future__ import annotations

from sqlalchemy import func, select

from byline.analytics.sites import queries, rules, service
from byline.analytics.sites.messages import SiteChanged, SiteOffered, SiteTaken, TeamJoined
from byline.analytics.sites.models import Role, Site, SiteMember
from byline.analytics.sites.rules import Access
from byline.kernel import bus, clock, db
from byline.kernel.access import Actor
from byline.kernel.errors import Conflict, Invalid, NotFound


def put(actor: Actor, site_id: int, user_id: int, role: str) -> SiteMember:
    """Put a member on the team of a site, or give one who is there another role. Twice is once.

    Whoever calls this has seen to it that there is such a member who may be asked. Invalid for a role there is not and
    for the owner; Conflict when the team is full.
    """
    site = queries.reached(actor, site_id, Access.OWN, locked=True).site
    if role not in set(Role):
        raise Invalid("no-such-role", "Choose whether they may look or also change things.", field="role")
    if site.owner_id == user_id:
        raise Invalid("site-is-theirs", "The site is theirs already.", field="username")
    found = db.session().get(SiteMember, (site_id, user_id))
    if found is None:
        found = _joined(actor, site, user_id, role)
    elif found.role != role:
        found.role = role
        bus.publish(SiteChanged(site.id, actor, "role of a member of the team"))
    db.session().flush()
    return found


def _joined(actor: Actor, site: Site, user_id: int, role: str) -> SiteMember:
    size = select(func.count()).select_from(SiteMember).where(SiteMember.site_id == site.id)
    if (db.session().scalar(size) or 0) >= rules.MOST_IN_TEAM:
        raise Conflict("team-full", f"A team has at most {rules.MOST_IN_TEAM} people. Remove somebody first.")
    made = SiteMember(site_id=site.id, user_id=user_id, role=role, created_at=clock.now())
    db.session().add(made)
    bus.publish(TeamJoined(site.id, site.name, user_id, role, actor))
    return made


def remove(actor: Actor, site_id: int, user_id: int) -> None:
    """Take somebody off the team; nothing happens for whoever is not on it."""
    site = queries.reached(actor, site_id, Access.OWN, locked=True).site
    _take_off(site, user_id)
    bus.publish(SiteChanged(site.id, actor, "team"))


def leave(actor: Actor, site_id: int) -> Site:
    """Leave the team of a site; Conflict for its owner, who can give it away or delete it."""
    reached = queries.reached(actor, site_id, locked=True)
    if reached.access == Access.OWN:
        raise Conflict("site-is-yours", "The site is yours. You can give it to somebody else or delete it.")
    _take_off(reached.site, rules.keeper(actor))
    return reached.site


def offer(actor: Actor, site_id: int, user_id: int) -> Site:
    """Ask a member whether they want to own the site; an earlier offer is over. Nothing changes until they agree."""
    site = queries.reached(actor, site_id, Access.OWN, locked=True).site
    service.check_goes(site)
    if site.owner_id == user_id:
        raise Invalid("site-is-theirs", "The site is theirs already.", field="username")
    if site.offered_to_id != user_id:
        site.offered_to_id, site.offered_at = user_id, clock.now()
        db.session().flush()
        bus.publish(SiteOffered(site.id, site.name, user_id, actor))
    return site


def withdraw(actor: Actor, site_id: int) -> Site:
    """Take an offer back; nothing happens where there is none."""
    site = queries.reached(actor, site_id, Access.OWN, locked=True).site
    site.offered_to_id = site.offered_at = None
    db.session().flush()
    return site


def accept(actor: Actor, site_id: int) -> Site:
    """Own a site that was offered to the actor. Its former owner stays on the team as an editor.

    NotFound where nothing is offered; Conflict when the actor owns as many sites as anybody may.
    """
    site = _offered(actor, site_id)
    former = site.owner_id
    service.one_at_a_time()
    if not rules.may_add(actor, queries.owned(rules.keeper(actor))):
        raise Conflict("sites-full", f"You have {rules.MOST_SITES} sites already. Delete one you do not need.")
    _take_off(site, rules.keeper(actor))
    site.owner_id = actor.id
    site.offered_to_id = site.offered_at = None
    if former is not None:
        db.session().add(SiteMember(site_id=site.id, user_id=former, role=Role.EDITOR.value, created_at=clock.now()))
        bus.publish(SiteTaken(site.id, site.name, former, actor))
    db.session().flush()
    return site


def decline(actor: Actor, site_id: int) -> Site:
    """Say no to a site that was offered to the actor."""
    site = _offered(actor, site_id)
    site.offered_to_id = site.offered_at = None
    db.session().flush()
    return site


def _offered(actor: Actor, site_id: int) -> Site:
    mine = select(Site).where(Site.id == site_id, Site.offered_to_id == rules.keeper(actor), queries.NOT_AWAY)
    site = db.session().scalar(mine.with_for_update().execution_options(populate_existing=True))
    if site is None:
        raise NotFound("offer-over", "This site is not offered to you any more.")
    return site


def _take_off(site: Site, user_id: int) -> None:
    found = db.session().get(SiteMember, (site.id, user_id))
    if found is not None:
        db.session().delete(found)
        db.session().flush()
