"""A site's goals, funnels, segments and notes.

Whoever may see the site may see them: callers ask `sites.queries` first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import select

from byline.analytics.report import rules
from byline.analytics.report.models import Funnel, Goal, Note, Segment
from byline.kernel import db
from byline.kernel.errors import NotFound

Kept = TypeVar("Kept", Goal, Funnel, Segment, Note)


def one(kind: type[Kept], site_id: int, number: int) -> Kept:
    """One of them by its number; raises NotFound, also for another site's."""
    found = db.session().get(kind, number)
    if found is None or found.site_id != site_id:
        raise NotFound(f"{kind.__name__.lower()}-unknown", f"There is no such {kind.__name__.lower()} any more.")
    return found


def goals_of(site_id: int) -> Sequence[Goal]:
    """The site's goals by name."""
    query = select(Goal).where(Goal.site_id == site_id).order_by(Goal.name, Goal.id).limit(rules.MOST_GOALS)
    return db.session().scalars(query).all()


def funnels_of(site_id: int) -> Sequence[Funnel]:
    """The site's funnels by name."""
    query = select(Funnel).where(Funnel.site_id == site_id).order_by(Funnel.name, Funnel.id)
    return db.session().scalars(query.limit(rules.MOST_FUNNELS)).all()


def segments_of(site_id: int) -> Sequence[Segment]:
    """The site's segments by name."""
    query = select(Segment).where(Segment.site_id == site_id).order_by(Segment.name, Segment.id)
    return db.session().scalars(query.limit(rules.MOST_SEGMENTS)).all()


def notes_of(site_id: int, first: date, last: date) -> Sequence[Note]:
    """The site's notes of some days, oldest first."""
    query = select(Note).where(Note.site_id == site_id, Note.day.between(first, last))
    return db.session().scalars(query.order_by(Note.day, Note.id).limit(rules.MOST_NOTES)).all()
