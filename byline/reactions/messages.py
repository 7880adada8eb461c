"""What members like."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PostLiked:
    """A member likes a post. Told again when a like was taken back and given once more."""

    post_id: int
    member_id: int


@dataclass(frozen=True, slots=True)
class PostUnliked:
    """A member does not like a post any more."""

    post_id: int
    member_id: int


@dataclass(frozen=True, slots=True)
class CommentLiked:
    """A member likes a comment. Told again when a like was taken back and given once more."""

    comment_id: int
    member_id: int


@dataclass(frozen=True, slots=True)
class CommentUnliked:
    """A member does not like a comment any more."""

    comment_id: int
    member_id: int
