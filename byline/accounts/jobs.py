"""Letters written by the worker, and what it tidies. Each is safe to run twice."""

from __future__ import annotations

from byline.accounts import addresses, barring, links, members, sessions
from byline.accounts.links import Purpose
from byline.accounts.messages import RemoveOldSessions, WriteConfirmation, WriteReset
from byline.accounts.models import User
from byline.kernel import db, site
from byline.kernel.settings import Settings
from byline.web import letters


def write_confirmation(task: WriteConfirmation, _settings: Settings) -> None:
    """Send the link that confirms an address, or tell whoever has it that they have an account already.

    Nothing goes to the address of a spammer.
    """
    address = task.address
    if barring.is_barred(address):
        return
    member = db.session().get(User, task.user_id) if task.user_id else addresses.waiting_for(address)
    if member is None or address not in (member.email, member.pending_email):
        return
    holder = members.by_email(address)
    if holder is not None and holder.id != member.id and holder.confirmed_at:
        subject = f"You have an account at {site.current().name}"
        letters.send(address, subject, "accounts/mail/address_taken", member=holder, asked=member)
        return
    link = links.make(Purpose.CONFIRM, member.fs_uniquifier, address)
    letters.send(address, "Confirm your e-mail address", "accounts/mail/confirm", member=member, link=link)


def write_reset(task: WriteReset, _settings: Settings) -> None:
    """Send the link for a new password; nothing for an address without an account."""
    member = members.by_email(task.address)
    if member is None or not member.active or not member.claimed:
        return
    if member.confirmed_at is None and barring.is_barred(task.address):
        return
    link = links.make(Purpose.RESET, member.fs_uniquifier, links.state_of(member))
    letters.send(task.address, "Choose a new password", "accounts/mail/reset", member=member, link=link)


def remove_old_sessions(_task: RemoveOldSessions, _settings: Settings) -> None:
    """Remove the rows of sessions that ended by themselves."""
    sessions.remove_old()
