"""Trust: it grows with every comment that readers see, and shrinks with each that had to be taken down."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from sqlalchemy import exists, func, select

from byline.comments.models import Comment, CommentState
from byline.kernel import db
from byline.posts.models import Post

ENOUGH = 5
"""Shown comments that make a member trusted; more are not counted."""


class Level(IntEnum):
    """How much a member is trusted. Each level is spared what the ones below it must pass."""

    NEW = 0
    """None of their comments was approved yet."""
    KNOWN = 1
    """Somebody let a comment of theirs through."""
    TRUSTED = 2
    """Their comments have been read for a while; rules about links and new members do not hold them any more."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What a member's comments were worth so far, counted up to `ENOUGH`."""

    shown: int = 0
    taken_down: int = 0

    @property
    def level(self) -> Level:
        """How much the member is trusted."""
        worth = self.shown - 2 * self.taken_down
        if worth <= 0:
            return Level.NEW
        return Level.TRUSTED if worth >= ENOUGH else Level.KNOWN


def of(member_id: int) -> Trust:
    """What a member's comments were worth so far; one statement, of a bounded cost.

    Comments under one's own posts do not count: nobody else let those through.
    """
    mine = select(Comment.id).where(Comment.author_id == member_id)
    elsewhere = mine.where(Comment.shown_at.is_not(None)).join(Post, Post.id == Comment.post_id)
    shown = elsewhere.where(Post.author_id != member_id).limit(ENOUGH).subquery()
    down = mine.where(Comment.state.in_((CommentState.HIDDEN, CommentState.SPAM))).limit(ENOUGH).subquery()
    counts = select(
        select(func.count()).select_from(shown).scalar_subquery(),
        select(func.count()).select_from(down).scalar_subquery(),
    )
    return Trust(*db.session().execute(counts).one())


def was_approved(member_id: int) -> bool:
    """Whether readers see a comment of a member's that somebody let through or decided to keep."""
    read = (Comment.shown_at.is_not(None), Comment.decided_by_id.is_not(None))
    return bool(db.session().scalar(select(exists().where(Comment.author_id == member_id, *read))))
