"""Stopping letters from a letter: by one click in a mail program, or by a button on a page. Nobody has to log in."""

from __future__ import annotations

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from byline.accounts.links import LinkOver
from byline.accounts.models import User
from byline.notifications import links, queries, rules, service, wording
from byline.notifications.blueprint import blueprint
from byline.notifications.models import Pace
from byline.web import throttle

BY_MAIL_PROGRAMS = "600 per minute"
"""The providers of many members ask from a few addresses."""


@blueprint.get(f"{links.PATH}/<token>")
def unsubscribe(token: str) -> str | tuple[str, int]:
    """Say which letters a link stops, and offer the button. Opening it stops nothing: virus scanners open links."""
    try:
        return _page(token, *links.read(token))
    except LinkOver as over:
        return render_template("notifications/unsubscribe_over.html", over=over), over.status


@blueprint.post(f"{links.PATH}/<token>", endpoint="stop")
@throttle.limit(BY_MAIL_PROGRAMS)
def stop(token: str) -> Response | str | tuple[str, int]:
    """Stop the letters. A mail program gets its answer at once, without being sent elsewhere (RFC 8058)."""
    try:
        member, scope = links.read(token)
    except LinkOver as over:
        return render_template("notifications/unsubscribe_over.html", over=over), over.status
    service.stop(member, scope)
    if request.form.get("List-Unsubscribe") == "One-Click":
        return _page(token, member, scope)
    return redirect(request.path, 303)


# Whoever holds the letter may stop letters; a mail program has neither a session nor a token of it.
stop.csrf_exempt = True  # type: ignore[attr-defined]


def _page(token: str, member: User, scope: str) -> str:
    chosen = queries.choices_of(member.id)
    is_stopped = all(chosen[kind] is Pace.NEVER for kind in rules.kinds_of(scope, chosen))
    about = wording.SCOPES[scope]
    return render_template(
        "notifications/unsubscribe.html", about=about, is_stopped=is_stopped, action=f"{links.PATH}/{token}"
    )
