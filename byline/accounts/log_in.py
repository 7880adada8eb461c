"""Logging in: who these words belong to, and the second step of those who asked for one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import session
from sqlalchemy import select

from byline.accounts import attempts, discipline, links, members, passwords, rules, sessions, two_factor
from byline.accounts.messages import EndSuspension
from byline.accounts.models import User
from byline.kernel import clock, db
from byline.kernel.errors import Invalid, NotAllowed
from byline.web import context

MISMATCH = (
    "This e-mail address or username and this password do not go together. After ten wrong tries in a row an account "
    "rests for a quarter of an hour."
)
SECOND_STEP = "second_step"
SECOND_STEP_LASTS = timedelta(minutes=10)


def check(identifier: str, password: str) -> User:
    """The member whom an address or username and a password belong to.

    Invalid, in the same words and after the same work, for an unknown name, a wrong password and a resting account.
    NotAllowed for somebody who is suspended, told only to them.
    """
    # Comparing takes its time, so it happens before the request's own transaction: on SQLite that locks out all others.
    with context.current().database.unit_of_work(write=False):
        candidates = _candidates(identifier)
    fitting: User | None = None
    for candidate in candidates:
        counts = candidate is not None and not attempts.is_resting(candidate)
        if passwords.fits(candidate, password) and counts:
            fitting = fitting or candidate
        else:
            attempts.note_failure(candidate if counts else None)
    if fitting is None:
        raise Invalid("log-in-refused", MISMATCH)
    require_welcome(fitting)
    return _opened(fitting, password)


def _opened(fitting: User, password: str) -> User:
    member = db.session().get(User, fitting.id)
    if member is None:
        raise Invalid("log-in-refused", MISMATCH)
    passwords.renew(member, password)
    return member


def _candidates(identifier: str) -> Sequence[User | None]:
    """Whom an identifier may mean. An address always means two, of whom there may be none, so that each costs the same.

    The second is the newest account that claims an address which it has still to prove.
    """
    if "@" not in identifier:
        return (_active(members.by_username(identifier.strip())),)
    address = rules.email_of(identifier)
    if address is None:
        return (None, None)
    claims = select(User).where(User.pending_email == address, User.email.is_(None)).order_by(User.id.desc()).limit(1)
    return (_active(members.by_email(address)), _active(db.session().scalar(claims)))


def _active(member: User | None) -> User | None:
    return member if member and (member.active or member.suspended_at) and member.claimed else None


class ShutOut(NotAllowed):
    """The right password of somebody who is suspended. `appeal` is where they may answer the moderators."""

    def __init__(self, member: User) -> None:
        end = f" until {member.suspended_until:%-d %B %Y, %H:%M} UTC" if member.suspended_until else ""
        reason = f" The reason given: {member.suspension_reason}" if member.suspension_reason else ""
        super().__init__("suspended", f"This account is suspended{end}, so it cannot be used.{reason}")
        self.appeal = links.make(links.Purpose.APPEAL, member.fs_uniquifier)


def require_welcome(member: User) -> None:
    """Raise ShutOut, with the reason, for a member who is suspended; one whose time is over is let in again."""
    if member.suspended_at is None and member.active:
        return
    if member.expelled_at is not None or not discipline.is_over(member):
        raise ShutOut(member)
    discipline.end_due(EndSuspension(member.id), context.settings_of())


def enter(member: User, *, remember: bool) -> bool:
    """Log the member in, or remember that the second step is due; answers whether they are in."""
    if not two_factor.is_on(member):
        attempts.forget(member)
        sessions.begin(member, remember=remember)
        return True
    # Wrong codes stay counted until a right one: with the password alone nobody may begin to guess anew.
    sessions.forget_browser()
    step = {"who": member.fs_uniquifier, "state": links.state_of(member), "at": clock.now().isoformat()}
    session[SECOND_STEP] = step | {"remember": remember}
    return False


def awaited() -> User | None:
    """Whose second step this browser is at, for ten minutes after the first; None when nobody's.

    A password that was changed meanwhile is to be given again.
    """
    step = session.get(SECOND_STEP)
    if not step or clock.now() - datetime.fromisoformat(step["at"]) > SECOND_STEP_LASTS:
        return None
    member = db.session().scalar(select(User).where(User.fs_uniquifier == step["who"], User.active))
    return member if member and links.state_of(member) == step.get("state") else None


def finish(member: User) -> None:
    """Log in the member whose second step was right."""
    remember = bool(session[SECOND_STEP]["remember"])
    require_welcome(member)
    attempts.forget(member)
    sessions.begin(member, remember=remember)
