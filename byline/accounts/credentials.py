"""Passwords of members: changed by themselves, or chosen anew by a link sent to their address."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from byline.accounts import addresses, attempts, links, passwords, sessions
from byline.accounts.links import Purpose
from byline.accounts.messages import WriteReset
from byline.accounts.models import LoginSession, User
from byline.kernel import bus, clock, db
from byline.kernel.errors import Invalid
from byline.web import letters

FRESH = timedelta(minutes=10)
"""How new a log-in must be to stand in for a password, for a member who has none."""


def ask_for_reset(written: str) -> None:
    """Send a link for a new password to this address if it has an account; the answer is the same if not.

    Invalid, with the field, for what is no address at all.
    """
    bus.enqueue(WriteReset(addresses.checked(written)))


def of_link(token: str) -> User:
    """Whose password a link lets choose; LinkOver when it no longer holds."""
    uniquifier, state = links.read(Purpose.RESET, token)
    member = db.session().scalar(select(User).where(User.fs_uniquifier == uniquifier, User.active, User.claimed))
    if member is None or links.state_of(member) != state:
        raise links.used()
    return member


def reset(token: str, written: str, repeated: str) -> User:
    """Set a new password. Every session ends, a rest after wrong tries is over, and the address counts as proved.

    LinkOver when the link no longer holds, Invalid when the password cannot be used.
    """
    member = of_link(token)
    member.password = passwords.choose(
        written, repeated, username=member.username, email=member.email or "", field="new_password"
    )
    if member.email:
        addresses.prove(member, member.email)
    attempts.forget(member)
    sessions.end_all(member.id)
    _tell(member)
    return member


def change(member: User, password: str, written: str, repeated: str) -> None:
    """Set a new password and log every other browser out. Invalid when the old one is wrong or the new one no good."""
    passwords.require(member, password)
    member.password = passwords.choose(
        written, repeated, username=member.username, email=member.email or "", field="new_password"
    )
    sessions.end_all(member.id, but=sessions.current_id())
    _tell(member)


def require_themselves(member: User, password: str) -> None:
    """Raise Invalid unless it is really the member who asks.

    Their password says so; for a member who has none, a log-in in this browser a few minutes ago.
    """
    if member.password:
        passwords.require(member, password)
        return
    here = db.session().get(LoginSession, sessions.current_id() or 0)
    if here is None or here.created_at < clock.now() - FRESH:
        raise Invalid("log-in-again", "Log out and in again first, so that we know it is you.")


def _tell(member: User) -> None:
    db.session().flush()
    letters.send(member.email, "Your password was changed", "accounts/mail/password_changed", member=member)
