"""Bringing a comment before its readers, or to those who approve it, and telling everybody."""

from __future__ import annotations

from byline.comments.messages import CommentHeld, CommentShown, CommentTakenForSpam
from byline.comments.models import Comment, CommentState, HeldFor
from byline.comments.service import placing
from byline.kernel import bus, clock


def go_on(comment: Comment) -> None:
    """Do what the state of a comment asks for that was decided just now."""
    if comment.state == CommentState.VISIBLE:
        show(comment)
        return
    placing.settle([comment.id])
    if comment.state == CommentState.HELD:
        reason = comment.held_for or HeldFor.FIRST
        bus.publish(CommentHeld(comment.id, comment.post_id, comment.author_id or 0, reason))
    elif comment.state == CommentState.SPAM:
        bus.publish(CommentTakenForSpam(comment.id, comment.author_id or 0))


def show(comment: Comment) -> None:
    """Put a comment whose state allows it before its readers. Its author may be leaving; then it waits for them."""
    is_first = comment.first_shown_at is None
    comment.first_shown_at = comment.first_shown_at or clock.now()
    placing.settle([comment.id])
    if comment.shown_at is not None:
        bus.publish(
            CommentShown(comment.id, comment.post_id, comment.author_id or 0, comment.parent_id, first_time=is_first)
        )
