"""Letters to members whom a decision shuts out, so that no page can tell them."""

from __future__ import annotations

from byline.accounts import links
from byline.accounts.models import User
from byline.moderation.models import Decision, Reply
from byline.web import letters


def tell_suspended(member: User, decision: Decision) -> None:
    """Write to a member that they are suspended, why, for how long, and how to answer."""
    link = links.make(links.Purpose.APPEAL, member.fs_uniquifier)
    subject, template = "Your account is suspended", "moderation/mail/suspended"
    letters.send(member.email, subject, template, member=member, decision=decision, link=link)


def tell_answered(member: User, reply: Reply) -> None:
    """Write to a member who cannot log in what a moderator answered them."""
    link = links.make(links.Purpose.APPEAL, member.fs_uniquifier)
    subject, template = "The moderators have answered you", "moderation/mail/answered"
    letters.send(member.email, subject, template, member=member, reply=reply, link=link)
