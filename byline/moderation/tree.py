"""Who invited whom: for moderators, who sometimes have to look at a whole branch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import aliased, raiseload

from byline.accounts.models import User
from byline.kernel import db

MOST = 500
"""Members shown at a time."""
DEEPEST = 8


@dataclass(slots=True)
class Branch:
    """A member and those they invited."""

    member: User
    invited: list[Branch] = field(default_factory=list)
    taken_down: int = 0
    """How many below were suspended or marked as spammers."""

    @property
    def number(self) -> int:
        """How many came through this member, at whatever distance, as far as they are shown."""
        return sum(1 + branch.number for branch in self.invited)


def below(root: User | None = None) -> Sequence[Branch]:
    """The tree below one member, or every tree of the site, those who joined last first; one statement.

    Whoever came without an invitation and invited nobody is in no tree.
    """
    walk = _walk(root).subquery()
    ids = select(walk.c.id).group_by(walk.c.id).order_by(func.min(walk.c.depth), walk.c.id.desc()).limit(MOST)
    query = select(User).where(User.id.in_(ids)).options(raiseload(User.role)).order_by(User.id.desc())
    return _grown(db.session().scalars(query).all(), root)


def _walk(root: User | None) -> Select[Any]:
    child = aliased(User)
    start = select(User.id, literal(0).label("depth"))
    if root is not None:
        start = start.where(User.id == root.id)
    else:
        inviting = select(child.invited_by_id).where(child.invited_by_id.is_not(None)).distinct()
        start = start.where(User.invited_by_id.is_(None), User.id.in_(inviting))
    walk = start.cte("walk", recursive=True)
    further = select(User.id, walk.c.depth + 1).join(walk, User.invited_by_id == walk.c.id)
    return select(walk.union_all(further.where(walk.c.depth < DEEPEST)))


def _grown(members: Sequence[User], root: User | None) -> list[Branch]:
    branches = {member.id: Branch(member) for member in members}
    tops: list[Branch] = []
    for branch in branches.values():
        above = branches.get(branch.member.invited_by_id or 0)
        if above is None or (root is not None and branch.member.id == root.id):
            tops.append(branch)
        else:
            above.invited.append(branch)
    for branch in tops:
        _count(branch)
    return tops


def _count(branch: Branch) -> int:
    down = sum(_count(one) for one in branch.invited)
    branch.taken_down = down
    return down + (branch.member.suspended_at is not None)
