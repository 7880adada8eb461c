"""Who is it: the member behind a request, and when they were last seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import session
from flask_login import current_user
from sqlalchemy import or_, update
from sqlalchemy.exc import SQLAlchemyError

from byline.accounts import sessions
from byline.accounts.models import LoginSession, User
from byline.kernel import clock, db
from byline.kernel.access import Actor
from byline.kernel.errors import NotAuthenticated
from byline.web import context
from byline.web.context import RequestContext

SEEN_EVERY = timedelta(minutes=1)
OPEN_TO_LEAVING = frozenset(
    {"accounts.leaving", "accounts.stay", "accounts.data", "accounts.ask_export", "accounts.fetch_export"}
)


def current_member() -> User | None:
    """The logged-in member's row, loaded once per request with its role."""
    member = current_user._get_current_object() if current_user else None
    return member if isinstance(member, User) else None


def member_here() -> User:
    """The logged-in member's row; NotAuthenticated for a stranger."""
    member = current_member()
    if member is None:
        raise NotAuthenticated("log-in-first", "Log in to see this page.")
    return member


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the hooks must know of a member before any view asks for the row."""

    actor: Actor
    login_id: int | None
    last_seen: datetime | None
    is_leaving: bool

    @property
    def is_seen_due(self) -> bool:
        """Whether `last_seen` is a minute old."""
        return self.last_seen is None or clock.now() - self.last_seen >= SEEN_EVERY


def recognise(begun: RequestContext) -> Recognised | None:
    """Who makes this request; None for a stranger. Notes it in the context.

    A request that only reads is content with what was read since the last commit of anybody. One that writes reads
    the row inside its own transaction, so that nobody acts by a right they have just lost.
    """
    token = session.get(sessions.TOKEN)
    if token is None:
        return None
    if begun.only_reads:
        found = context.memory().remember(sessions.remembered_as(token), _recognised)
    else:
        found = _recognised()
    if found is not None:
        begun.actor, begun.login_id, begun.seen_due = found.actor, found.login_id, found.is_seen_due
    return found


def _recognised() -> Recognised | None:
    member = current_member()
    if member is None:
        return None
    leaving = member.deletion_asked_at is not None
    return Recognised(member.actor, sessions.current_id(), member.last_seen, leaving)


def waiting_room(begun: RequestContext, found: Recognised | None) -> str | None:
    """The endpoint of the only page a member may see for now; None for everybody else.

    It shows how to confirm an address, or how to call off one's own deletion. What lies under `/auth`, files, and
    what a leaving member may take along stay open.
    """
    if found is None or _is_open_to_waiting(begun):
        return None
    if found.is_leaving:
        return None if begun.endpoint in OPEN_TO_LEAVING else "accounts.leaving"
    return None if found.actor.confirmed else "accounts.unconfirmed"


def _is_open_to_waiting(begun: RequestContext) -> bool:
    endpoint = begun.endpoint
    return (
        endpoint is None
        or endpoint == "accounts.avatar"
        or endpoint.split(".")[0] in ("security", "static", "assets", "ops")
        or begun.path.startswith("/auth/")
    )


def mark_seen(done: RequestContext) -> None:
    """Note that the member was here, in this browser: at most once a minute, in a transaction of its own.

    It is courtesy: when the database is busy or read-only the page goes out all the same.
    """
    now = clock.now()
    stale = or_(User.last_seen.is_(None), User.last_seen <= now - SEEN_EVERY)
    try:
        with done.database.unit_of_work():
            db.session().execute(update(User).where(User.id == done.actor.id, stale).values(last_seen=now))
            db.session().execute(update(LoginSession).where(LoginSession.id == done.login_id).values(seen_at=now))
    except SQLAlchemyError:
        return
