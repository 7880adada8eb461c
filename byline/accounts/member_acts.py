"""What administrators do to members. Each act is checked, done and written into the audit log in one transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from byline.accounts import addresses, administrators, audit, discipline, members, passkeys, rules, sessions
from byline.accounts.messages import MemberDescribed
from byline.accounts.models import FormerName, Role, User, WebAuthnCredential
from byline.kernel import bus, clock, db
from byline.kernel.access import Actor, Permission
from byline.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from byline.web import letters


def opened(actor: Actor, user_id: int) -> User:
    """The member, for an administrator's act; NotAllowed for everybody else, NotFound when there is none."""
    check(actor)
    member = db.session().get(User, user_id, with_for_update={"of": User})
    if member is None:
        raise NotFound("member-unknown", "There is no such member.")
    return member


def check(actor: Actor) -> None:
    """Raise NotAllowed unless `actor` administers the site."""
    if not actor.is_administrator:
        raise NotAllowed("not-permitted", "Only administrators may do this.")


def give_role(actor: Actor, user_id: int, role_id: int) -> User:
    """Give the member another role; Conflict where that would leave nobody, or not oneself, to administer."""
    member = opened(actor, user_id)
    role = next((role for role in db.session().scalars(select(Role)) if role.id == role_id), None)
    if role is None:
        raise Invalid("no-such-role", "There is no such role.", field="role")
    if role.id == member.role_id:
        return member
    if administrators.administers(member) and not role.permissions & Permission.ADMINISTER:
        _not_oneself(actor, member, "You cannot take your own administration away. Ask another administrator to.")
        administrators.keep_one_besides(member.id)
    audit.note(actor, "member.role", subject_of(member), f"{member.role.name} → {role.name}")
    member.role = role
    db.session().flush()
    return member


def confirm(actor: Actor, user_id: int) -> User:
    """Take the member's address as theirs without a mail."""
    member = opened(actor, user_id)
    if member.confirmed_at is None:
        if member.email is None:
            raise Conflict("no-address", "This member has no e-mail address that could be confirmed.")
        member.confirmed_at = clock.now()
        audit.note(actor, "member.confirmed", subject_of(member), member.email)
        db.session().flush()
    return member


def unconfirm(actor: Actor, user_id: int) -> User:
    """Ask the member to confirm their address again before they go on."""
    member = opened(actor, user_id)
    if member.confirmed_at is not None:
        _not_oneself(actor, member, "You cannot shut yourself out. Ask another administrator to.")
        if administrators.administers(member):
            administrators.keep_one_besides(member.id)
        member.confirmed_at = None
        audit.note(actor, "member.unconfirmed", subject_of(member))
        db.session().flush()
    return member


def suspend(actor: Actor, user_id: int, reason: str, *, until: datetime | None = None) -> User:
    """Shut the member out at once: no log-in, no permission, every session ended. What they wrote stays readable.

    It ends by itself at `until`; without one somebody has to lift it.
    """
    opened(actor, user_id)
    return discipline.suspend(actor, user_id, reason, until=until)


def lift_suspension(actor: Actor, user_id: int) -> User:
    """Let the member in again."""
    opened(actor, user_id)
    return discipline.lift(actor, user_id)


def rename(actor: Actor, user_id: int, username: str) -> User:
    """Give the member another username. Addresses with the old one lead to the new one; nobody else may take it."""
    member = opened(actor, user_id)
    username = username.strip()
    if username == member.username:
        return member
    _check_name(member, username)
    former, key = member.username, rules.username_key(username)
    if key != member.username_key:
        db.session().execute(delete(FormerName).where(FormerName.username_key == key))
        db.session().add(FormerName(username_key=member.username_key, user_id=member.id))
    member.username, member.username_key = username, key
    member.username_skeleton = rules.username_skeleton(username)
    _flush_first(Invalid("username-taken", members.TAKEN, field="username"))
    audit.note(actor, "member.renamed", subject_of(member), f"@{former} → @{username}")
    db.session().flush()
    bus.publish(MemberDescribed(member.id))
    return member


def _check_name(member: User, username: str) -> None:
    wrong = rules.wrong_with_username(username)
    if wrong:
        raise Invalid("username-invalid", wrong, field="username")
    key, skeleton = rules.username_key(username), rules.username_skeleton(username)
    former = db.session().get(FormerName, key)
    is_own = key == member.username_key or (former is not None and former.user_id == member.id)
    looks_own = skeleton == member.username_skeleton
    if not (is_own or looks_own) and members.is_taken(username):
        raise Invalid("username-taken", members.TAKEN, field="username")


def change_email(actor: Actor, user_id: int, address: str) -> User:
    """Give the member another address, taken as confirmed if the old one was; a notice goes to the old one."""
    member = opened(actor, user_id)
    written = addresses.checked(address)
    if written == member.email:
        return member
    taken = Invalid("email-taken", "Another member has this address.", field="email")
    if members.by_email(written) is not None:
        raise taken
    former, member.email, member.pending_email = member.email, written, None
    _flush_first(taken)
    letters.send(former, "Your e-mail address was changed", "accounts/mail/address_changed", member=member, new=written)
    audit.note(actor, "member.email", subject_of(member), f"{former or 'none'} → {written}")
    db.session().flush()
    return member


def _flush_first(refusal: Invalid) -> None:
    """Write the change now; `refusal` when somebody else took the name or address a moment ago."""
    try:
        db.session().flush()
    except IntegrityError as error:
        raise refusal from error


def end_sessions(actor: Actor, user_id: int) -> User:
    """Log the member out everywhere."""
    member = opened(actor, user_id)
    sessions.end_all(member.id)
    audit.note(actor, "member.sessions-ended", subject_of(member))
    db.session().flush()
    return member


def unlock(actor: Actor, user_id: int) -> User:
    """Forget failed log-ins, so that the member may try again now."""
    member = opened(actor, user_id)
    member.failed_logins, member.locked_until = 0, None
    audit.note(actor, "member.unlocked", subject_of(member))
    db.session().flush()
    return member


def end_second_step(actor: Actor, user_id: int) -> User:
    """Ask the member for no code and no passkey after the password, for when phone, key and codes are gone."""
    member = opened(actor, user_id)
    member.tf_totp_secret = member.tf_primary_method = member.tf_last_counter = member.mf_recovery_codes = None
    second_only = WebAuthnCredential.usage == passkeys.SECOND_ONLY
    db.session().execute(delete(WebAuthnCredential).where(WebAuthnCredential.user_id == member.id, second_only))
    audit.note(actor, "member.second-step-ended", subject_of(member))
    db.session().flush()
    return member


def subject_of(member: User) -> str:
    """How the audit log names a member."""
    return discipline.subject_of(member)


def _not_oneself(actor: Actor, member: User, sentence: str) -> None:
    if actor.id == member.id:
        raise Conflict("not-oneself", sentence)
