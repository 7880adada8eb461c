"""Rate limits: declared beside a view with `@throttle.limit`, checked by the hooks, counted by the `limits` library.

A moving window per address and endpoint, in memory, or in Redis when several machines share the work.
"""

from __future__ import annotations

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
UNSAFE_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Throttle:
    """The counts of one application."""

    def __init__(self, storage_address: str) -> None:
        self._limiter = MovingWindowRateLimiter(storage_from_string(storage_address))

    def take(self, rule: str, *who: str) -> None:
        """Count one try of `who` against `rule` (such as `10 per minute; 60 per hour`); TooMany beyond it.

        When the store of the counts is away nobody is refused: a limit must not become an outage.
        """
        for item in parse_many(rule):
            try:
                if self._limiter.hit(item, *who):
                    continue
                reset = self._limiter.get_window_stats(item, *who).reset_time
            except (StorageError, OSError):
                return
            wait = max(1, math.ceil(reset - time.time()))
            sentence = "That was too often in a short time. Wait a little and try again."
            raise TooMany("too-many", sentence, retry_after_seconds=wait)


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
    """Count this request against the limit of its view; TooMany beyond it."""
    if request.endpoint is None or request.method not in UNSAFE_METHODS:
        return
    rule = getattr(current_app.view_functions[request.endpoint], "rate_limit", None)
    if rule and current_app.config.get("RATE_LIMITS", True):
        current_app.extensions["byline.throttle"].take(rule, request.endpoint, request.remote_addr or "-")
