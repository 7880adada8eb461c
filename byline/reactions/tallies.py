"""The rows of likes and the counts they make, kept exact together.

A like is a row that can exist once. Whoever inserts it adds one to the count in the same transaction, whoever deletes
it takes one off; the database puts two at once in order. So the count is the number of counted rows, whatever races.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update

from byline.comments.models import Comment
from byline.kernel import clock, db
from byline.reactions.models import CommentLike, PostLike, PostLikeCount

AT_ONCE = 500
"""Rows named in one statement."""
QUIETLY = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Kind:
    """What is liked: the table of likes and its column for the thing, and the table that counts with its columns."""

    likes: type[PostLike | CommentLike]
    thing: Any
    counts: type[db.Base]
    counted: Any
    number: Any


POSTS = Kind(PostLike, PostLike.post_id, PostLikeCount, PostLikeCount.post_id, PostLikeCount.likes)
COMMENTS = Kind(CommentLike, CommentLike.comment_id, Comment, Comment.id, Comment.likes)


def add(kind: Kind, thing_id: int, member_id: int) -> bool:
    """Note a member's like of something; False when it was there already."""
    values = {kind.thing.key: thing_id, "member_id": member_id, "created_at": clock.now(), "counted": True}
    insert = db.insert_into(kind.likes).values(values).on_conflict_do_nothing().returning(kind.thing)
    if db.session().execute(insert).first() is None:
        return False
    if kind is POSTS:
        none_yet = db.insert_into(PostLikeCount).values(post_id=thing_id, likes=0)
        db.session().execute(none_yet.on_conflict_do_nothing())
    _change(kind, [thing_id], 1)
    return True


def take(kind: Kind, thing_id: int, member_id: int) -> bool:
    """Forget a member's like of something; False when there was none."""
    mine = (kind.thing == thing_id) & (kind.likes.member_id == member_id)
    taken = delete(kind.likes).where(mine).returning(kind.likes.counted)
    was_counted = db.session().execute(taken, execution_options=QUIETLY).scalar_one_or_none()
    if was_counted:
        _change(kind, [thing_id], -1)
    return was_counted is not None


def count(kind: Kind, member_id: int, *, counted: bool) -> int:
    """Put all likes of a member into the counts, or take them out; answers how many that changed."""
    theirs = (kind.likes.member_id == member_id) & kind.likes.counted.is_not(counted)
    changed = update(kind.likes).where(theirs).values(counted=counted).returning(kind.thing)
    thing_ids = db.session().scalars(changed, execution_options=QUIETLY).all()
    _change(kind, thing_ids, 1 if counted else -1)
    return len(thing_ids)


def forget(kind: Kind, member_id: int) -> None:
    """Delete every like of a member; none may be counted any more."""
    db.session().execute(delete(kind.likes).where(kind.likes.member_id == member_id), execution_options=QUIETLY)


def _change(kind: Kind, thing_ids: Sequence[int], by: int) -> None:
    for ids in _portions(sorted(thing_ids)):
        if len(ids) > 1:
            # In the order of their numbers, so that two who change many counts at once cannot wait for one another.
            held = select(kind.counted).where(kind.counted.in_(ids)).order_by(kind.counted)
            db.session().execute(held.with_for_update())
        change = update(kind.counts).where(kind.counted.in_(ids)).values({kind.number: kind.number + by})
        db.session().execute(change, execution_options=QUIETLY)


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
