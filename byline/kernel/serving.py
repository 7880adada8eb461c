"""A web server that is brought back when it gives up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

import structlog

log = structlog.get_logger()

PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
MOST_RETURNS = 5
"""In a row: what gives up at once so many times needs a person."""
SOUND_SECONDS = 60.0
"""What has served for so long was sound, whatever happened to it then."""


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
    pause, returns = PAUSE_SECONDS, 0
    while True:
        server, began = make(), time.monotonic()
        try:
            return server.serve()
        except SystemExit:
            if server.interrupt_signal:
                raise
            if time.monotonic() - began > SOUND_SECONDS:
                pause, returns = PAUSE_SECONDS, 0
            if returns == MOST_RETURNS:
                log.error("web processes end again and again, so the site ends", times=returns + 1)
                raise
        log.error("web processes ended again and again, the web server is started again", seconds=pause)
        if _is_asked_to_end(server, pause):
            return None
        pause, returns = min(pause * 2, LONGEST_PAUSE_SECONDS), returns + 1


def _is_asked_to_end(server: WebServer, seconds: float) -> bool:
    """Wait with the handler of a server that gave up, as the next one's is not there yet."""
    server.main_loop_interrupt.clear()
    return server.interrupt_signal or server.main_loop_interrupt.wait(seconds)
