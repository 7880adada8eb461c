"""Where a reader left off: what is new on a page of their timeline, and where what they have seen begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from byline.web.paging import Cursor


@dataclass(frozen=True, slots=True)
class Since:
    """What a page says about the visit before this one."""

    at: datetime
    new: int
    """How many posts of this page are newer than that visit."""
    line_before: int | None
    """The place on this page of the first post that was there to be seen then, if the line runs through this page."""


def place(
    moments: Sequence[datetime], since: datetime | None, cursor: Cursor | None, *, has_older: bool
) -> Since | None:
    """Say what is new on a page of a timeline, by its posts' moments; None where there was no visit before.

    The line belongs to one page only: it stands before the first older post, on the page where that post is, unless
    every newer post was on a page before and the reader did not come from there.
    """
    if since is None:
        return None
    new = sum(1 for moment in moments if moment > since)
    comes_after_new = cursor is not None and cursor.older and cursor.key[0] > since
    runs_here = new < len(moments) and (new > 0 or comes_after_new)
    is_at_the_end = 0 < new == len(moments) and not has_older
    return Since(since, new, new if runs_here and not is_at_the_end else None)
