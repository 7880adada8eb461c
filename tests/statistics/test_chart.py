"""The geometry of the chart over time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.analytics.definitions import Unit
from byline.statistics import chart
from byline.statistics.chart import NARROW, WIDE, Moment, Size

pytestmark = pytest.mark.once


def series(*values: float | None, former: tuple[float, ...] = (), growing: int = 0) -> list[Moment]:
    """Moments named by their number, of which the last `growing` are not over."""
    settled = len(values) - growing
    before = [*former, *[None] * (len(values) - len(former))]
    return [Moment(f"d{at}", f"day {at}", value, before[at], open=at >= settled) for at, value in enumerate(values)]


def test_zero_lies_on_the_floor_and_more_lies_higher() -> None:
    drawn = chart.drawn(series(0, 5, 10), Unit.NUMBER)
    heights = [spot.y for spot in drawn.spots if spot.y is not None]
    assert len(heights) == 3
    assert heights[0] == drawn.floor
    assert sorted(heights, reverse=True) == heights


def test_an_empty_series_has_a_grid_and_no_line() -> None:
    drawn = chart.drawn([], Unit.NUMBER)
    assert (drawn.line, drawn.area, drawn.growing, drawn.former, drawn.spots) == ("", "", "", "", ())
    assert [mark.word for mark in drawn.lines] == ["0", "1"]


def test_a_single_moment_stands_in_the_middle_and_takes_the_whole_width() -> None:
    (spot,) = chart.drawn(series(3), Unit.NUMBER).spots
    drawn = chart.drawn(series(3), Unit.NUMBER)
    assert spot.x == pytest.approx((drawn.left + drawn.right) / 2, abs=0.1)
    assert spot.width == pytest.approx(drawn.right - drawn.left, abs=0.1)


def test_what_still_grows_is_drawn_apart_from_what_is_settled() -> None:
    drawn = chart.drawn(series(1, 2, 3, growing=1), Unit.NUMBER)
    assert drawn.line.count("L") == 1
    assert drawn.growing.startswith(f"M{drawn.spots[1].x:g} ")
    assert drawn.growing.endswith(f"{drawn.spots[2].x:g} {drawn.spots[2].y:g}")


def test_a_line_is_broken_where_nothing_is_known() -> None:
    assert chart.drawn(series(1, None, 3, 4), Unit.NUMBER).line.count("M") == 2


def test_former_values_share_the_scale() -> None:
    drawn = chart.drawn(series(1, 2, former=(100, 80)), Unit.NUMBER)
    assert drawn.lines[-1].word == "100"
    assert drawn.spots[0].former_y == 12


def test_percent_always_reach_up_to_a_hundred() -> None:
    assert chart.lines_for(3, 4, Unit.PERCENT) == (0, 25, 50, 75, 100)


@pytest.mark.parametrize(
    ("highest", "unit", "lines"),
    [
        (0, Unit.NUMBER, (0, 1)),
        (1, Unit.NUMBER, (0, 1)),
        (3, Unit.NUMBER, (0, 1, 2, 3)),
        (7, Unit.NUMBER, (0, 2, 4, 6, 8)),
        (9, Unit.NUMBER, (0, 5, 10)),
        (90, Unit.NUMBER, (0, 25, 50, 75, 100)),
        (1_000, Unit.NUMBER, (0, 250, 500, 750, 1_000)),
        (70, Unit.SECONDS, (0, 30, 60, 90)),
        (700, Unit.SECONDS, (0, 300, 600, 900)),
    ],
)
def test_the_lines_of_the_grid_are_round(highest: float, unit: Unit, lines: tuple[float, ...]) -> None:
    assert chart.lines_for(highest, 4, unit) == lines


@given(
    st.lists(st.one_of(st.none(), st.floats(0, 1e12)), max_size=400),
    st.sampled_from(Unit),
    st.sampled_from([WIDE, NARROW]),
)
def test_everything_stays_inside_the_picture(values: list[float | None], unit: Unit, size: Size) -> None:
    drawn = chart.drawn([Moment("w", "words", value) for value in values], unit, size)
    assert len(drawn.words) <= size.words
    assert len(drawn.lines) <= size.lines + 1
    for spot in drawn.spots:
        assert drawn.left - 0.1 <= spot.x <= drawn.right + 0.1
        assert spot.y is None or 12 <= spot.y <= drawn.floor
        assert drawn.left - 0.1 <= spot.left <= spot.left + spot.width <= drawn.right + 0.2


def test_a_small_line_needs_two_values() -> None:
    assert chart.sparkline([3]) == ("", "")
    line, area = chart.sparkline([0, 2, 4])
    assert line == "M0 26.5L60 14L120 1.5"
    assert area == line + "V28H0Z"
