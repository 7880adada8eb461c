"""Shutting a member out: for a time or until somebody lifts it, by an administrator or a moderator."""

from __future__ import annotations

from datetime import datetime

from byline.accounts import administrators, audit, sessions
from byline.accounts.messages import EndSuspension
from byline.accounts.models import User
from byline.kernel import bus, clock, db, tidy
from byline.kernel.access import SYSTEM, Actor, Permission
from byline.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from byline.kernel.settings import Settings

LONGEST_REASON = 300
MARKED = "This member is marked as a spammer. Take that back under Moderation."
STAFF = Permission.MODERATE | Permission.ADMINISTER


def may_discipline(actor: Actor, member: User) -> bool:
    """Whether the actor may shut the member out: a moderator any member but moderators, an administrator anybody."""
    if not (actor.confirmed and actor.can(Permission.MODERATE)) or actor.id == member.id:
        return False
    return actor.is_administrator or not is_staff(member)


def is_staff(member: User) -> bool:
    """Whether the member's role lets them moderate or administer."""
    return bool(member.role.permissions & STAFF)


def suspend(actor: Actor, user_id: int, reason: str, *, until: datetime | None = None) -> User:
    """Shut the member out at once: no log-in, no permission, every session ended. What they wrote stays readable.

    It ends by itself at `until`. A second suspension takes the place of the first. Raises Invalid without a reason,
    Conflict for oneself and for the last administrator, NotAllowed, NotFound.
    """
    member = opened(actor, user_id, "You cannot suspend yourself.")
    reason = checked(reason)
    if member.expelled_at is not None:
        raise Conflict("marked-as-spammer", MARKED)
    if administrators.administers(member):
        administrators.keep_one_besides(member.id)
    member.suspended_at, member.suspension_reason, member.suspended_until = clock.now(), reason, until
    sessions.end_all(member.id)
    if until is not None:
        bus.enqueue(EndSuspension(member.id), run_at=until)
    audit.note(actor, "member.suspended", subject_of(member), _noted(reason, until))
    db.session().flush()
    return member


def lift(actor: Actor, user_id: int) -> User:
    """Let the member in again; nothing happens for one who is not suspended.

    Conflict for somebody who was marked as a spammer, which is taken back as a whole.
    """
    member = opened(actor, user_id, "You cannot let yourself in.")
    if member.expelled_at is not None:
        raise Conflict("marked-as-spammer", MARKED)
    if member.suspended_at is not None or not member.active:
        let_in(member)
        audit.note(actor, "member.unsuspended", subject_of(member))
        db.session().flush()
    return member


def let_in(member: User) -> None:
    """Forget the suspension in the member's row."""
    member.active, member.suspended_at, member.suspension_reason, member.suspended_until = True, None, "", None


def is_over(member: User) -> bool:
    """Whether the time of a suspension has passed, although nobody has taken it off the row yet."""
    return member.active and member.suspended_until is not None and member.suspended_until <= clock.now()


def end_due(task: EndSuspension, _settings: Settings) -> None:
    """Let the member in whose suspension is over by now; one that was made longer goes on. Safe to run twice."""
    member = db.session().get(User, task.user_id, with_for_update={"of": User})
    if member is not None and member.expelled_at is None and is_over(member):
        lift(SYSTEM, member.id)


def opened(actor: Actor, user_id: int, not_oneself: str) -> User:
    """The member, locked, for an act of discipline; Conflict with the sentence `not_oneself` for the actor themselves.

    NotAllowed for whoever may not, NotFound when there is no such member.
    """
    if not (actor.confirmed and actor.can(Permission.MODERATE)):
        raise NotAllowed("not-a-moderator", "Only moderators may do this.")
    member = db.session().get(User, user_id, with_for_update={"of": User})
    if member is None:
        raise NotFound("member-unknown", "There is no such member.")
    if actor.id == member.id:
        raise Conflict("not-oneself", not_oneself)
    if not may_discipline(actor, member):
        raise NotAllowed("member-of-staff", "Only an administrator may do this to a moderator or an administrator.")
    return member


def checked(reason: str) -> str:
    """The reason on one line; Invalid without one and for one that is too long."""
    reason = tidy.one_line(reason)
    if not reason or len(reason) > LONGEST_REASON:
        sentence = f"Say why, in at most {LONGEST_REASON} characters. The member reads it when they try to log in."
        raise Invalid("reason-missing", sentence, field="reason")
    return reason


def subject_of(member: User) -> str:
    """How the audit log names a member."""
    return f"@{member.username}"


def _noted(reason: str, until: datetime | None) -> str:
    return f"{reason} (until {until:%Y-%m-%d %H:%M} UTC)" if until else reason
