"""Where what was held belongs in the queue, so that a flood fills one row of it and not five thousand."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from sqlalchemy import select, update

from byline.accounts import arrivals
from byline.accounts.models import User
from byline.comments import trust
from byline.comments.models import HeldFor
from byline.comments.trust import Level
from byline.kernel import db, spam
from byline.moderation import matters
from byline.moderation.matters import Place
from byline.moderation.models import Cause, Matter, Rank

FROM_NEWCOMERS = frozenset({HeldFor.FIRST, HeldFor.NEW_MEMBER, HeldFor.SPAM})
HOUR = "%Y%m%d%H"


class Held(Protocol):
    """A comment or a post that waits for approval."""

    @property
    def held_for(self) -> str | None:
        """Why."""

    @property
    def spam_score(self) -> int:
        """How sure it is that it is spam, of 100."""

    @property
    def digest(self) -> str | None:
        """The same for equal words."""


def of_held(held: Held, member: User) -> Place:
    """The place of something that waits for approval; two statements at most, of a bounded cost."""
    if _is_from_flood(held, member):
        return Place(Rank.LAST, f"j:{member.member_since.strftime(HOUR)}")
    if held.spam_score >= spam.SUSPECT:
        return Place(Rank.LAST, f"w:{held.digest[:40]}" if held.digest else f"m:{member.id}")
    return matters.of_member(member.id, Rank.ORDINARY)


def _is_from_flood(held: Held, member: User) -> bool:
    if held.held_for not in FROM_NEWCOMERS or not arrivals.is_rush(member.member_since):
        return False
    return trust.of(member.id).level is Level.NEW or not trust.was_approved(member.id)


def gather(bundle: str, moment: datetime) -> None:
    """Bring what waits of everybody who joined in the hour of a moment into one bundle, when it has just begun.

    Those who came before it was a flood have lines of their own until then.
    """
    begun = select(Matter.id).where(Matter.bundle == bundle, Matter.closed_at.is_(None)).limit(2)
    if len(db.session().scalars(begun).all()) > 1:
        return
    joined = arrivals.joined_in_hour_of(moment)
    alone = (Matter.closed_at.is_(None), Matter.cause == Cause.HELD, Matter.reports == 0, Matter.rank == Rank.ORDINARY)
    theirs = update(Matter).where(*alone, Matter.held_for.in_(FROM_NEWCOMERS), Matter.member_id.in_(joined))
    db.session().execute(theirs.values(bundle=bundle, rank=Rank.LAST))
