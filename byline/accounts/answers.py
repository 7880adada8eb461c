"""What several views of the room answer with."""

from __future__ import annotations

from flask import redirect, render_template, request, session
from werkzeug.wrappers import Response

from byline.accounts.links import LinkOver

Answer = Response | str | tuple[str, int]

LETTERS = "10 per hour"
"""How many letters go to one address, whoever asks for them, so that nobody fills a mailbox from here."""


def link_over(over: LinkOver, *, again: str | None) -> tuple[str, int]:
    """The page of a link that does nothing any more, with the way to a new one."""
    return render_template("accounts/link_over.html", over=over, again=again), over.status


def sent(what: str, address: str) -> Response:
    """Lead back to the page of this form, which then says what was sent, so that loading it again sends nothing."""
    session["sent"] = [request.path, what, address]
    return redirect(request.path, 303)


def just_sent() -> str | None:
    """The page that says what the form of this page has sent, once; None where it sent nothing."""
    path, what, address = session.pop("sent", (None, None, None))
    return render_template("accounts/sent.html", address=address, what=what) if path == request.path else None
