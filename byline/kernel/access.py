"""Who acts and what they may do: values that rules read, without a database behind them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag


class Permission(IntFlag):
    """One bit for one ability; a role is a sum of them. Later abilities take free bits."""

    FOLLOW = 1
    COMMENT = 2
    WRITE = 4
    MODERATE = 8
    ADMINISTER = 128


NOTHING = Permission(0)
EVERYTHING = Permission(255)


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks for something: a member, a stranger or the machine itself."""

    id: int | None
    username: str
    permissions: Permission = NOTHING
    confirmed: bool = False
    name: str = ""
    avatar_url: str = ""

    @property
    def is_authenticated(self) -> bool:
        """Whether a member stands behind this actor."""
        return self.id is not None

    @property
    def is_administrator(self) -> bool:
        """Whether this actor may administer the site."""
        return self.can(Permission.ADMINISTER)

    def can(self, permission: Permission) -> bool:
        """Whether every bit of `permission` is held."""
        return (self.permissions & permission) == permission


ANONYMOUS = Actor(id=None, username="")
SYSTEM = Actor(id=None, username="system", permissions=EVERYTHING, confirmed=True)
