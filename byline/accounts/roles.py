"""Roles: three to begin with, seeded without overwriting what an administrator changed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from byline.accounts.models import Role
from byline.kernel import db
from byline.kernel.access import EVERYTHING, Permission

USER, MODERATOR, ADMINISTRATOR = "User", "Moderator", "Administrator"
MEMBER = Permission.FOLLOW | Permission.COMMENT | Permission.WRITE
SEEDS = {
    USER: (MEMBER, True),
    MODERATOR: (MEMBER | Permission.MODERATE, False),
    ADMINISTRATOR: (EVERYTHING, False),
}


def seed() -> None:
    """Make the roles that are missing; those that exist keep what an administrator gave them. Safe to repeat."""
    existing = set(db.session().scalars(select(Role.name)))
    for name, (permissions, is_default) in SEEDS.items():
        if name not in existing:
            db.session().add(Role(name=name, permissions=int(permissions), default=is_default and not existing))
    db.session().flush()


def named(name: str) -> Role:
    """The role of that name; NoResultFound when there is none."""
    return db.session().execute(select(Role).where(Role.name == name)).scalar_one()


def default() -> Role:
    """The role of new members."""
    return db.session().execute(select(Role).where(Role.default)).scalar_one()


def every() -> Sequence[Role]:
    """All roles, by name."""
    return db.session().scalars(select(Role).order_by(Role.name)).all()
