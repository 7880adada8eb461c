"""Who may write to whom, and what a message may be. Pure decisions."""

from __future__ import annotations

from dataclasses import dataclass

from byline.conversations.models import Welcome
from byline.kernel import tidy
from byline.kernel.access import Actor, Permission
from byline.kernel.errors import DomainError, Invalid, NotAllowed, NotAuthenticated

LONGEST_BODY = 10_000
MOST_BEGUN_A_DAY = 20
"""Conversations one member may begin in a day; answers are not counted."""
DEFAULT = Welcome.FOLLOWED


@dataclass(frozen=True, slots=True)
class Standing:
    """How the one to be written to stands to the actor."""

    is_self: bool = False
    can_read: bool = True
    """Whether there is somebody to read it: not suspended, not an author whom nobody has claimed."""
    blocks: bool = False
    """Whether the actor blocked them."""
    is_blocked: bool = False
    """Whether they blocked the actor."""
    welcomes: Welcome = DEFAULT
    follows_actor: bool = False
    has_written: bool = False
    """Whether they wrote to the actor before, which lets the actor answer."""


def wrong_with_writing(actor: Actor, to: Standing) -> DomainError | None:
    """The refusal that a wish to write to somebody deserves, or None."""
    if not actor.is_authenticated:
        return NotAuthenticated("log-in-first", "Log in to write messages.")
    if to.is_self:
        sentence = "You cannot write to yourself. Drafts are a good place for notes."
        return Invalid("write-to-yourself", sentence, field="to")
    if not may_write_at_all(actor):
        return NotAllowed("may-not-message", "Your account may not write messages at the moment.")
    return _wrong_with_reader(actor, to)


def _wrong_with_reader(actor: Actor, to: Standing) -> DomainError | None:
    if to.blocks:
        return NotAllowed("message-blocked", "You have blocked this member. Unblock them first, then write.")
    if to.is_blocked:
        return NotAllowed("message-not-wanted", "You cannot write to this member.")
    if not to.can_read:
        return NotAllowed("message-unread", "Nobody would read this: the account is not in use at the moment.")
    if not is_welcome(actor, to):
        sentence = "This member does not take first messages from you. Whom they follow, or wrote to, may write."
        return NotAllowed("message-not-welcome", sentence)
    return None


def may_write_at_all(actor: Actor) -> bool:
    """Whether an account may write messages. Whoever may not speak in public may not do so in private either."""
    return actor.confirmed and actor.can(Permission.COMMENT)


def is_welcome(actor: Actor, to: Standing) -> bool:
    """Whether they take messages from the actor. An answer is always welcome, and a moderator may have to write."""
    if to.has_written or actor.can(Permission.MODERATE):
        return True
    return to.welcomes == Welcome.EVERYONE or (to.welcomes == Welcome.FOLLOWED and to.follows_actor)


def body_of(typed: str) -> str:
    """The words as they are kept: plain line ends, no unseen characters. Invalid when nothing or too much is left."""
    body = tidy.lines(typed)
    if not body:
        raise Invalid("message-empty", "Write something first.", field="body")
    if (size := tidy.length(body)) > LONGEST_BODY:
        sentence = (
            f"This has {size:,} characters; a message has room for {LONGEST_BODY:,}. Shorten it, or send it in parts."
        )
        raise Invalid("message-too-long", sentence, field="body")
    return body
