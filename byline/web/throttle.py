"""Rate limits: declared beside a view with `@throttle.limit`, checked by the hooks, counted by the `limits` library.

A moving window per address and endpoint, in memory, or in Redis when several machines share the work.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from limits import parse_many
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from byline.kernel.errors import TooMany
from byline.web import context

View = TypeVar("View", bound=Callable[..., Any])

CREDENTIALS = "10 per minute; 60 per hour"
WRITES = "60 per minute"


class Throttle:
    """The counts of one application."""

    def __init__(self, storage_address: str) -> None:
        self._limiter = MovingWindowRateLimiter(storage_from_string(storage_address))

    def take(self, rule: str, *who: str) -> None:
        """Count one try of `who` against `rule` (such as `10 per minute; 60 per hour`); TooMany beyond it.

        When the store of the counts is away nobody is refused: a limit must not become an outage.
        """
        self._require(self._limiter.hit, rule, who)

    def require_left(self, rule: str, *who: str) -> None:
        """TooMany when `who` has no try against `rule` left; counts nothing."""
        self._require(self._limiter.test, rule, who)

    def _require(self, is_left: Callable[..., bool], rule: str, who: tuple[str, ...]) -> None:
        for item in parse_many(rule):
            try:
                if is_left(item, *who):
                    continue
                reset = self._limiter.get_window_stats(item, *who).reset_time
            except (StorageError, OSError):
                return
            raise _too_many(reset)


def _too_many(reset: float) -> TooMany:
    sentence = "That was too often in a short time. Wait a little and try again."
    return TooMany("too-many", sentence, retry_after_seconds=max(1, math.ceil(reset - time.time())))


def init_app(app: Flask) -> None:
    """Give an application its counts."""
    app.extensions["byline.throttle"] = Throttle(context.settings_of(app).redis_url or "memory://")


def limit(rule: str) -> Callable[[View], View]:
    """Limit the unsafe requests of one address to a view."""

    def mark(view: View) -> View:
        view.rate_limit = rule  # type: ignore[attr-defined]
        return view

    return mark


def check() -> None:
    """Count this unsafe request against the limit of its view; TooMany beyond it."""
    if request.endpoint is None:
        return
    rule = getattr(current_app.view_functions[request.endpoint], "rate_limit", None)
    if rule:
        count(rule, request.endpoint, origin())


def count(rule: str, *who: str) -> None:
    """Count one try of `who`, for what a view alone can tell: a wrong password, an address that is written to."""
    if _is_on():
        current_app.extensions["byline.throttle"].take(rule, *who)


def require_left(rule: str, *who: str) -> None:
    """TooMany when `who` has used up what `count` allows."""
    if _is_on():
        current_app.extensions["byline.throttle"].require_left(rule, *who)


def origin() -> str:
    """Where a request comes from, as far as limits care: an IPv6 line has a whole network to choose addresses from."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "-"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _is_on() -> bool:
    return bool(current_app.config.get("RATE_LIMITS", True))
