"""What the room does when something happened in it."""

from __future__ import annotations

from byline.accounts.messages import MemberConfirmed
from byline.accounts.models import User
from byline.kernel import db, site
from byline.web import context, letters


def tell_administrator(event: MemberConfirmed) -> None:
    """Write to the address of BYLINE_ADMIN_EMAIL, if it is set, that somebody has joined."""
    address = context.settings_of().admin_email
    member = db.session().get(User, event.user_id)
    if not address or member is None or member.email == address:
        return
    subject = f"@{member.username} has joined {site.current().name}"
    link = f"{context.settings_of().url}/admin/members/{member.username}"
    letters.send(address, subject, "accounts/mail/joined", member=member, link=link)
