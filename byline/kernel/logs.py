"""Logs: one line per request and per job, key=value, on standard error; no bodies, addresses or secrets."""

from __future__ import annotations

import atexit
import logging
import sys
import threading
import time
from collections import deque
from collections.abc import MutableMapping
from functools import lru_cache
from multiprocessing.util import Finalize
from typing import Any, TextIO

import structlog

LATER_SECONDS = 0.05
MOST_WAITING = 5_000


class Lines:
    """Writes what is worth a look at once, and all else a moment later and together.

    A thread that writes lets the others have their turn first, which costs a busy site more than the writing. A process
    that is killed loses the lines of that moment.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._waiting: deque[str] = deque()
        self._writes = threading.Lock()
        self._there_are_some = threading.Event()
        threading.Thread(target=self._keep_writing, name="log", daemon=True).start()

    def now(self, line: str) -> None:
        """Write a line, after those that wait."""
        self._waiting.append(line)
        self.flush()

    def later(self, line: str) -> None:
        """Write a line in a moment; at once when very many wait, because what takes them is slow."""
        self._waiting.append(line)
        if len(self._waiting) > MOST_WAITING:
            self.flush()
        elif not self._there_are_some.is_set():
            self._there_are_some.set()

    # The names by which structlog asks for them.
    debug = info = msg = later
    warning = warn = error = critical = fatal = now

    def flush(self) -> None:
        """Write what waits."""
        with self._writes:
            lines = [self._waiting.popleft() for _ in range(len(self._waiting))]
            if lines:
                self._stream.write("\n".join(lines) + "\n")
                self._stream.flush()

    def _keep_writing(self) -> None:
        while self._there_are_some.wait():
            time.sleep(LATER_SECONDS)
            self._there_are_some.clear()
            self.flush()


def start(level: int = logging.INFO) -> None:
    """Send structured lines to standard error; each process that has something to say calls it."""
    lines = Lines(sys.stderr)
    atexit.register(lines.flush)
    # A process that `multiprocessing` forked ends without the former.
    Finalize(None, lines.flush, exitpriority=0)
    structlog.configure(
        processors=[structlog.processors.format_exc_info, _as_line],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: lines,
        cache_logger_on_first_use=True,
    )


@lru_cache(maxsize=4)
def _written(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))


def _as_line(_logger: Any, level: str, event: MutableMapping[str, Any]) -> str:
    trace = event.pop("exception", None)
    head = f"{_written(int(time.time()))} {level} {event.pop('event')}"
    line = " ".join([head, *[f"{name}={_plain(value)}" for name, value in event.items()]])
    return f"{line}\n{trace}" if trace else line


def _plain(value: Any) -> str:
    text = str(value)
    return text if text.isprintable() and " " not in text else repr(text)
