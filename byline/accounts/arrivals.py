"""How many join at a time, so that a rush of scripts is told from a good day."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, func, select

from byline.accounts.messages import RushBegan
from byline.accounts.models import User
from byline.kernel import bus, db

MANY_AN_HOUR = 30
"""When more than this many whom nobody knows join within an hour, what they write waits, and is looked at together."""
SAID_BY = 10
"""So many of those who make it a rush say so, each of them: two who join at one moment do not count each other."""


def note(member: User) -> None:
    """Say that a rush has begun where this new member makes the hour one; one statement of a bounded cost."""
    if member.vouched_at is not None:
        return
    last = MANY_AN_HOUR + SAID_BY
    if MANY_AN_HOUR < _joined(member.member_since, last + 1) <= last:
        bus.publish(RushBegan(member.member_since))


def is_rush(moment: datetime) -> bool:
    """Whether very many whom nobody knows joined in the hour of a moment; one statement of a bounded cost."""
    return _joined(moment, MANY_AN_HOUR + 1) > MANY_AN_HOUR


def is_in_rush(member: User) -> bool:
    """Whether nobody knows this member, and they came with very many others; one statement at most."""
    return member.vouched_at is None and is_rush(member.member_since)


def joined_in_hour_of(moment: datetime) -> Select[int]:
    """The numbers of those who joined in the hour of a moment and whom nobody knows: an invited class is no rush."""
    begin = moment.replace(minute=0, second=0, microsecond=0)
    within = (User.member_since >= begin, User.member_since < begin + timedelta(hours=1))
    return select(User.id).where(*within, User.vouched_at.is_(None))


def _joined(moment: datetime, most: int) -> int:
    """How many that were, counted up to `most`."""
    joined = joined_in_hour_of(moment).limit(most).subquery()
    return db.session().scalar(select(func.count()).select_from(joined)) or 0
