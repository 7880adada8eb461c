"""Who is it: the member behind a request, and when they were last seen."""

from __future__ import annotations

from datetime import timedelta

from flask import request
from flask_login import current_user
from sqlalchemy import or_, update
from sqlalchemy.exc import SQLAlchemyError

from byline.accounts.models import LoginSession, User
from byline.kernel import clock, db
from byline.kernel.access import ANONYMOUS, Actor
from byline.kernel.errors import NotAuthenticated
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


def current_actor() -> Actor:
    """Whoever makes this request, as rules and templates see them."""
    member = current_member()
    return member.actor if member else ANONYMOUS


def waiting_room() -> str | None:
    """The endpoint of the only page this request's member may see for now; None for everybody else.

    It shows how to confirm an address, or how to call off one's own deletion. What lies under `/auth`, files, and
    what a leaving member may take along stay open.
    """
    member = current_member()
    if member is None or _is_open_to_waiting():
        return None
    if member.deletion_asked_at is not None:
        return None if request.endpoint in OPEN_TO_LEAVING else "accounts.leaving"
    return None if member.confirmed_at is not None else "accounts.unconfirmed"


def _is_open_to_waiting() -> bool:
    endpoint = request.endpoint
    return (
        endpoint is None
        or endpoint == "accounts.avatar"
        or endpoint.split(".")[0] in ("security", "static", "assets", "ops")
        or request.path.startswith("/auth/")
    )


def is_seen_due() -> bool:
    """Whether the member's `last_seen` is a minute old. Asked before the view: a refusal expires the loaded row."""
    member = current_member()
    return member is not None and (member.last_seen is None or clock.now() - member.last_seen >= SEEN_EVERY)


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
