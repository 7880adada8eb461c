"""What ends by itself is started again, ever more slowly, until it has run for long enough."""

from __future__ import annotations

import time

import pytest

from byline.kernel.returns import Returns


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of the clock."""
    seconds = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: seconds[0])
    return seconds


def lived(returns: Returns, now: list[float], seconds: float) -> float:
    returns.begin()
    now[0] += seconds
    return returns.end()


def test_pauses_grow_up_to_a_minute(now: list[float]) -> None:
    returns = Returns()
    assert [lived(returns, now, 5) for _ in range(9)] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert returns.in_a_row == 9


def test_a_run_of_more_than_a_minute_begins_anew(now: list[float]) -> None:
    returns = Returns()
    assert [lived(returns, now, seconds) for seconds in (5, 5, 60, 61, 5)] == [1, 2, 4, 1, 2]
    assert returns.in_a_row == 2


def test_the_pause_itself_is_no_part_of_a_run(now: list[float]) -> None:
    returns = Returns()
    lived(returns, now, 5)
    now[0] += 600
    assert lived(returns, now, 5) == 2


def test_it_runs_from_the_beginning(now: list[float]) -> None:
    returns = Returns()
    now[0] += 100
    returns.end()
    assert returns.in_a_row == 1
