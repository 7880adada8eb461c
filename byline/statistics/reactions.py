"""What happens to sites, told to those it concerns: a mail, and for this Byline's own site a line in the audit log."""

from __future__ import annotations

from byline.accounts import audit
from byline.analytics.sites.messages import SiteChanged, SiteOffered, SiteTaken, TeamJoined
from byline.analytics.sites.models import THIS_BYLINE, Role
from byline.kernel import bus
from byline.statistics.messages import WriteOfSite

_MAY = {Role.VIEWER: "see its numbers", Role.EDITOR: "see its numbers and change what is collected"}


def note_change(event: SiteChanged) -> None:
    """Keep what an administrator changed of this Byline's own site."""
    if event.site_id == THIS_BYLINE:
        audit.note(event.by, "statistics.changed", "this Byline", event.what)


def tell_of_team(event: TeamJoined) -> None:
    """Tell somebody that they are on the team of a site."""
    sentence = f"{event.by.name or event.by.username} put you on the team of {event.site_name}: you can "
    sentence += f"{_MAY[Role(event.role)]}. If that is nothing for you, leave the team on the site's page."
    _write(event.user_id, f"You are on the team of {event.site_name}", sentence, f"/sites/{event.site_id}")
    if event.site_id == THIS_BYLINE:
        audit.note(event.by, "statistics.changed", "this Byline", "somebody joined the team")


def tell_of_offer(event: SiteOffered) -> None:
    """Ask somebody whether they want to own a site."""
    sentence = f"{event.by.name or event.by.username} wants to give you the site {event.site_name} with all that was "
    sentence += "collected for it. It is yours once you agree; if you do nothing, nothing changes."
    _write(event.to_id, f"{event.site_name} could be yours", sentence, "/sites")


def tell_of_taking(event: SiteTaken) -> None:
    """Tell the former owner of a site that it is another's."""
    sentence = f"{event.by.name or event.by.username} agreed: {event.site_name} is theirs now. You are on its team as "
    sentence += "an editor."
    _write(event.from_id, f"{event.site_name} has a new owner", sentence, f"/sites/{event.site_id}")


def _write(user_id: int, subject: str, sentence: str, path: str) -> None:
    bus.enqueue(WriteOfSite(user_id, subject, sentence, path))
