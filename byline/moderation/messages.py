"""What moderators decide."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DecisionTaken:
    """A moderator decided about what a member wrote, or about the member; that member is told.

    `act` is a word of `moderation.models.Act`; `subject` is `post`, `comment` or `member` with its row number.
    """

    decision_id: int
    member_id: int
    act: str
    subject: str
    subject_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReportAnswered:
    """What a member reported was looked at. The reporter is told that much, never what else."""

    report_id: int
    reporter_id: int
