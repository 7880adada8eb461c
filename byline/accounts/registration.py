"""Registration: a new account, or an author's account handed over by an invitation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from byline.accounts import addresses, arrivals, members, passwords, rules
from byline.accounts.messages import WriteConfirmation
from byline.accounts.models import Invitation, User
from byline.kernel import bus, db, site
from byline.kernel.errors import Invalid, NotAllowed
from byline.kernel.settings import Registration


@dataclass(frozen=True, slots=True)
class Applicant:
    """What somebody wrote into the form."""

    email: str
    username: str
    password: str
    password_confirm: str


def require_open(invitation: Invitation | None) -> None:
    """Raise NotAllowed when nobody may register, or nobody without an invitation."""
    rule = site.current().registration
    if rule is Registration.OPEN or (invitation is not None and rule is Registration.INVITE):
        return
    if invitation is not None and invitation.claims_id is not None:
        return  # The author's account exists already; the link only hands it over.
    if rule is Registration.INVITE:
        raise NotAllowed("invitation-needed", "Joining this site takes an invitation from the people who run it.")
    raise NotAllowed("registration-closed", "This site takes no new members at the moment.")


def register(applicant: Applicant, invitation: Invitation | None = None) -> User:
    """Make the account and send the link that confirms its address. Invalid, by field, for what cannot be used.

    Whether the address has an account already is not told here, only in the mail to it: an address counts for the
    account that proves it. Until then several may claim it, and the first of them has it in `email`.
    """
    require_open(invitation)
    claimed = invitation.claims_id if invitation else None
    address, hashed = checked(applicant, of_author=claimed is not None)
    if claimed is not None:
        member = _hand_over(claimed, address, hashed)
    else:
        member = _add(applicant.username, address, hashed, invitation)
    if invitation is not None and invitation.email == address:
        addresses.prove(member, address)
    else:
        bus.enqueue(WriteConfirmation(address, member.id))
    if invitation is None:
        arrivals.note(member)
    return member


def checked(applicant: Applicant, *, of_author: bool = False) -> tuple[str, str]:
    """The address and the password's hash, as they are stored; Invalid, by field, with all that is wrong at once."""
    wrong: dict[str, str] = {}
    address = rules.email_of(applicant.email)
    if address is None:
        wrong["email"] = addresses.WRONG
    hashed = ""
    try:
        hashed = passwords.choose(
            applicant.password, applicant.password_confirm, username=applicant.username, email=address or ""
        )
    except Invalid as refusal:
        wrong |= refusal.fields
    # Last, because hashing takes its time and the first question to the database takes SQLite's only write lock.
    name_wrong = None if of_author else wrong_with_new_name(applicant.username)
    if name_wrong:
        wrong["username"] = name_wrong
    if wrong or address is None:
        raise Invalid.of(wrong, "registration-refused")
    return address, hashed


def wrong_with_new_name(username: str) -> str | None:
    """A sentence about what keeps this from being a new member's name, or None."""
    return rules.wrong_with_username(username) or (members.TAKEN if members.is_taken(username) else None)


def _add(username: str, address: str, hashed: str, invitation: Invitation | None) -> User:
    columns: dict[str, Any] = {"password": hashed, "invited_by_id": invitation.invited_by_id if invitation else None}
    if members.by_email(address) is None:
        try:
            return members.add(username, email=address, **columns)
        except Invalid:
            # Somebody took the name or the address since we looked. Only the address can be shared for a while.
            if members.is_taken(username):
                raise
    return members.add(username, pending_email=address, **columns)


def _hand_over(user_id: int, address: str, hashed: str) -> User:
    author = db.session().get(User, user_id)
    if author is None or author.claimed:
        raise NotAllowed("author-claimed", "Somebody has taken over this author's account already.")
    taken = members.by_email(address) is not None
    author.email, author.pending_email = (None, address) if taken else (address, None)
    author.password, author.claimed, author.active = hashed, True, True
    db.session().flush()
    return author
