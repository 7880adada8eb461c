"""Who may follow tags, and what a visit is: pure decisions."""

from __future__ import annotations

from datetime import datetime, timedelta

from byline.kernel.access import Actor
from byline.kernel.errors import Invalid, NotAllowed, NotAuthenticated
from byline.social import rules as social_rules

MOST_TAGS = 500
"""How many tags one member may follow: each costs a look into the index whenever their timeline is read."""
VISIT_ENDS_AFTER = timedelta(minutes=30)
"""Whoever comes back within this time is still on the same visit."""
NOTED_EVERY = timedelta(minutes=5)
"""How often a visit that goes on is noted."""


def someone(actor: Actor) -> int:
    """The actor's number; NotAuthenticated for a stranger."""
    if actor.id is None:
        raise NotAuthenticated("log-in-first", "Log in to follow tags.")
    return actor.id


def check_may_follow_tags(actor: Actor) -> int:
    """The number of an actor whose account may follow; raises NotAuthenticated and NotAllowed."""
    me = someone(actor)
    if not social_rules.is_let(actor):
        raise NotAllowed("may-not-follow", "Your account may not follow anything at the moment.")
    return me


def check_number_of_tags(followed: int) -> None:
    """Refuse one tag more for somebody who follows as many as anybody may."""
    if followed >= MOST_TAGS:
        sentence = f"You follow {MOST_TAGS} tags, which is the most there is room for. Let another one go first."
        raise Invalid("too-many-tags", sentence)


def since_when(seen_at: datetime, before_at: datetime | None, now: datetime) -> datetime | None:
    """When the visit before this one ended, by what was noted; None on a first visit."""
    return seen_at if now - seen_at >= VISIT_ENDS_AFTER else before_at


def is_worth_noting(seen_at: datetime, now: datetime) -> bool:
    """Whether what was noted of a visit is old enough to be noted again."""
    return now - seen_at >= NOTED_EVERY
