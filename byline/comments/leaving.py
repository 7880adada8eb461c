"""What becomes of comments when their author leaves: hidden at once, shown again on return, forgotten at last.

Answers of others stay, below a line that holds their place.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from byline.accounts.leaving_messages import MemberDeleted, MemberLeft, MemberStayed
from byline.comments.models import Comment, CommentState, CommentVersion
from byline.comments.service import opening, placing
from byline.kernel import db

FORGOTTEN = {"body": "", "html": "", "digest": "", "reason": "", "state": CommentState.DELETED, "state_before": None}
_QUIETLY = {"synchronize_session": False}


def hide(event: MemberLeft) -> None:
    """Show only the places of what the member commented."""
    placing.settle(_of(event.user_id))


def show(event: MemberStayed) -> None:
    """Show again what readers saw before."""
    placing.settle(_of(event.user_id))


def let_go(event: MemberDeleted) -> None:
    """Delete what the member said; the places stay, with nobody's name."""
    ids = _of(event.user_id)
    for some in placing.portions(ids):
        versions = delete(CommentVersion).where(CommentVersion.comment_id.in_(some))
        db.session().execute(versions, execution_options=_QUIETLY)
        forgotten = update(Comment).where(Comment.id.in_(some)).values(**FORGOTTEN)
        db.session().execute(forgotten, execution_options=_QUIETLY)
    placing.settle(ids)


def _of(user_id: int) -> Sequence[int]:
    opening.lock_posts_of(user_id)
    return db.session().scalars(select(Comment.id).where(Comment.author_id == user_id)).all()
