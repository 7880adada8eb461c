"""What members write to one another."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MessageSent:
    """A member wrote to another."""

    message_id: int
    sender_id: int
    recipient_id: int


@dataclass(frozen=True, slots=True)
class SweepMessages:
    """Delete old messages that both have removed."""
