"""Who is known to be no script, so that what they write need not wait for somebody to read it first."""

from __future__ import annotations

from byline.accounts.models import User
from byline.kernel import clock, db


def vouch(member_id: int) -> bool:
    """Say that this member is known, from now on; answer whether they were not before. Twice is once."""
    member = db.session().get(User, member_id)
    if member is None or member.vouched_at is not None:
        return False
    member.vouched_at, member.apart_at = clock.now(), None
    db.session().flush()
    return True


def take_back(member_id: int) -> None:
    """Say that this member is not known after all."""
    member = db.session().get(User, member_id)
    if member is not None:
        member.vouched_at = None
        db.session().flush()
