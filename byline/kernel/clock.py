"""The one clock: aware UTC, and the only place tests may stop time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_frozen_at: datetime | None = None


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen_at or datetime.now(UTC)


def milliseconds() -> int:
    """The present moment in milliseconds since 1970, for a fifth of what it costs as a date."""
    return time.time_ns() // 1_000_000 if _frozen_at is None else int(_frozen_at.timestamp() * 1000)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Stop the clock at `at` for every thread; it does not move until `advance`."""
    global _frozen_at
    before, _frozen_at = _frozen_at, at.astimezone(UTC)
    try:
        yield
    finally:
        _frozen_at = before


def advance(seconds: float) -> None:
    """Move a stopped clock forward."""
    global _frozen_at
    if _frozen_at is None:
        raise RuntimeError("The clock is running; stop it with clock.frozen() first.")
    _frozen_at += timedelta(seconds=seconds)
