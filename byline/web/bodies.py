"""How much a request may carry: forms a little, uploads what their view declares beside itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request

from byline.web.context import RequestContext

View = TypeVar("View", bound=Callable[..., Any])


FILES = "multipart/form-data"


def takes(largest_bytes: int, kind: str = "") -> Callable[[View], View]:
    """Let requests to a view carry up to `largest_bytes`; beyond it the answer is 413.

    With a `kind` only bodies of that type, such as `FILES`, which are not held in memory, may be so large.
    """

    def mark(view: View) -> View:
        view.largest_body_bytes = largest_bytes  # type: ignore[attr-defined]
        view.kind_of_large_body = kind  # type: ignore[attr-defined]
        return view

    return mark


def apply(begun: RequestContext) -> None:
    """Set the limit of the request under way. Must come before anything reads its form."""
    view = current_app.view_functions.get(begun.endpoint or "")
    largest = getattr(view, "largest_body_bytes", None)
    kind = getattr(view, "kind_of_large_body", "")
    if largest and kind in ("", request.mimetype):
        request.max_content_length = largest


def receive(begun: RequestContext) -> None:
    """Read the form of the request under way to its end; what is too large or broken is refused here.

    A browser sends as slowly as it likes. It must have finished before a transaction begins, which on SQLite keeps
    everybody else from writing.
    """
    if begun.endpoint is not None:
        request.form  # noqa: B018  (reading it is what parses it)
