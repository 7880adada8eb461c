"""Letting readers see a comment, and telling everybody that they do."""

from __future__ import annotations

from byline.comments.messages import CommentShown
from byline.comments.models import Comment
from byline.comments.service import placing
from byline.kernel import bus, clock


def show(comment: Comment) -> None:
    """Put a comment whose state allows it before its readers. Its author may be leaving; then it waits for them."""
    is_first = comment.first_shown_at is None
    comment.first_shown_at = comment.first_shown_at or clock.now()
    placing.settle([comment.id])
    if comment.shown_at is not None:
        bus.publish(
            CommentShown(comment.id, comment.post_id, comment.author_id or 0, comment.parent_id, first_time=is_first)
        )
