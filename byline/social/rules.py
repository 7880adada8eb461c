"""Who may follow, block and mute whom. Pure decisions about an actor and how the two stand to each other."""

from __future__ import annotations

from dataclasses import dataclass

from byline.kernel.access import Actor, Permission
from byline.kernel.errors import DomainError, Invalid, NotAllowed, NotAuthenticated


@dataclass(frozen=True, slots=True)
class State:
    """How an actor and another member stand to each other, seen from the actor."""

    is_stranger: bool = False
    is_self: bool = False
    is_let: bool = True
    """Whether the actor's account may follow people at all."""
    follows: bool = False
    follows_back: bool = False
    blocks: bool = False
    is_blocked: bool = False
    mutes: bool = False

    @property
    def are_apart(self) -> bool:
        """Whether one of them blocked the other."""
        return self.blocks or self.is_blocked


STRANGER = State(is_stranger=True, is_let=False)


def is_let(actor: Actor) -> bool:
    """Whether an account may follow people at all."""
    return actor.confirmed and actor.can(Permission.FOLLOW)


def wrong_with_following(actor: Actor, state: State) -> DomainError | None:
    """The refusal that a wish to follow deserves, or None."""
    if not actor.is_authenticated:
        return NotAuthenticated("log-in-first", "Log in to follow people.")
    if state.is_self:
        return Invalid("follow-yourself", "You cannot follow yourself. Your own posts are in your timeline anyway.")
    if not is_let(actor):
        return NotAllowed("may-not-follow", "Your account may not follow anybody at the moment.")
    if state.blocks:
        return NotAllowed("follow-blocked", "You have blocked this member. Unblock them first, then follow.")
    if state.is_blocked:
        return NotAllowed("follow-not-wanted", "You cannot follow this member.")
    return None


def wrong_with_turning_away(actor: Actor, state: State) -> DomainError | None:
    """The refusal that a wish to block or mute deserves, or None. Every member may, whatever their role."""
    if not actor.is_authenticated:
        return NotAuthenticated("log-in-first", "Log in first.")
    if state.is_self:
        return Invalid("only-others", "You can block or mute other members, not yourself.")
    return None
