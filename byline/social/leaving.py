"""What becomes of follows when a member leaves or is set apart: out of lists and counts at once, and back in."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select, update

from byline.accounts.leaving_messages import MemberDeleted, MemberLeft, MemberStayed
from byline.accounts.messages import MemberListedAgain, MemberSetApart
from byline.accounts.models import User
from byline.kernel import db
from byline.social import tallies
from byline.social.models import Follow


def hide(event: MemberLeft | MemberSetApart) -> None:
    """Take whom the member follows, and who follows them, out of every list and count."""
    _unlist(event.user_id)


def show(event: MemberStayed | MemberListedAgain) -> None:
    """List and count them again as they were, where the other one is still here."""
    away = select(User.id).where(or_(User.deletion_asked_at.is_not(None), User.apart_at.is_not(None)))
    here = ~(Follow.follower_id.in_(away) | Follow.followed_id.in_(away))
    tallies.add(_relist(event.user_id, Follow.listed_at.is_(None) & here, Follow.created_at), 1)


def forget(event: MemberDeleted) -> None:
    """Take what is still counted out of the counts before a cascade takes the rows."""
    _unlist(event.user_id)


def _unlist(user_id: int) -> None:
    tallies.add(_relist(user_id, Follow.listed_at.is_not(None), None), -1)


def _relist(user_id: int, which: ColumnElement[bool], moment: object) -> Sequence[tallies.Pair]:
    """Give a member's follows another moment, or none; answers those that changed."""
    theirs = or_(Follow.follower_id == user_id, Follow.followed_id == user_id)
    changed = update(Follow).where(theirs, which).values(listed_at=moment)
    pairs = changed.returning(Follow.follower_id, Follow.followed_id)
    return [(row[0], row[1]) for row in db.session().execute(pairs, execution_options=tallies.QUIETLY)]
