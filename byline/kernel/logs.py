"""Logs: one line per request and per job, key=value, on standard error; no bodies, addresses or secrets."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any

import structlog


def start(level: int = logging.INFO) -> None:
    """Send structured lines to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _stamp,
            structlog.processors.format_exc_info,
            _as_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _stamp(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event["at"] = _written(int(time.time()))
    return event


@lru_cache(maxsize=4)
def _written(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))


def _as_line(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    trace = event.pop("exception", None)
    head = f"{event.pop('at')} {event.pop('level')} {event.pop('event')}"
    line = " ".join([head, *(f"{name}={_plain(value)}" for name, value in event.items())])
    return f"{line}\n{trace}" if trace else line


def _plain(value: Any) -> str:
    text = str(value)
    return text if text.isprintable() and " " not in text else repr(text)
