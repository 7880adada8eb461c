"""A web server that gives up is brought back, and not for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from byline.kernel import returns, serving


class Server:
    """A server that does what it is told when it serves."""

    def __init__(self, life: Callable[[Server], None]) -> None:
        self.interrupt_signal = False
        self.main_loop_interrupt = threading.Event()
        # Granian wakes up by this event when a process dies.
        self.main_loop_interrupt.set()
        self._life = life

    def serve(self) -> None:
        self._life(self)


@pytest.fixture
def made() -> list[Server]:
    return []


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses, which take no time."""
    waited: list[float] = []

    def wait(self: threading.Event, timeout: float | None = None) -> bool:
        waited.append(timeout or 0)
        return self.is_set()

    monkeypatch.setattr(threading.Event, "wait", wait)
    return waited


def run(made: list[Server], *lives: Callable[[Server], None]) -> None:
    def make() -> Server:
        made.append(Server(lives[min(len(made), len(lives) - 1)]))
        return made[-1]

    serving.brought_back(make)


def ends(server: Server) -> None:
    """Somebody asked it to."""


def gives_up(server: Server) -> None:
    raise SystemExit(1)


def gives_up_while_it_is_asked_to_end(server: Server) -> None:
    server.interrupt_signal = True
    raise SystemExit(1)


def test_one_that_ends_in_order_is_not_brought_back(made: list[Server]) -> None:
    run(made, ends)
    assert len(made) == 1


def test_one_that_gives_up_is_brought_back(made: list[Server]) -> None:
    run(made, gives_up, gives_up, ends)
    assert len(made) == 3


def test_it_is_brought_back_ever_more_slowly_and_not_for_ever(made: list[Server], pauses: list[float]) -> None:
    with pytest.raises(SystemExit):
        run(made, gives_up)
    assert pauses == [1, 2, 4, 8, 16]
    assert len(made) == len(pauses) + 1


def test_one_that_served_for_long_begins_anew(
    made: list[Server], pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(returns, "SOUND_SECONDS", -1.0)
    run(made, *[gives_up] * 9, ends)
    assert pauses == [1] * 9


def test_one_that_is_asked_to_end_is_not_brought_back(made: list[Server]) -> None:
    with pytest.raises(SystemExit):
        run(made, gives_up_while_it_is_asked_to_end)
    assert len(made) == 1


def test_who_asks_during_the_pause_is_heard(made: list[Server], monkeypatch: pytest.MonkeyPatch) -> None:
    def hears(self: threading.Event, timeout: float | None = None) -> bool:
        made[-1].interrupt_signal = True
        self.set()
        return True

    monkeypatch.setattr(threading.Event, "wait", hears)
    run(made, gives_up)
    assert len(made) == 1
