"""How many follow whom, kept beside the follows: counting a hundred thousand rows for every view would cost too much.

A tally changes in the transaction of the follow itself, by what the database adds, so no race can lose one. Tallies are
locked in the order of their members' numbers: two transactions that wait for each other would both fail.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from byline.kernel import db
from byline.social.models import Follow, FollowCount

AT_ONCE = 500
"""Rows named in one statement."""
QUIETLY = {"synchronize_session": False}
Pair = tuple[int, int]


def followers_of(user_id: Any) -> Any:
    """How many follow a member, counted."""
    return _counted(Follow.followed_id, user_id)


def followed_by(user_id: Any) -> Any:
    """How many a member follows, counted."""
    return _counted(Follow.follower_id, user_id)


def _counted(side: InstrumentedAttribute[int], user_id: Any) -> Any:
    return select(func.count()).where(side == user_id, Follow.listed_at.is_not(None)).scalar_subquery()


def add(pairs: Iterable[Pair], by: int) -> None:
    """Add `by` to the tallies of both sides of follows (follower, followed) that the database has changed already."""
    changes: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for follower_id, followed_id in pairs:
        changes[followed_id][0] += by
        changes[follower_id][1] += by
    known = _locked(sorted(changes))
    alike: dict[Pair, list[int]] = defaultdict(list)
    for user_id in sorted(known):
        alike[changes[user_id][0], changes[user_id][1]].append(user_id)
    for (followers, following), user_ids in alike.items():
        _change(user_ids, followers, following)
    for user_id in sorted(changes.keys() - known):
        _begin(user_id, *changes[user_id])


def _locked(user_ids: Sequence[int]) -> set[int]:
    known: set[int] = set()
    for some in _portions(user_ids):
        rows = select(FollowCount.user_id).where(FollowCount.user_id.in_(some)).order_by(FollowCount.user_id)
        known.update(db.session().scalars(rows.with_for_update()))
    return known


def _change(user_ids: Sequence[int], followers: int, following: int) -> None:
    for some in _portions(user_ids):
        change = update(FollowCount).where(FollowCount.user_id.in_(some)).values(_more(followers, following))
        db.session().execute(change, execution_options=QUIETLY)


def _begin(user_id: int, followers: int, following: int) -> None:
    """Count a member's follows for their first tally, or add to the one that somebody else began just now."""
    counted = {"followers": followers_of(user_id), "following": followed_by(user_id)}
    first = db.insert_into(FollowCount).values(user_id=user_id, **counted)
    more = first.on_conflict_do_update(index_elements=["user_id"], set_=_more(followers, following))
    db.session().execute(more)


def _more(followers: int, following: int) -> dict[str, Any]:
    return {"followers": FollowCount.followers + followers, "following": FollowCount.following + following}


def _portions(user_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(user_ids), AT_ONCE):
        yield user_ids[start : start + AT_ONCE]
