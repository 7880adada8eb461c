"""What happens to sites, told to those it concerns: a mail, and for this Byline's own site a line in the audit log."""

from __future__ import annotations

from byline.accounts import audit
from byline.accounts.models import User
from byline.analytics.sites.messages import SiteChanged, SiteOffered, SiteTaken, TeamJoined
from byline.analytics.sites.models import THIS_BYLINE, Role
from byline.kernel import db
from byline.web import context, letters

_MAY = {Role.VIEWER: "see its numbers", Role.EDITOR: "see its numbers and change what is collected"}


def note_change(event: SiteChanged) -> None:
    """Keep what an administrator changed of this Byline's own site."""
    if event.site_id == THIS_BYLINE:
        audit.note(event.by, "statistics.changed", "this Byline", event.what)


def tell_of_team(event: TeamJoined) -> None:
    """Tell somebody that they are on the team of a site."""
    sentence = f"{event.by.name or event.by.username} put you on the team of {event.site_name}: you can "
    sentence += f"{_MAY[Role(event.role)]}. If that is nothing for you, leave the team on the site's page."
    _tell(event.user_id, f"You are on the team of {event.site_name}", sentence, f"/sites/{event.site_id}")
    if event.site_id == THIS_BYLINE:
        audit.note(event.by, "statistics.changed", "this Byline", "somebody joined the team")


def tell_of_offer(event: SiteOffered) -> None:
    """Ask somebody whether they want to own a site."""
    sentence = f"{event.by.name or event.by.username} wants to give you the site {event.site_name} with all that was "
    sentence += "collected for it. It is yours once you agree; if you do nothing, nothing changes."
    _tell(event.to_id, f"{event.site_name} could be yours", sentence, "/sites")


def tell_of_taking(event: SiteTaken) -> None:
    """Tell the former owner of a site that it is another's."""
    sentence = f"{event.by.name or event.by.username} agreed: {event.site_name} is theirs now. You are on its team as "
    sentence += "an editor."
    _tell(event.from_id, f"{event.site_name} has a new owner", sentence, f"/sites/{event.site_id}")


def _tell(user_id: int, subject: str, sentence: str, path: str) -> None:
    member = db.session().get(User, user_id)
    if member is None:
        return
    link = f"{context.settings_of().url}{path}"
    letters.send(member.email, subject, "statistics/mail/site", member=member, sentence=sentence, link=link)
