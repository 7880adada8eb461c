"""How far a member is trusted, for whom a report of theirs counts more and what moderators are told beside a name."""

from __future__ import annotations

from byline.accounts import discipline
from byline.accounts.models import User
from byline.comments import trust
from byline.comments.trust import Level
from byline.kernel import db

WORDS = {Level.NEW: "New here", Level.KNOWN: "Known", Level.TRUSTED: "Trusted"}
"""A level in words."""


def is_trusted(member_id: int) -> bool:
    """Whether a report of theirs is pressing by itself: readers have seen enough from them, or they are staff."""
    member = db.session().get(User, member_id)
    if member is not None and discipline.is_staff(member):
        return True
    return trust.of(member_id).level is Level.TRUSTED
