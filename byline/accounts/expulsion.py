"""A spammer: shut out and hidden at once with all that is theirs, for seven days as they were, then deleted for good.

Hiding, showing again and deleting are those of a member who leaves, so every room knows what to do.
"""

from __future__ import annotations

from datetime import datetime

from byline.accounts import administrators, audit, barring, discipline, leaving, sessions
from byline.accounts.leaving_messages import DeleteMember, MemberLeft, MemberStayed
from byline.accounts.models import User
from byline.kernel import bus, clock, db
from byline.kernel.access import Actor
from byline.kernel.errors import Conflict


def expel(actor: Actor, user_id: int, reason: str) -> datetime | None:
    """Mark the member as a spammer; answer since when they wished to leave anyway, for `readmit`.

    No new account is made with their address.

    Conflict for somebody who is marked already, for oneself and for the last administrator; Invalid, NotAllowed,
    NotFound.
    """
    member = discipline.opened(actor, user_id, "You cannot mark yourself as a spammer.")
    reason = discipline.checked(reason)
    if member.expelled_at is not None:
        raise Conflict("marked-already", "This member is marked as a spammer already.")
    if administrators.administers(member):
        administrators.keep_one_besides(member.id)
    wished, now = member.deletion_asked_at, clock.now()
    member.expelled_at = member.suspended_at = member.deletion_asked_at = now
    member.suspension_reason, member.suspended_until = reason, None
    sessions.end_all(member.id)
    barring.bar(member)
    db.session().flush()
    if wished is None:
        bus.publish(MemberLeft(member.id))
    bus.enqueue(DeleteMember(member.id), run_at=leaving.ends_at(member))
    audit.note(actor, "member.spammer", discipline.subject_of(member), reason)
    return wished


def readmit(actor: Actor, user_id: int, *, wished: datetime | None = None) -> User:
    """Take that back: everything is shown as it was, and they may log in. Nothing happens for one who is not marked.

    Whoever wished to leave before, since `wished`, is leaving again.
    """
    member = discipline.opened(actor, user_id, "You cannot take this back for yourself.")
    if member.expelled_at is None:
        return member
    discipline.let_in(member)
    member.expelled_at, member.deletion_asked_at = None, wished
    barring.let_back(member.id)
    db.session().flush()
    if wished is None:
        bus.publish(MemberStayed(member.id))
    else:
        bus.enqueue(DeleteMember(member.id), run_at=max(leaving.ends_at(member), clock.now()))
    audit.note(actor, "member.no-spammer", discipline.subject_of(member))
    return member
