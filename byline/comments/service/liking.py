"""Counting likes, for the room that keeps them."""

from __future__ import annotations

from sqlalchemy import update

from byline.comments.models import Comment
from byline.kernel import db


def count_like(comment_id: int, *, by: int) -> None:
    """Change how many like a comment by 1 or -1: exact, however many do so at once. Renews the cached pages."""
    wanted = update(Comment).where(Comment.id == comment_id).values(likes=Comment.likes + by)
    db.session().execute(wanted, execution_options={"synchronize_session": False})
    db.content_changed()
