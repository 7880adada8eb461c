"""Guards for views: a courtesy at the door; the service behind it checks again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from byline.kernel.access import Permission
from byline.kernel.errors import NotAllowed, NotAuthenticated
from byline.web import context

P = ParamSpec("P")
R = TypeVar("R")


def require_member() -> None:
    """Raise NotAuthenticated for a stranger."""
    if not context.current().actor.is_authenticated:
        raise NotAuthenticated("log-in-first", "Log in to see this page.")


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """Let members in; strangers are sent to the log-in page and come back after it."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        require_member()
        return view(*args, **kwargs)

    return guarded


def requires(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let those in who hold `permission`; other members get 403, strangers the log-in page."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            require_member()
            if not context.current().actor.can(permission):
                raise NotAllowed("not-permitted", "Your account may not do this.")
            return view(*args, **kwargs)

        return guarded

    return decorate
