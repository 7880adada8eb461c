"""What members like."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PostLiked:
    """A member likes a post."""

    post_id: int
    member_id: int


@dataclass(frozen=True, slots=True)
class CommentLiked:
    """A member likes a comment."""

    comment_id: int
    member_id: int
