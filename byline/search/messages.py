"""What the room asks the worker to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FillIndex:
    """Bring the posts and members behind these numbers into the index, some at a time until all are there."""

    after_post: int = 0
    after_member: int = 0
