"""Logs: one line per request and per job, key=value, on standard error; no bodies, addresses or secrets."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog


def start(level: int = logging.INFO) -> None:
    """Send structured lines to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%SZ", utc=True, key="at"),
            structlog.processors.format_exc_info,
            _as_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _as_line(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    trace = event.pop("exception", None)
    head = f"{event.pop('at')} {event.pop('level')} {event.pop('event')}"
    line = " ".join([head, *(f"{name}={_plain(value)}" for name, value in event.items())])
    return f"{line}\n{trace}" if trace else line


def _plain(value: Any) -> str:
    text = str(value)
    return text if text.isprintable() and " " not in text else repr(text)
