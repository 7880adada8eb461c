"""What just happened, said on the next page: a sentence, and the button that takes it back."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash


def undo(sentence: str, action: str, label: str = "Undo", *, fields: Mapping[str, str] | None = None) -> None:
    """Say what happened on the next page, beside a button that posts `fields` to the path `action`.

    It travels in the session's cookie, so keep it short.
    """
    flash({"sentence": sentence, "action": action, "label": label, "fields": dict(fields or {})}, "success")  # type: ignore[arg-type]
