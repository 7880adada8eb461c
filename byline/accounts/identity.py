"""Who is it: the member behind a request, and when they were last seen."""

from __future__ import annotations

from datetime import timedelta

from flask_login import current_user
from sqlalchemy import or_, update
from sqlalchemy.exc import SQLAlchemyError

from byline.accounts.models import LoginSession, User
from byline.kernel import clock, db
from byline.kernel.access import ANONYMOUS, Actor
from byline.web.context import RequestContext

SEEN_EVERY = timedelta(minutes=1)


def current_member() -> User | None:
    """The logged-in member's row, loaded once per request with its role."""
    member = current_user._get_current_object() if current_user else None
    return member if isinstance(member, User) else None


def current_actor() -> Actor:
    """Whoever makes this request, as rules and templates see them."""
    member = current_member()
    return member.actor if member else ANONYMOUS


def open_to_unconfirmed(endpoint: str | None) -> bool:
    """Whether a member without a confirmed address may see this endpoint: what is under `/auth`, files, errors."""
    return endpoint is None or endpoint.split(".")[0] in ("accounts", "security", "static", "assets", "ops")


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
