"""What becomes of follows when a member leaves: out of every list and count at once, back when they stay."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select, update

from byline.accounts.leaving_messages import MemberLeft, MemberStayed
from byline.accounts.models import User
from byline.kernel import db
from byline.social.models import Follow


def hide(event: MemberLeft) -> None:
    """Take whom the member follows, and who follows them, out of every list."""
    _relist(_of(event.user_id), None)


def show(event: MemberStayed) -> None:
    """List them again as they were, where the other one is still here."""
    leaving = select(User.id).where(User.deletion_asked_at.is_not(None), User.id != event.user_id)
    here = ~(Follow.follower_id.in_(leaving) | Follow.followed_id.in_(leaving))
    _relist(_of(event.user_id) & here, Follow.created_at)


def _of(user_id: int) -> ColumnElement[bool]:
    return or_(Follow.follower_id == user_id, Follow.followed_id == user_id)


def _relist(which: ColumnElement[bool], moment: object) -> None:
    changed = update(Follow).where(which).values(listed_at=moment)
    db.session().execute(changed, execution_options={"synchronize_session": False})
