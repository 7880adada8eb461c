"""Leaving: a member asks to be deleted, is hidden at once, may come back for seven days, and is then gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from byline.accounts import administrators, audit, discipline, member_acts, sessions
from byline.accounts.leaving_messages import (
    DeleteMember,
    ForgetPicture,
    MemberDeleted,
    MemberLeft,
    MemberStayed,
    SweepExports,
)
from byline.accounts.models import FormerName, Invitation, User
from byline.kernel import bus, clock, db
from byline.kernel.access import Actor
from byline.kernel.errors import Conflict, NotAllowed, NotFound
from byline.kernel.settings import Settings
from byline.web import context, letters

GRACE = timedelta(days=7)


def ask(actor: Actor, user_id: int, *, keep_session: int | None = None) -> User:
    """Hide the member and what is theirs alone now, end their sessions but one, and delete them in seven days.

    Themselves or an administrator may; whoever calls this for a member has checked that it is really them. Conflict
    for the last administrator. Asking twice changes nothing.
    """
    member = _opened(actor, user_id)
    if member.deletion_asked_at is not None:
        return member
    if administrators.administers(member):
        administrators.keep_one_besides(member.id)
    member.deletion_asked_at = clock.now()
    sessions.end_all(member.id, but=keep_session)
    bus.publish(MemberLeft(member.id))
    bus.enqueue(DeleteMember(member.id), run_at=ends_at(member))
    _note(actor, "member.leaving", member)
    letters.send(
        member.email,
        "Your account will be deleted",
        "accounts/mail/leaving",
        member=member,
        ends_at=ends_at(member),
        link=f"{context.settings_of().url}/auth/login",
    )
    db.session().flush()
    return member


def cancel(actor: Actor, user_id: int) -> User:
    """Let the member stay: everything is shown again as it was. Nothing happens for one who never asked to go."""
    member = _opened(actor, user_id)
    if member.deletion_asked_at is None:
        return member
    if member.expelled_at is not None:
        raise Conflict("marked-as-spammer", discipline.MARKED)
    member.deletion_asked_at = None
    db.session().flush()
    bus.publish(MemberStayed(member.id))
    _note(actor, "member.stayed", member)
    letters.send(member.email, "Your account stays", "accounts/mail/staying", member=member)
    return member


def ends_at(member: User) -> datetime:
    """When the days of grace are over; only for a member who asked to be deleted."""
    if member.deletion_asked_at is None:
        raise ValueError(f"{member} stays.")
    return member.deletion_asked_at + GRACE


def delete_due(task: DeleteMember, _settings: Settings) -> None:
    """Delete the member for good, if they asked for it and did not come back in time. Safe to run twice."""
    member = db.session().get(User, task.user_id, with_for_update={"of": User})
    if member is None or member.deletion_asked_at is None or ends_at(member) > clock.now():
        return
    if member.expelled_at is None:
        letters.send(member.email, "Your account is deleted", "accounts/mail/left", member=member)
    bus.publish(MemberDeleted(member.id, member.username_key))
    if member.avatar_key:
        bus.enqueue(ForgetPicture(member.avatar_key))
    bus.enqueue(SweepExports())
    _remove(member)


def _remove(member: User) -> None:
    session = db.session()
    session.flush()
    _forget_addresses(member)
    session.execute(update(User).where(User.invited_by_id == member.id).values(invited_by_id=None))
    # By statement, not by the unit of work: the database's cascades know every table that hangs on a member.
    session.expunge(member)
    session.execute(delete(User).where(User.id == member.id))
    db.content_changed()


def _forget_addresses(member: User) -> None:
    """Leave no address of the member's behind in the rows that outlive them."""
    session = db.session()
    former = session.scalars(select(FormerName.username_key).where(FormerName.user_id == member.id))
    invited = (Invitation.used_by_id == member.id, Invitation.email.is_not(None))
    known = {*session.scalars(select(Invitation.email).where(*invited)), member.email, member.pending_email}
    audit.forget_addresses({member.username_key, *former}, {address for address in known if address})
    session.execute(update(Invitation).where(*invited).values(email=None))


def _opened(actor: Actor, user_id: int) -> User:
    if actor.id != user_id and not actor.is_administrator:
        raise NotAllowed("not-yourself", "You can only decide this for your own account.")
    member = db.session().get(User, user_id, with_for_update={"of": User})
    if member is None:
        raise NotFound("member-unknown", "There is no such member.")
    return member


def _note(actor: Actor, act: str, member: User) -> None:
    if actor.id != member.id:
        audit.note(actor, act, member_acts.subject_of(member))
