"""What other rooms count of a member's own posts, such as likes: a table of wiring.py, shown in their lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from flask import current_app

Tally = Callable[[Sequence[int]], Mapping[int, str]]
"""Answers, in words or drawn, how many of something these posts have, by their numbers: statements however many."""


def of(post_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """Everything that is counted of these posts, in words; posts without anything are missing."""
    table = cast(Sequence[Tally], current_app.extensions["byline.post_tallies"])
    found: dict[int, list[str]] = {}
    for tally in table if post_ids else ():
        for post_id, words in tally(post_ids).items():
            found.setdefault(post_id, []).append(words)
    return found
