"""Saying that something was deleted, beside the button that brings it back."""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import flash

from byline.web import notices

ROOM = 1_500
"""Characters that may travel in the session's cookie, which holds other things as well."""


def fits(fields: Mapping[str, str]) -> bool:
    """Whether what is needed to bring it back finds room until the next page; else one is asked before."""
    return len(json.dumps(dict(fields))) <= ROOM


def say(name: str, action: str, fields: Mapping[str, str]) -> None:
    """Say on the next page that it is deleted; posting `fields` to the path `action` makes it again."""
    shown = name if len(name) <= 60 else f"{name[:59]}…"
    sentence = f"“{shown}” is deleted."
    if fits(fields):
        notices.undo(sentence, action, fields=fields)
    else:
        flash(sentence, "success")
