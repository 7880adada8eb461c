"""How far a member is trusted, for whom a report of theirs counts more and what moderators are told beside a name."""

from __future__ import annotations

from sqlalchemy import exists, or_, select

from byline.accounts import discipline
from byline.accounts.models import User
from byline.comments import trust
from byline.comments.models import Comment
from byline.comments.trust import Level
from byline.kernel import db
from byline.posts.models import PostAuthor

WORDS = {Level.NEW: "New here", Level.KNOWN: "Known", Level.TRUSTED: "Trusted"}
"""A level in words."""


def is_trusted(member_id: int) -> bool:
    """Whether a report of theirs is pressing by itself: readers have seen enough from them, or they are staff."""
    member = db.session().get(User, member_id)
    if member is not None and discipline.is_staff(member):
        return True
    return trust.of(member_id).level is Level.TRUSTED


def has_readers(member_id: int) -> bool:
    """Whether anything of a member's, a post or a comment, is there for everybody to read."""
    writes = exists().where(PostAuthor.user_id == member_id, PostAuthor.listed_at.is_not(None))
    comments = exists().where(Comment.author_id == member_id, Comment.shown_at.is_not(None))
    return bool(db.session().scalar(select(or_(writes, comments))))
