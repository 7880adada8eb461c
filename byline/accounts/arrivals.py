"""How many join at a time, so that a rush of scripts is told from a good day."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, func, select

from byline.accounts.models import User
from byline.kernel import db

MANY_AN_HOUR = 30
"""When more than this many whom nobody knows join within an hour, what they write waits, and is looked at together."""


def is_rush(moment: datetime) -> bool:
    """Whether very many whom nobody knows joined in the hour of a moment; one statement of a bounded cost."""
    joined = joined_in_hour_of(moment).limit(MANY_AN_HOUR + 1).subquery()
    return (db.session().scalar(select(func.count()).select_from(joined)) or 0) > MANY_AN_HOUR


def joined_in_hour_of(moment: datetime) -> Select[int]:
    """The numbers of those who joined in the hour of a moment and whom nobody knows: an invited class is no rush."""
    begin = moment.replace(minute=0, second=0, microsecond=0)
    within = (User.member_since >= begin, User.member_since < begin + timedelta(hours=1))
    return select(User.id).where(*within, User.vouched_at.is_(None))
