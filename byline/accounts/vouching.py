"""Who is known to be no script, so that what they write need not wait; and who is left out of lists as one."""

from __future__ import annotations

from datetime import timedelta

from byline.accounts.messages import MemberListedAgain, MemberSetApart
from byline.accounts.models import User
from byline.kernel import bus, clock, db

NEW_FOR = timedelta(days=7)
"""So long a member is new: whoever has been here longer is not set apart by what they send."""


def vouch(member_id: int) -> bool:
    """Say that this member is known, from now on; answer whether they were not before. Twice is once."""
    member = db.session().get(User, member_id)
    if member is None or member.vouched_at is not None:
        return False
    member.vouched_at = clock.now()
    list_again(member_id)
    db.session().flush()
    return True


def take_back(member_id: int) -> None:
    """Say that this member is not known after all."""
    member = db.session().get(User, member_id)
    if member is not None:
        member.vouched_at = None
        db.session().flush()


def set_apart(member_id: int) -> bool:
    """Leave a new member whom nobody knows out of lists of people; answer whether that changed anything."""
    member = db.session().get(User, member_id)
    if member is None or member.vouched_at is not None or member.apart_at is not None:
        return False
    if clock.now() - member.member_since > NEW_FOR:
        return False
    member.apart_at = clock.now()
    db.session().flush()
    bus.publish(MemberSetApart(member_id))
    return True


def list_again(member_id: int) -> bool:
    """Have lists of people show the member again; answer whether they did not. Twice is once."""
    member = db.session().get(User, member_id)
    if member is None or member.apart_at is None:
        return False
    member.apart_at = None
    db.session().flush()
    bus.publish(MemberListedAgain(member_id))
    return True
