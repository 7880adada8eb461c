"""A web server that is brought back when it gives up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

import structlog

from byline.kernel.returns import Returns

log = structlog.get_logger()

MOST_RETURNS = 5
"""In a row: what gives up at once so many times needs a person."""


class WebServer(Protocol):
    """What is asked of Granian's server, which ends with a status when a web process dies again within seconds."""

    interrupt_signal: bool
    """Whether somebody asked it to end."""
    main_loop_interrupt: threading.Event
    """What its handler of signals sets, even after it has ended."""

    def serve(self) -> None:
        """Serve until somebody asks it to end; SystemExit when it gives up."""


def brought_back(make: Callable[[], WebServer]) -> None:
    """Serve until somebody asks to end, with a new server, ever more slowly, whenever one gives up.

    Raises the last one's SystemExit when it gave up too many times in a row.
    """
    returns = Returns()
    while True:
        server = make()
        returns.begin()
        try:
            return server.serve()
        except SystemExit:
            if server.interrupt_signal:
                raise
            pause = returns.end()
            if returns.in_a_row > MOST_RETURNS:
                log.error("web processes end again and again, so the site ends", times=returns.in_a_row)
                raise
        log.error("web processes ended again and again, the web server is started again", seconds=pause)
        if _is_asked_to_end(server, pause):
            return None


def _is_asked_to_end(server: WebServer, seconds: float) -> bool:
    """Wait with the handler of a server that gave up, as the next one's is not there yet."""
    server.main_loop_interrupt.clear()
    return server.interrupt_signal or server.main_loop_interrupt.wait(seconds)
