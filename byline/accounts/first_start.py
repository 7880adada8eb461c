"""The first administrator: a one-time link, shown where the site was started, while nobody administers it."""

from __future__ import annotations

from sqlalchemy import select, update

from byline.accounts import administrators, roles, tokens
from byline.accounts.models import Role, User
from byline.kernel import db, state
from byline.kernel.settings import Settings


def new_link(settings: Settings) -> str | None:
    """A fresh link, which replaces the one before; None once somebody administers the site."""
    if administrators.is_there_one():
        return None
    token = tokens.new()
    state.site_state().first_link_digest = tokens.digest_of(token)
    return f"{settings.url}/auth/first/{token}"


def appoint(settings: Settings) -> None:
    """Make whoever confirmed the address of BYLINE_ADMIN_EMAIL an administrator, also when it was set only later."""
    if not settings.admin_email:
        return
    role = select(Role.id).where(Role.name == roles.ADMINISTRATOR).scalar_subquery()
    theirs = update(User).where(User.email == settings.admin_email, User.confirmed_at.is_not(None), User.active)
    db.session().execute(theirs.values(role_id=role))
