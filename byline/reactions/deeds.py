"""Likes as they stand on pages of other rooms: the button beside a comment, the number in a member's own lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import get_template_attribute, request
from markupsafe import Markup

from byline.comments.remarks import Remark
from byline.kernel.access import Actor
from byline.reactions import queries, rules


def beside_comments(actor: Actor, remarks: Sequence[Remark]) -> Mapping[int, Markup]:
    """The button for each of these comments by its number, in one statement; one's own has only the number."""
    liked = queries.liked_comments(actor, [remark.id for remark in remarks])
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path
    may = rules.may_like(actor)
    return {remark.id: _drawn(actor, remark, liked=remark.id in liked, may=may, here=here) for remark in remarks}


def in_own_list(post_ids: Sequence[int]) -> Mapping[int, str]:
    """How many likes each of a member's own posts has, in words."""
    counts = queries.counts_of(post_ids)
    return {post_id: f"{number:,} {'like' if number == 1 else 'likes'}" for post_id, number in counts.items()}


def _drawn(actor: Actor, remark: Remark, *, liked: bool, may: bool, here: str) -> Markup:
    is_own = remark.author is not None and remark.author.id == actor.id
    macro = get_template_attribute("reactions/_like.html", "like_comment")
    back = f"{here}#comment-{remark.id}"
    # Who may not like any more, after a block or a suspension, may still take a like back.
    pressable = liked or (may and not is_own)
    return Markup(macro(remark.id, remark.likes, liked, pressable, not actor.is_authenticated, back))  # noqa: S704
