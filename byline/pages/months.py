"""How many posts each month has, and which spans of time a calendar address means."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from byline.kernel import db
from byline.kernel.db import UtcDateTime
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


class _month_start(FunctionElement[datetime]):  # noqa: N801  (a function of SQL, written as one)
    """The first moment of the month that a moment is in, by UTC."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(_month_start, "sqlite")
def _on_sqlite(element: _month_start, compiler: SQLCompiler, **how: Any) -> str:
    return f"strftime('%Y-%m-01 00:00:00.000000', {compiler.process(element.clauses, **how)})"


@compiles(_month_start, "postgresql")
def _on_postgresql(element: _month_start, compiler: SQLCompiler, **how: Any) -> str:
    return f"date_trunc('month', {compiler.process(element.clauses, **how)}, 'UTC')"


def counted(within: Span | None = None) -> Sequence[Month]:
    """Every month that has listed posts, newest first.

    It steps along the index from month to month and counts inside it: grouping would compute a month for every post.
    """
    newest = select(func.max(Post.listed_at).label("at")).where(Post.listed_at.is_not(None))
    if within:
        newest = newest.where(Post.listed_at < within.end)
    found = newest.cte("found", recursive=True)
    before = select(func.max(Post.listed_at)).where(Post.listed_at < _month_start(found.c.at)).scalar_subquery()
    found = found.union_all(select(before).where(found.c.at.is_not(None)))
    inside = Post.listed_at.between(_month_start(found.c.at), found.c.at)
    count = select(func.count()).select_from(Post).where(inside).scalar_subquery()
    query = select(found.c.at, count).where(found.c.at.is_not(None))
    if within:
        query = query.where(found.c.at >= within.begin)
    rows = db.session().execute(query.order_by(found.c.at.desc()))
    return [Month(at.year, at.month, number) for at, number in rows]


def moment_before(moment: datetime) -> datetime | None:
    """When the newest listed post before a moment appeared."""
    return db.session().scalar(select(func.max(Post.listed_at)).where(Post.listed_at < moment))


def moment_from(moment: datetime) -> datetime | None:
    """When the oldest listed post from a moment on appeared."""
    return db.session().scalar(select(func.min(Post.listed_at)).where(Post.listed_at >= moment))
