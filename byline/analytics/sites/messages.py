"""What happened to a site, and what is to be done later."""

from __future__ import annotations

from dataclasses import dataclass

from byline.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class SiteChanged:
    """Somebody changed what is set for a site; `what` says it in a few words."""

    site_id: int
    by: Actor
    what: str


@dataclass(frozen=True, slots=True)
class TeamJoined:
    """A member was put on a site's team."""

    site_id: int
    site_name: str
    user_id: int
    role: str
    by: Actor


@dataclass(frozen=True, slots=True)
class SiteOffered:
    """The owner of a site wants to give it to somebody, who is asked."""

    site_id: int
    site_name: str
    to_id: int
    by: Actor


@dataclass(frozen=True, slots=True)
class SiteTaken:
    """Somebody agreed to own a site that was offered to them."""

    site_id: int
    site_name: str
    from_id: int
    by: Actor


@dataclass(frozen=True, slots=True)
class RebuildSite:
    """Sort the days of a site anew, because its time zone is another one."""

    site_id: int


@dataclass(frozen=True, slots=True)
class DeleteSite:
    """Delete a site with all that was collected for it, once its hours of grace are over."""

    site_id: int
