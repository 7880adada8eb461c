"""Leaving: a member asks to be deleted, is hidden at once, may come back for seven days, and is then gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from byline.accounts import administrators, audit, member_acts, sessions
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
from byline.kernel.errors import NotAllowed, NotFound
from byline.kernel.settings import Settings
from byline.web import context, letters

GRACE = timedelta(days=7)


def ask(actor: Actor, user_id: int, *, keep_session: int | None = None) -> User:
    """Hide the member and what is theirs alone now, end their sessions but one, and delete them in seven days.

    Themselves or an administrator may; whoever calls this for a member has checked that it is really them. Conflict
    for the last administrator. Asking twice changes nothing.
    """
    user = _opened(actor, user_id)
    if user.deletion_asked_at is not None:
        return user
    if administrators.administers(user):
        administrators.keep_one_besides(user.id)
    user.deletion_asked_at = clock.now()
    sessions.end_all(user.id, but=keep_session)
    bus.publish(MemberLeft(user.id))
    bus.enqueue(DeleteMember(user.id), run_at=ends_at(user))
    _note(actor, "member.leaving", user)
    values = {"user": user, "ends_at": ends_at(user), "link": f"{context.settings_of().url}/auth/login"}
    letters.send(user.email, "Your account will be deleted", "accounts/mail/leaving", **values)
    db.session().flush()
    return user


def cancel(actor: Actor, user_id: int) -> User:
    """Let the member stay: everything is shown again as it was. Nothing happens for one who never asked to go."""
    user = _opened(actor, user_id)
    if user.deletion_asked_at is None:
        return user
    user.deletion_asked_at = None
    db.session().flush()
    bus.publish(MemberStayed(user.id))
    _note(actor, "member.stayed", user)
    letters.send(user.email, "Your account stays", "accounts/mail/staying", user=user)
    return user


def ends_at(user: User) -> datetime:
    """When the days of grace are over; only for a member who asked to be deleted."""
    if user.deletion_asked_at is None:
        raise ValueError(f"{user} stays.")
    return user.deletion_asked_at + GRACE


def delete_due(task: DeleteMember, _settings: Settings) -> None:
    """Delete the member for good, if they asked for it and did not come back in time. Safe to run twice."""
    user = db.session().get(User, task.user_id, with_for_update={"of": User})
    if user is None or user.deletion_asked_at is None or ends_at(user) > clock.now():
        return
    letters.send(user.email, "Your account is deleted", "accounts/mail/left", user=user)
    bus.publish(MemberDeleted(user.id, user.username_key))
    if user.avatar_key:
        bus.enqueue(ForgetPicture(user.avatar_key))
    bus.enqueue(SweepExports())
    _remove(user)


def _remove(user: User) -> None:
    session = db.session()
    session.flush()
    _forget_addresses(user)
    session.execute(update(User).where(User.invited_by_id == user.id).values(invited_by_id=None))
    # By statement, not by the unit of work: the database's cascades know every table that hangs on a member.
    session.expunge(user)
    session.execute(delete(User).where(User.id == user.id))
    db.content_changed()


def _forget_addresses(user: User) -> None:
    """Leave no address of the member's behind in the rows that outlive them."""
    session = db.session()
    former = session.scalars(select(FormerName.username_key).where(FormerName.user_id == user.id))
    invited = (Invitation.used_by_id == user.id, Invitation.email.is_not(None))
    known = {*session.scalars(select(Invitation.email).where(*invited)), user.email, user.pending_email}
    audit.forget_addresses({user.username_key, *former}, {address for address in known if address})
    session.execute(update(Invitation).where(*invited).values(email=None))


def _opened(actor: Actor, user_id: int) -> User:
    if actor.id != user_id and not actor.is_administrator:
        raise NotAllowed("not-yourself", "You can only decide this for your own account.")
    user = db.session().get(User, user_id, with_for_update={"of": User})
    if user is None:
        raise NotFound("member-unknown", "There is no such member.")
    return user


def _note(actor: Actor, act: str, user: User) -> None:
    if actor.id != user.id:
        audit.note(actor, act, member_acts.subject_of(user))
