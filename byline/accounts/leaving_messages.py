"""Leaving and taking one's data along: what happened, and what is to be done later."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """A member asked to be deleted: nobody else sees them or what is theirs alone from now on."""

    user_id: int


@dataclass(frozen=True, slots=True)
class MemberStayed:
    """A member who had asked to be deleted stays: everything is shown again as it was."""

    user_id: int


@dataclass(frozen=True, slots=True)
class MemberDeleted:
    """A member is about to be deleted for good; their row is still there while this is told.

    Rooms give away or delete what is theirs; what hangs on the row by a cascade goes with it.
    """

    user_id: int
    username_key: str


@dataclass(frozen=True, slots=True)
class DeleteMember:
    """Delete a member whose days of grace are over."""

    user_id: int


@dataclass(frozen=True, slots=True)
class PackExport:
    """Pack a member's data into the file they asked for."""

    export_id: int


@dataclass(frozen=True, slots=True)
class SweepExports:
    """Remove packed data that is past its days, and files that belong to nobody."""


@dataclass(frozen=True, slots=True)
class ForgetPicture:
    """Remove a profile picture's file once nobody shows it."""

    key: str
