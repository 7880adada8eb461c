"""Taking a comment back."""

from __future__ import annotations

from sqlalchemy import delete as delete_rows

from byline.comments import rules
from byline.comments.messages import CommentDeleted
from byline.comments.models import Comment, CommentState, CommentVersion
from byline.comments.service import opening, placing
from byline.kernel import bus, db
from byline.kernel.access import Actor
from byline.kernel.errors import NotAllowed


def delete(actor: Actor, comment_id: int) -> Comment:
    """Forget what the actor's comment said; answers below it keep their place. There is no way back.

    Raises NotAllowed for somebody else's, NotFound.
    """
    comment, _ = opening.comment_for(actor, comment_id)
    if not rules.may_delete(actor, comment):
        raise NotAllowed("not-your-comment", "Only whoever wrote a comment can take it back.")
    forget(comment)
    placing.settle([comment.id])
    bus.publish(CommentDeleted(comment.id))
    return comment


def forget(comment: Comment) -> None:
    """Empty a comment that stays as a place only."""
    comment.state, comment.state_before = CommentState.DELETED, None
    comment.body = comment.html = comment.digest = comment.reason = ""
    versions = delete_rows(CommentVersion).where(CommentVersion.comment_id == comment.id)
    db.session().execute(versions, execution_options={"synchronize_session": False})
