"""There is one clock, and who asks it for a number hears the same as who asks it for a date."""

from __future__ import annotations

from datetime import UTC, datetime

from byline.kernel import clock


def test_a_moment_is_the_same_as_a_number() -> None:
    with clock.frozen(datetime(2026, 3, 14, 12, 0, 0, 250_000, tzinfo=UTC)):
        assert clock.milliseconds() == 1_773_489_600_250
        clock.advance(1.5)
        assert clock.milliseconds() == 1_773_489_601_750
    before, found, after = clock.now(), clock.milliseconds(), clock.now()
    assert before.timestamp() * 1000 - 1 <= found <= after.timestamp() * 1000
