"""What moderators decide, and what the worker carries on with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DecisionTaken:
    """A moderator decided about what a member wrote, or about the member; that member is told.

    `act` is a word of `moderation.models.Act`; `subject` is `post`, `comment`, `message` or `member` with its row
    number. Taking a decision back is told as its opposite, with the same number.
    """

    decision_id: int
    member_id: int
    act: str
    subject: str
    subject_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class DecisionAnswered:
    """A moderator answered in words what the member had replied to a decision."""

    decision_id: int
    member_id: int


@dataclass(frozen=True, slots=True)
class ReportAnswered:
    """What a member reported was looked at. The reporter is told that much, never what else."""

    report_id: int
    reporter_id: int


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What readers could read already waits for a moderator now, as very many joined together with its author.

    `subject` is `post` or `comment`.
    """

    member_id: int
    subject: str
    subject_id: int


@dataclass(frozen=True, slots=True)
class HoldRush:
    """Have wait what those published who came with a rush before it was one; `at` is a moment of its hour, as text."""

    at: str


@dataclass(frozen=True, slots=True)
class CarryOn:
    """Go on deciding about what was taken out of the queue at one stroke, some at a time."""

    batch: str
    actor_id: int
    act: str
    reason: str


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Go on taking back what was decided at one stroke."""

    batch: str
    actor_id: int
