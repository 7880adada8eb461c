"""Log-in sessions: one row for one browser. The cookie only names the row, so ending a session works at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from flask import current_app, g, request, session
from sqlalchemy import ScalarSelect, delete, select

from byline.accounts import tokens
from byline.accounts.models import LoginSession, User
from byline.kernel import clock, db, state
from byline.kernel.errors import NotFound
from byline.kernel.state import SiteState
from byline.kernel.watch import VERSION_KEY
from byline.web import bar, context

TOKEN = "_user_id"  # noqa: S105  (a key, not a secret)
"""The name under which Flask-Login looks for whose session it is."""
ENDS_AFTER = timedelta(days=30)
"""Without being used; as long as the cookie lives."""

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR|Opera", "Opera"),
    ("Vivaldi", "Vivaldi"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox|FxiOS", "Firefox"),
    ("Chrome|CriOS|Chromium", "Chrome"),
    ("Safari", "Safari"),
    ("curl|Wget|python", "a program"),
)
_SYSTEMS = (
    ("iPad", "iPad"),
    ("iPhone", "iPhone"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X|Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux|X11", "Linux"),
)


def begin(member: User, *, remember: bool = False) -> None:
    """Log `member` in, in the browser of this request.

    Whatever the browser brought is dropped, so that a session planted in it beforehand opens nothing. With `remember`
    the session outlives the browser's closing, for thirty days.
    """
    forget_browser()
    token = tokens.new(32)
    now = clock.now()
    row = LoginSession(
        token_digest=tokens.digest_of(token),
        user_id=member.id,
        created_at=now,
        seen_at=now,
        device=device_of(request.headers.get("User-Agent", "")),
    )
    db.session().add(row)
    db.session().flush()
    session[TOKEN] = token
    session.permanent = remember
    current_app.extensions["security"].login_manager._update_request_context_with_user(member)


def forget_browser() -> None:
    """Empty the browser's cookie, with the form token in it."""
    session.clear()
    g.pop("csrf_token", None)


def end() -> None:
    """Log out the browser of this request."""
    token = session.get(TOKEN)
    if token:
        db.session().execute(delete(LoginSession).where(LoginSession.token_digest == tokens.digest_of(str(token))))
    forget_browser()
    current_app.extensions["security"].login_manager._update_request_context_with_user()


def end_one(user_id: int, session_id: int) -> None:
    """Log one browser of a member out; NotFound when it is none of theirs."""
    mine = select(LoginSession.id).where(LoginSession.user_id == user_id, LoginSession.id == session_id)
    if db.session().scalar(mine) is None:
        raise NotFound("session-unknown", "This browser is no longer logged in.")
    db.session().execute(delete(LoginSession).where(LoginSession.id == session_id))


def end_all(user_id: int, *, but: int | None = None) -> None:
    """Log a member out everywhere, except in the browser whose session is `but`."""
    ended = delete(LoginSession).where(LoginSession.user_id == user_id)
    if but is not None:
        ended = ended.where(LoginSession.id != but)
    db.session().execute(ended)


def of_member(user_id: int) -> Sequence[LoginSession]:
    """Where a member is logged in, the browser used last first."""
    live = select(LoginSession).where(LoginSession.user_id == user_id, LoginSession.seen_at > clock.now() - ENDS_AFTER)
    return db.session().scalars(live.order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())).all()


def current_id() -> int | None:
    """The session of this request's browser; None for a stranger."""
    return context.current().login_id


def member_of(token: object) -> User | None:
    """The member whose session the cookie names: while it was not ended, nor unused for too long.

    A request that is answered without the database, such as one for a missing style sheet, is nobody's.
    """
    here = context.current()
    if here.session is None:
        return None
    mine = (LoginSession.token_digest == tokens.digest_of(str(token)), LoginSession.seen_at > clock.now() - ENDS_AFTER)
    query = select(LoginSession.id, User).join(User, User.id == LoginSession.user_id)
    query = query.where(*mine, User.active, User.suspended_at.is_(None))
    along = _read_along(token, select(LoginSession.user_id).where(*mine).correlate(None).scalar_subquery())
    found = here.session.execute(query.add_columns(*along)).first()
    if found is None:
        return None
    login_id, member, *numbers = found
    here.login_id = login_id
    if numbers:
        state.note_content_version(numbers[0])
        context.memory().note(VERSION_KEY, numbers[0])
        bar.note(context.memory(), member.id, numbers[1:])
    return cast(User, member)


def remembered_as(token: object) -> tuple[str, str]:
    """The key under which it is remembered whose session a cookie names."""
    return "login", str(token)


def _read_along(token: object, member_id: ScalarSelect[int]) -> list[ScalarSelect[int]]:
    """What every page asks besides, in the same statement: the content version and the numbers of the bar.

    Only where it is asked who this is. If that is remembered, as while nobody commits, so is the rest.
    """
    if not context.current().only_reads or context.memory().knows(remembered_as(token)):
        return []
    return [select(SiteState.content_version).scalar_subquery(), *bar.counts_of(member_id)]


def remove_old() -> None:
    """Remove the rows of sessions that ended by themselves."""
    db.session().execute(delete(LoginSession).where(LoginSession.seen_at <= clock.now() - ENDS_AFTER))


def device_of(user_agent: str) -> str:
    """Browser and system in words, such as `Firefox on Linux`; nothing finer is kept."""
    browser = next((name for pattern, name in _BROWSERS if re.search(pattern, user_agent)), "")
    system = next((name for pattern, name in _SYSTEMS if re.search(pattern, user_agent)), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "An unknown browser"
