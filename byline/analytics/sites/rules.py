"""Who may do what with a site: pure decisions about values."""

from __future__ import annotations

from enum import IntEnum

from byline.analytics.sites.models import Role, Site
from byline.kernel.access import Actor
from byline.kernel.errors import NotAllowed, NotAuthenticated

MOST_SITES = 50
"""Sites that one member may own."""
MOST_LISTED = 200
"""Sites on one member's list, with those of their teams."""
MOST_IN_TEAM = 50
MOST_KEYS = 20
"""Write keys of one site that may be in use at a time."""


class Access(IntEnum):
    """How far somebody may go with a site; each step includes those before it."""

    NONE = 0
    VIEW = 1
    EDIT = 2
    OWN = 3


REFUSALS = {
    Access.EDIT: "You may look at this site. Its owner or an editor can change it.",
    Access.OWN: "Only the owner of this site may do that.",
}


def access(actor: Actor, site: Site, role: str | None = None) -> Access:
    """How far the actor may go, being on the team with `role`. Nobody reaches a site that is hidden or being deleted.

    Administrators own this Byline's own site, and see nobody else's.
    """
    if actor.id is None or not actor.confirmed or is_away(site):
        return Access.NONE
    if site.is_this_byline and actor.is_administrator:
        return Access.OWN
    if site.owner_id == actor.id:
        return Access.OWN
    return {Role.VIEWER: Access.VIEW, Role.EDITOR: Access.EDIT}.get(Role(role), Access.NONE) if role else Access.NONE


def is_away(site: Site) -> bool:
    """Whether the site is out of everybody's sight, so that nothing is collected for it."""
    return site.hidden_at is not None or site.deletion_asked_at is not None


def may_add(actor: Actor, owned: int) -> bool:
    """Whether the actor, who owns so many sites, may add another."""
    return actor.id is not None and actor.confirmed and owned < MOST_SITES


def keeper(actor: Actor) -> int:
    """The number of the member who would own a site; raises for whoever may own none."""
    if actor.id is None:
        raise NotAuthenticated("log-in-first", "Log in to measure a site.")
    if not actor.confirmed:
        raise NotAllowed("not-confirmed", "Confirm your e-mail address first; then you can measure a site.")
    return actor.id


def may_be_given_away(site: Site) -> bool:
    """Whether the site can get another owner, or be deleted: this Byline's own cannot."""
    return not site.is_this_byline
