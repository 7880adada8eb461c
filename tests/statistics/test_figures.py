"""Numbers as they are written."""

from __future__ import annotations

import pytest

from byline.analytics.definitions import Unit
from byline.statistics import figures
from byline.statistics.figures import MINUS, THIN_SPACE

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0, Unit.NUMBER, "0"),
        (7, Unit.NUMBER, "7"),
        (2.5, Unit.NUMBER, "2.5"),
        (999, Unit.NUMBER, "999"),
        (1_000, Unit.NUMBER, "1k"),
        (12_345, Unit.NUMBER, "12.3k"),
        (99_949, Unit.NUMBER, "99.9k"),
        (123_456, Unit.NUMBER, "123k"),
        (999_800, Unit.NUMBER, "1M"),
        (4_120_000, Unit.NUMBER, "4.1M"),
        (2_000_000_000, Unit.NUMBER, "2B"),
        (2.345, Unit.RATIO, "2.35"),
        (2.0, Unit.RATIO, "2"),
        (48.2, Unit.PERCENT, f"48{THIN_SPACE}%"),
        (0, Unit.SECONDS, "0s"),
        (48.4, Unit.SECONDS, "48s"),
        (60, Unit.SECONDS, "1m"),
        (80, Unit.SECONDS, "1m 20s"),
        (3_600, Unit.SECONDS, "1h"),
        (7_500, Unit.SECONDS, "2h 05m"),
    ],
)
def test_a_number_is_short_enough_for_a_tile(value: float, unit: Unit, shown: str) -> None:
    assert figures.short(value, unit) == shown


def test_a_number_that_is_read_out_is_written_in_full() -> None:
    assert figures.full(1_234_567) == "1,234,567"
    assert figures.full(48.25, Unit.PERCENT) == f"48.2{THIN_SPACE}%"
    assert figures.full(80, Unit.SECONDS) == "1m 20s"


@pytest.mark.parametrize(
    ("now", "before", "unit", "shown"),
    [
        (112, 100, Unit.NUMBER, f"+12{THIN_SPACE}%"),
        (50, 100, Unit.NUMBER, f"{MINUS}50{THIN_SPACE}%"),
        (100, 100, Unit.NUMBER, f"0{THIN_SPACE}%"),
        (5_000, 1, Unit.NUMBER, f"+499,900{THIN_SPACE}%"),
        (5, 0, Unit.NUMBER, ""),
        (40, 50, Unit.PERCENT, f"{MINUS}10{THIN_SPACE}points"),
        (41, 40, Unit.PERCENT, f"+1{THIN_SPACE}point"),
        (40, 0, Unit.PERCENT, f"+40{THIN_SPACE}points"),
    ],
)
def test_a_change_says_by_how_much(now: float, before: float, unit: Unit, shown: str) -> None:
    assert figures.change(now, before, unit) == shown
