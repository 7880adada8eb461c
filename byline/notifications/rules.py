"""Which mail goes out how often, when rounds of letters begin, and what decisions are told. Pure decisions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from byline.notifications.models import Kind, Pace

ROUND_HOUR = 7
"""The hour, in UTC, at which daily and weekly letters are written; weekly ones on Mondays."""
MOST_AT_ONCE = 20
"""Letters that one member gets at once within an hour; what comes after them waits for the daily one."""
MOST_AT_ONCE_WITHIN = timedelta(hours=1)

HELD = "held"
"""What a line is about (`act`) that tells the authors of a post of comments which wait for them."""

DEFAULTS: Mapping[Kind, Pace] = {
    Kind.REPLY: Pace.AT_ONCE,
    Kind.MENTION: Pace.AT_ONCE,
    Kind.COMMENT: Pace.AT_ONCE,
    Kind.LIKE: Pace.WEEKLY,
    Kind.FOLLOW: Pace.DAILY,
    Kind.MESSAGE: Pace.AT_ONCE,
    Kind.DECISION: Pace.AT_ONCE,
    Kind.POSTS: Pace.WEEKLY,
}
"""How often a member gets mail of a kind until they choose."""


class Outcome(StrEnum):
    """What moderators, or the author of the post, decided about what a member wrote or reported."""

    APPROVED = "approved"
    HIDDEN = "hidden"
    RESTORED = "restored"
    UPHELD = "upheld"
    LIFTED = "lifted"
    ANSWERED = "answered"
    LOOKED_AT = "looked-at"
    WAITS = "waits"
    """Nobody decided: very many joined together with its author, and a moderator reads it first."""


OUTCOMES: Mapping[str, Outcome] = {
    "approve": Outcome.APPROVED,
    "hide": Outcome.HIDDEN,
    "restore": Outcome.RESTORED,
    "uphold": Outcome.UPHELD,
    "lift": Outcome.LIFTED,
}
"""What a member is told of a moderator's act. Of the others the room of moderation tells by itself, or nobody."""


def paces(kind: Kind) -> tuple[Pace, ...]:
    """What a member may choose for a kind. The posts of a week are not news at once."""
    return (Pace.WEEKLY, Pace.NEVER) if kind is Kind.POSTS else tuple(Pace)


def kinds_of(scope: str, chosen: Mapping[Kind, Pace]) -> list[Kind]:
    """What a link stops whose scope is a kind, or a pace: then every kind that comes at it, the week's posts apart."""
    return [kind for kind, pace in chosen.items() if kind == scope or (pace == scope and kind is not Kind.POSTS)]


def last_daily(now: datetime) -> datetime:
    """The moment up to which daily letters tell, if they are written now."""
    today = now.replace(hour=ROUND_HOUR, minute=0, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)


def last_weekly(now: datetime) -> datetime:
    """The same for weekly ones: a Monday."""
    day = last_daily(now)
    return day - timedelta(days=day.weekday())
