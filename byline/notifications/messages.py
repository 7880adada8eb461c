"""What the worker is asked to do: letters at once, and rounds of daily and weekly ones. Moments are ISO texts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WriteLetter:
    """Write at once about one notification, if it still stands and nobody has read it."""

    notification_id: int


@dataclass(frozen=True, slots=True)
class BeginRounds:
    """Begin the rounds of letters whose moment has come."""


@dataclass(frozen=True, slots=True)
class WalkRoundups:
    """Have the next members' letters of a pace written, in the order of their numbers."""

    pace: str
    until: str
    after_id: int = 0


@dataclass(frozen=True, slots=True)
class WriteRoundup:
    """Write one member's letter of everything that waits for this pace."""

    user_id: int
    pace: str
    until: str


@dataclass(frozen=True, slots=True)
class WalkDigests:
    """Have the next members' letters of a week's posts written, in the order of their numbers."""

    until: str
    after_id: int = 0


@dataclass(frozen=True, slots=True)
class WriteDigest:
    """Write one member's letter of the week's posts of those they follow."""

    user_id: int
    until: str
