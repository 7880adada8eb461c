"""E-mail addresses: asked for, proved by a link, changed, and taken back by whoever had the old one."""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from byline.accounts import barring, links, members, passkeys, passwords, roles, rules, sessions
from byline.accounts.links import LinkOver, Purpose
from byline.accounts.messages import MemberConfirmed, WriteConfirmation
from byline.accounts.models import User
from byline.kernel import bus, clock, db
from byline.kernel.errors import Invalid
from byline.web import context, letters

WRONG = "Write an e-mail address such as ada@example.org."


def checked(written: str) -> str:
    """The address as it is stored; Invalid, with the field, when it is none."""
    address = rules.email_of(written)
    if address is None:
        raise Invalid("email-wrong", WRONG, field="email")
    return address


def to_prove(member: User) -> str | None:
    """The address the member has still to confirm."""
    return member.pending_email or (None if member.confirmed_at else member.email)


def ask_again(member: User) -> None:
    """Send the link that confirms the member's address once more; nothing happens when none waits."""
    address = to_prove(member)
    if address:
        bus.enqueue(WriteConfirmation(address, member.id))


def ask_for(written: str) -> None:
    """Send the link that confirms this address to it, if an account waits for that; the answer is the same if not.

    Invalid, with the field, for what is no address at all.
    """
    bus.enqueue(WriteConfirmation(checked(written)))


def waiting_for(address: str) -> User | None:
    """The account that an address was given for and is still to be proved: its holder, or the newest that claims it."""
    holder = members.by_email(address)
    if holder is not None:
        return None if holder.confirmed_at else holder
    claims = select(User).where(User.pending_email == address, User.active).order_by(User.id.desc()).limit(1)
    return db.session().scalar(claims)


def ask_to_change(member: User, written: str, password: str) -> None:
    """Begin to change the address: a link goes to the new one, a notice to the old one.

    Until the link is followed nothing changes. Invalid when the address or the password is wrong; whether the address
    has an account already is told only in the mail to it.
    """
    address = checked(written)
    passwords.require(member, password)
    if address == member.email and member.confirmed_at:
        raise Invalid("email-same", "This is your address already.", field="email")
    member.pending_email = address
    if member.confirmed_at:
        notice(member, address, done=False)
    bus.enqueue(WriteConfirmation(address, member.id))


def call_off(member: User) -> None:
    """Keep the confirmed address; a link sent to another one no longer works."""
    if member.confirmed_at:
        member.pending_email = None


def of_link(token: str) -> tuple[User, str]:
    """The member and the address a confirmation link is about; LinkOver when it no longer holds."""
    uniquifier, address = links.read(Purpose.CONFIRM, token)
    member = _named(uniquifier)
    if member is None or address not in (member.email, member.pending_email):
        raise links.used()
    if address == member.email and member.confirmed_at and member.pending_email is None:
        raise LinkOver("already-confirmed", "This address is confirmed. There is nothing left to do.")
    return member, address


def confirm(token: str) -> User:
    """Take an address as proved, for whoever followed the link sent to it. LinkOver when the link no longer holds."""
    member, address = of_link(token)
    if barring.is_barred(address) and member.confirmed_at is None:
        raise links.used()  # The letter was written before its reader was shut out under another name.
    before = member.email if member.confirmed_at and member.email != address else None
    prove(member, address)
    if before:
        notice(member, address, done=True, to=before)
    return member


def prove(member: User, address: str) -> None:
    """Note that the member reads mail to this address. LinkOver when it was proved by another one.

    An account that only claimed the address gives it up. The address of BYLINE_ADMIN_EMAIL makes an administrator.
    """
    _free(address, for_whom=member)
    first_time = member.confirmed_at is None
    member.email, member.pending_email = address, None
    member.confirmed_at = member.confirmed_at or clock.now()
    if address == context.settings_of().admin_email:
        member.role = roles.named(roles.ADMINISTRATOR)
    try:
        with db.session().begin_nested():
            db.session().flush()
    except IntegrityError as error:
        raise _anothers() from error
    if first_time:
        bus.publish(MemberConfirmed(member.id))


def _free(address: str, *, for_whom: User) -> None:
    holder = members.by_email(address)
    if holder is None or holder is for_whom:
        return
    if holder.confirmed_at:
        raise _anothers()
    holder.email, holder.pending_email = None, address
    db.session().flush()


def _anothers() -> LinkOver:
    return LinkOver("email-taken", "Another account has this address. Log in to that one, or ask for a new password.")


def take_back(token: str) -> None:
    """Undo a change of address, for whoever reads mail to the old one.

    Every session ends. The password goes, since somebody else knew it, and so do passkeys that stand for it, since they
    may be somebody else's; a link for a new one is sent. The second step stays: a mailbox alone is no way around it.
    LinkOver when the link no longer holds.
    """
    member, address = of_objection(token)
    _free(address, for_whom=member)
    member.email, member.pending_email, member.password = address, None, None
    member.fs_uniquifier = secrets.token_hex(16)
    sessions.end_all(member.id)
    passkeys.remove_first_steps(member)
    db.session().flush()
    link = links.make(Purpose.RESET, member.fs_uniquifier, links.state_of(member))
    letters.send(address, "Choose a new password", "accounts/mail/reset", member=member, link=link)


def of_objection(token: str) -> tuple[User, str]:
    """The member and the old address a notice was about; LinkOver when it no longer holds."""
    uniquifier, address = links.read(Purpose.OBJECT, token)
    member = _named(uniquifier)
    if member is None or (member.email == address and member.pending_email is None):
        raise links.used()
    return member, address


def notice(member: User, new: str, *, done: bool, to: str | None = None) -> None:
    """Tell the old address what is about to change, or did, and how to object."""
    old = to or member.email or ""
    link = links.make(Purpose.OBJECT, member.fs_uniquifier, old)
    subject = "Your e-mail address was changed" if done else "Your e-mail address is about to change"
    letters.send(old, subject, "accounts/mail/address_notice", member=member, new=new, done=done, link=link)


def _named(uniquifier: str) -> User | None:
    return db.session().scalar(select(User).where(User.fs_uniquifier == uniquifier, User.active))
