"""How many posts each month has, and which spans of time a calendar address means."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Integer, cast, extract, func, select

from byline.kernel import db
from byline.posts.models import Post

FIRST_YEAR, LAST_YEAR = 1, 9998


@dataclass(frozen=True, slots=True)
class Month:
    """One month and its number of listed posts."""

    year: int
    month: int
    count: int

    @property
    def name(self) -> str:
        """What it is called."""
        return month_name[self.month]


@dataclass(frozen=True, slots=True)
class Span:
    """A year or a month: `begin` belongs to it, `end` does not."""

    begin: datetime
    end: datetime


def span(year: int, month: int | None = None) -> Span | None:
    """The span a calendar address means; None when no calendar has it."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if month is None:
        return Span(datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC))
    if not 1 <= month <= 12:
        return None
    end_year, end_month = (year + 1, 1) if month == 12 else (year, month + 1)
    return Span(datetime(year, month, 1, tzinfo=UTC), datetime(end_year, end_month, 1, tzinfo=UTC))


def counted(within: Span | None = None) -> Sequence[Month]:
    """Every month that has listed posts, newest first.

    It walks the index of listed posts, so callers keep the answer.
    """
    local = func.timezone("UTC", Post.listed_at) if not _is_sqlite() else Post.listed_at
    year, month = cast(extract("year", local), Integer), cast(extract("month", local), Integer)
    query = select(year, month, func.count()).where(Post.listed_at.is_not(None))
    if within:
        query = query.where(Post.listed_at >= within.begin, Post.listed_at < within.end)
    rows = db.session().execute(query.group_by(year, month).order_by(year.desc(), month.desc()))
    return [Month(*row) for row in rows]


def _is_sqlite() -> bool:
    return db.session().get_bind().dialect.name == "sqlite"


def moment_before(moment: datetime) -> datetime | None:
    """When the newest listed post before a moment appeared."""
    return db.session().scalar(select(func.max(Post.listed_at)).where(Post.listed_at < moment))


def moment_from(moment: datetime) -> datetime | None:
    """When the oldest listed post from a moment on appeared."""
    return db.session().scalar(select(func.min(Post.listed_at)).where(Post.listed_at >= moment))
