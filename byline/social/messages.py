"""What members do to one another."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MemberFollowed:
    """A member follows another from now on."""

    follower_id: int
    followed_id: int


@dataclass(frozen=True, slots=True)
class MemberUnfollowed:
    """A member does not follow another any more."""

    follower_id: int
    followed_id: int


@dataclass(frozen=True, slots=True)
class MemberBlocked:
    """A member wants nothing to do with another from now on; neither follows the other any more."""

    blocker_id: int
    blocked_id: int


@dataclass(frozen=True, slots=True)
class MemberUnblocked:
    """A member took a block back. Who followed whom before stays forgotten."""

    blocker_id: int
    blocked_id: int
