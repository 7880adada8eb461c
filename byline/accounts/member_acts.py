"""What administrators do to members. Each act is checked, done and written into the audit log in one transaction."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from byline.accounts import administrators, audit, members, profile_rules, rules, sessions
from byline.accounts.models import FormerName, Role, User, WebAuthnCredential
from byline.kernel import clock, db
from byline.kernel.access import Actor, Permission
from byline.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from byline.web import letters

LONGEST_REASON = 300


def opened(actor: Actor, user_id: int) -> User:
    """The member, for an administrator's act; NotAllowed for everybody else, NotFound when there is none."""
    check(actor)
    user = db.session().get(User, user_id, with_for_update={"of": User})
    if user is None:
        raise NotFound("member-unknown", "There is no such member.")
    return user


def check(actor: Actor) -> None:
    """Raise NotAllowed unless `actor` administers the site."""
    if not actor.is_administrator:
        raise NotAllowed("not-permitted", "Only administrators may do this.")


def give_role(actor: Actor, user_id: int, role_id: int) -> User:
    """Give the member another role; Conflict where that would leave nobody, or not oneself, to administer."""
    user = opened(actor, user_id)
    role = next((role for role in db.session().scalars(select(Role)) if role.id == role_id), None)
    if role is None:
        raise Invalid("no-such-role", "There is no such role.", field="role")
    if role.id == user.role_id:
        return user
    if administrators.administers(user) and not role.permissions & Permission.ADMINISTER:
        _not_oneself(actor, user, "You cannot take your own administration away. Ask another administrator to.")
        administrators.keep_one_besides(user.id)
    audit.note(actor, "member.role", subject_of(user), f"{user.role.name} → {role.name}")
    user.role = role
    db.session().flush()
    return user


def confirm(actor: Actor, user_id: int) -> User:
    """Take the member's address as theirs without a mail."""
    user = opened(actor, user_id)
    if user.confirmed_at is None:
        if user.email is None:
            raise Conflict("no-address", "This member has no e-mail address that could be confirmed.")
        user.confirmed_at = clock.now()
        audit.note(actor, "member.confirmed", subject_of(user), user.email)
        db.session().flush()
    return user


def unconfirm(actor: Actor, user_id: int) -> User:
    """Ask the member to confirm their address again before they go on."""
    user = opened(actor, user_id)
    if user.confirmed_at is not None:
        _not_oneself(actor, user, "You cannot shut yourself out. Ask another administrator to.")
        if administrators.administers(user):
            administrators.keep_one_besides(user.id)
        user.confirmed_at = None
        audit.note(actor, "member.unconfirmed", subject_of(user))
        db.session().flush()
    return user


def suspend(actor: Actor, user_id: int, reason: str) -> User:
    """Shut the member out at once: no log-in, no permission, every session ended. What they wrote stays readable."""
    user = opened(actor, user_id)
    _not_oneself(actor, user, "You cannot suspend yourself.")
    reason = profile_rules.one_line(reason)
    if not reason or len(reason) > LONGEST_REASON:
        sentence = f"Say why, in at most {LONGEST_REASON} characters. The member reads it when they try to log in."
        raise Invalid("reason-missing", sentence, field="reason")
    if administrators.administers(user):
        administrators.keep_one_besides(user.id)
    user.suspended_at, user.suspension_reason = clock.now(), reason
    sessions.end_all(user.id)
    audit.note(actor, "member.suspended", subject_of(user), reason)
    db.session().flush()
    return user


def lift_suspension(actor: Actor, user_id: int) -> User:
    """Let the member in again."""
    user = opened(actor, user_id)
    if user.suspended_at is not None or not user.active:
        user.active, user.suspended_at, user.suspension_reason = True, None, ""
        audit.note(actor, "member.unsuspended", subject_of(user))
        db.session().flush()
    return user


def rename(actor: Actor, user_id: int, username: str) -> User:
    """Give the member another username. Addresses with the old one lead to the new one; nobody else may take it."""
    user = opened(actor, user_id)
    username = username.strip()
    if username == user.username:
        return user
    _check_name(user, username)
    former, key = user.username, rules.username_key(username)
    if key != user.username_key:
        db.session().execute(delete(FormerName).where(FormerName.username_key == key))
        db.session().add(FormerName(username_key=user.username_key, user_id=user.id))
    user.username, user.username_key = username, key
    user.username_skeleton = rules.username_skeleton(username)
    _flush_first(Invalid("username-taken", members.TAKEN, field="username"))
    audit.note(actor, "member.renamed", subject_of(user), f"@{former} → @{username}")
    db.session().flush()
    return user


def _check_name(user: User, username: str) -> None:
    wrong = rules.wrong_with_username(username)
    if wrong:
        raise Invalid("username-invalid", wrong, field="username")
    key, skeleton = rules.username_key(username), rules.username_skeleton(username)
    former = db.session().get(FormerName, key)
    is_own = key == user.username_key or (former is not None and former.user_id == user.id)
    looks_own = skeleton == user.username_skeleton
    if not (is_own or looks_own) and members.is_taken(username):
        raise Invalid("username-taken", members.TAKEN, field="username")


def change_email(actor: Actor, user_id: int, address: str) -> User:
    """Give the member another address, taken as confirmed if the old one was; a notice goes to the old one."""
    user = opened(actor, user_id)
    written = rules.email_of(address)
    if written is None:
        raise Invalid("email-invalid", "This is not an e-mail address.", field="email")
    if written == user.email:
        return user
    taken = Invalid("email-taken", "Another member has this address.", field="email")
    if members.by_email(written) is not None:
        raise taken
    former, user.email, user.pending_email = user.email, written, None
    _flush_first(taken)
    letters.send(former, "Your e-mail address was changed", "accounts/mail/address_changed", user=user, new=written)
    audit.note(actor, "member.email", subject_of(user), f"{former or 'none'} → {written}")
    db.session().flush()
    return user


def _flush_first(refusal: Invalid) -> None:
    """Write the change now; `refusal` when somebody else took the name or address a moment ago."""
    try:
        db.session().flush()
    except IntegrityError as error:
        raise refusal from error


def end_sessions(actor: Actor, user_id: int) -> User:
    """Log the member out everywhere."""
    user = opened(actor, user_id)
    sessions.end_all(user.id)
    audit.note(actor, "member.sessions-ended", subject_of(user))
    db.session().flush()
    return user


def unlock(actor: Actor, user_id: int) -> User:
    """Forget failed log-ins, so that the member may try again now."""
    user = opened(actor, user_id)
    user.failed_logins, user.locked_until = 0, None
    audit.note(actor, "member.unlocked", subject_of(user))
    db.session().flush()
    return user


def end_second_step(actor: Actor, user_id: int) -> User:
    """Ask the member for no code and no passkey after the password, for when phone, key and codes are gone."""
    user = opened(actor, user_id)
    user.tf_totp_secret = user.tf_primary_method = user.tf_last_counter = user.mf_recovery_codes = None
    second_only = WebAuthnCredential.usage == "secondary"
    db.session().execute(delete(WebAuthnCredential).where(WebAuthnCredential.user_id == user.id, second_only))
    audit.note(actor, "member.second-step-ended", subject_of(user))
    db.session().flush()
    return user


def subject_of(user: User) -> str:
    """How the audit log names a member."""
    return f"@{user.username}"


def _not_oneself(actor: Actor, user: User, sentence: str) -> None:
    if actor.id == user.id:
        raise Conflict("not-oneself", sentence)
