"""What Byline is compared with: the least that the same server can answer, and the least that Flask can."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

GREETING = b"hello"


def raw(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """A WSGI function without any framework."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(GREETING)))])
    return [GREETING]


flask = Flask("hello")


@flask.get("/")
def hello() -> str:
    """What Flask's own first example answers."""
    return "hello"
