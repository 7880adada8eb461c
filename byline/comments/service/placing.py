"""Keeping the pages' own columns in step: which comments readers see, how many below each, and what has a place.

Worked out by statements over whole sets, so that one comment and five thousand take the same way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import case, exists, func, select, update
from sqlalchemy.orm import aliased

from byline.accounts.models import User
from byline.comments.models import Comment, CommentState
from byline.kernel import db, state
from byline.posts import topics

AT_ONCE = 500
"""Rows named in one statement."""
DEEPEST = 3
"""How far in an answer can stand; one to the deepest stands beside it."""
_DIGITS = 10
_QUIETLY = {"synchronize_session": False}


def put_in_thread(comment: Comment, parent: Comment | None) -> None:
    """Give a stored comment its place in the order of its thread."""
    above = "" if parent is None else parent.path
    if parent is not None and parent.depth >= DEEPEST:
        above = parent.path[:-_DIGITS]
    comment.path = f"{above}{comment.id:0{_DIGITS}d}"
    comment.depth = len(above) // _DIGITS
    comment.root_id = int(comment.path[:_DIGITS])


def settle(comment_ids: Collection[int]) -> None:
    """Bring the columns up to date after these comments' states, or their authors, changed.

    Renews the kept pages of posts under which readers see more or fewer comments than before.
    """
    db.session().flush()
    changed: set[int] = set()
    for ids in portions(sorted(comment_ids)):
        before = _shown_among(ids)
        _update_shown(ids)
        changed |= before ^ _shown_among(ids)
        above = _above(ids)
        for some in portions(above):
            _update_below(some)
        for some in portions(sorted({*ids, *above})):
            _update_placed(some)
    _forget_loaded()
    _renew_pages(changed)


def _renew_pages(comment_ids: Collection[int]) -> None:
    posts: set[int] = set()
    for ids in portions(sorted(comment_ids)):
        posts |= set(db.session().scalars(select(Comment.post_id).where(Comment.id.in_(ids)).distinct()))
    # In one order, so that two who renew the same topics cannot wait for each other.
    for post_id in sorted(posts):
        state.renew(topics.of_post(post_id))


def _forget_loaded() -> None:
    """Have comments that are loaded read these columns again when somebody asks for them."""
    session = db.session()
    for loaded in [one for one in session.identity_map.values() if isinstance(one, Comment)]:
        session.expire(loaded, ("shown_at", "placed_at", "shown_below"))


def portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The numbers in groups that one statement can name."""
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def _shown_among(ids: Sequence[int]) -> set[int]:
    query = select(Comment.id).where(Comment.id.in_(ids), Comment.shown_at.is_not(None))
    return set(db.session().scalars(query))


def _update_shown(ids: Sequence[int]) -> None:
    is_here = exists().where(User.id == Comment.author_id, User.deletion_asked_at.is_(None))
    moment = case(((Comment.state == CommentState.VISIBLE) & is_here, Comment.created_at), else_=None)
    db.session().execute(update(Comment).where(Comment.id.in_(ids)).values(shown_at=moment), execution_options=_QUIETLY)


def _above(ids: Sequence[int]) -> list[int]:
    """The comments that these stand below."""
    paths = db.session().scalars(select(Comment.path).where(Comment.id.in_(ids), Comment.depth > 0))
    return sorted({int(path[at : at + _DIGITS]) for path in paths for at in range(0, len(path) - _DIGITS, _DIGITS)})


def _update_below(ids: Sequence[int]) -> None:
    below = aliased(Comment)
    number = select(func.count()).where(
        below.root_id == Comment.root_id,
        below.path.like(Comment.path + "%"),
        below.id != Comment.id,
        below.shown_at.is_not(None),
    )
    wanted = update(Comment).where(Comment.id.in_(ids)).values(shown_below=number.scalar_subquery())
    db.session().execute(wanted, execution_options=_QUIETLY)


def _update_placed(ids: Sequence[int]) -> None:
    has_place = Comment.shown_at.is_not(None) | (Comment.shown_below > 0)
    moment = case((has_place, Comment.created_at), else_=None)
    db.session().execute(
        update(Comment).where(Comment.id.in_(ids)).values(placed_at=moment), execution_options=_QUIETLY
    )
