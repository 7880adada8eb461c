"""Who may like what: pure decisions about values already loaded."""

from __future__ import annotations

from byline.kernel.access import Actor, Permission
from byline.kernel.errors import NotAllowed, NotAuthenticated


def may_like(actor: Actor) -> bool:
    """Whether the actor may like anything: whoever may follow members, so confirmed and not suspended."""
    return actor.is_authenticated and actor.confirmed and actor.can(Permission.FOLLOW)


def member(actor: Actor) -> int:
    """The number of the member who acts; NotAuthenticated for a stranger."""
    if actor.id is None:
        raise NotAuthenticated("log-in-first", "Log in to say that you like this.")
    return actor.id


def liker(actor: Actor) -> int:
    """The number of the member who likes something; raises, with the reason, for whoever may not like anything."""
    member_id = member(actor)
    if not actor.confirmed:
        raise NotAllowed("not-confirmed", "Confirm your e-mail address first; then you can like what you read.")
    if not may_like(actor):
        raise NotAllowed("may-not-like", "Your account may not like posts or comments.")
    return member_id


def check_not_own(actor: Actor, author_ids: frozenset[int]) -> None:
    """Refuse a like of one's own: the number says what others think, and would say nothing if everybody began at 1."""
    if actor.id in author_ids:
        raise NotAllowed("own-work", "You wrote this. Likes show what others think of it.")


def check_not_apart(apart: frozenset[int], author_ids: frozenset[int]) -> None:
    """Refuse a like across a block; `apart` are those with whom there is one. It does not say who asked for it."""
    if apart & author_ids:
        raise NotAllowed("blocked", "There is a block between you and the author, so you cannot like this.")
