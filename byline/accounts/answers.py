"""What several views of the room answer with."""

from __future__ import annotations

from flask import render_template
from werkzeug.wrappers import Response

from byline.accounts.links import LinkOver

Answer = Response | str | tuple[str, int]

LETTERS = "10 per hour"
"""How many letters go to one address, whoever asks for them, so that nobody fills a mailbox from here."""


def link_over(over: LinkOver, *, again: str | None) -> tuple[str, int]:
    """The page of a link that does nothing any more, with the way to a new one."""
    return render_template("accounts/link_over.html", over=over, again=again), over.status
