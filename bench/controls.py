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


def raw_204(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The same with nothing to say, as the beacon; what was sent is read, as it must be.

    An empty list, which the server sends at once: an empty tuple costs it a sixth more.
    """
    environ["wsgi.input"].read()
    start_response("204 No Content", [("Cache-Control", "no-store")])
    return []


flask = Flask("hello")
flask_204 = Flask("nothing")


@flask_204.route("/", methods=["GET", "POST"])
def nothing() -> tuple[str, int]:
    """The same with nothing to say."""
    return "", 204


@flask.get("/")
def hello() -> str:
    """What Flask's own first example answers."""
    return "hello"
