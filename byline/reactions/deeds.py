"""Likes as they stand on pages of other rooms: the button beside a comment, the number in a member's own lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import get_template_attribute
from markupsafe import Markup

from byline.comments.deeds import Beside, Deed
from byline.comments.remarks import Remark
from byline.reactions import queries, rules


def in_own_list(post_ids: Sequence[int]) -> Mapping[int, str]:
    """How many likes each of a member's own posts has, in words."""
    counts = queries.counts_of(post_ids)
    return {post_id: f"{number:,} {'like' if number == 1 else 'likes'}" for post_id, number in counts.items()}


def _drawn(remark: Remark, beside: Beside) -> Markup:
    macro = get_template_attribute("reactions/_like.html", "like_comment")
    # Who may not like any more, after a block or a suspension, may still take a like back.
    pressable = beside.is_marked or (beside.may and not beside.is_own)
    drawn = macro(remark.id, remark.likes, beside.is_marked, pressable, beside.is_stranger, beside.back)
    return Markup(drawn)  # noqa: S704  (our own template escaped it)


beside_comments = Deed(queries.liked_comments, rules.may_like, _drawn)
"""The button beside a comment; one's own has only the number."""
