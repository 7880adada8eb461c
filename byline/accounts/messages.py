"""What the room says of members, and letters that are looked up and written later.

A form that takes an address only stores one of these tasks, whether or not anybody has that address, so neither its
words nor its time tell who has an account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MemberConfirmed:
    """A member proved that an address is theirs, for the first time."""

    user_id: int


@dataclass(frozen=True, slots=True)
class MemberDescribed:
    """A member is new, or is called something else or says something else about themselves from now on."""

    user_id: int


@dataclass(frozen=True, slots=True)
class MemberSetApart:
    """Lists of people leave a member out from now on: all they sent was taken for spam."""

    user_id: int


@dataclass(frozen=True, slots=True)
class MemberListedAgain:
    """Lists of people have a member again who was set apart."""

    user_id: int


@dataclass(frozen=True, slots=True)
class RushBegan:
    """In the hour of this moment more have joined by now whom nobody knows than on any good day. Told several times."""

    at: datetime


@dataclass(frozen=True, slots=True)
class WriteConfirmation:
    """Write to an address somebody gave as theirs: how to confirm it, or that it has an account already.

    Without a member it is for the account that waits for this address, if any does.
    """

    address: str
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class WriteReset:
    """Write to an address how to choose a new password, if it has an account."""

    address: str


@dataclass(frozen=True, slots=True)
class EndSuspension:
    """Let a member in again whose suspension is over."""

    user_id: int


@dataclass(frozen=True, slots=True)
class RemoveOldSessions:
    """Remove the rows of log-in sessions that ended by themselves."""
