"""Ending letters from a letter: by one click in a mail program, or by a button on a page. Nobody has to log in."""

from __future__ import annotations

from flask import redirect, render_template, request

from byline.accounts.links import LinkOver
from byline.analytics.sites.models import Site
from byline.kernel import db
from byline.statistics.blueprint import Answer
from byline.statistics.sharing import links, service
from byline.statistics.sharing.models import Alert, ReportMail, Watch
from byline.web import throttle

BY_MAIL_PROGRAMS = "600 per minute"
"""The providers of many members ask from a few addresses."""


def ask(token: str) -> Answer:
    """Say which letters a link ends, and offer the button. Opening it ends nothing: virus scanners open links."""
    try:
        return _page(token, links.read(token))
    except LinkOver as over:
        return render_template("statistics/stop_letters_over.html", over=over), over.status


@throttle.limit(BY_MAIL_PROGRAMS)
def stop(token: str) -> Answer:
    """End the letters. A mail program gets its answer at once, without being sent elsewhere (RFC 8058)."""
    try:
        row = links.read(token)
    except LinkOver as over:
        return render_template("statistics/stop_letters_over.html", over=over), over.status
    if isinstance(row, ReportMail):
        service.stop_mail(row.id)
    elif row is not None:
        service.stop_alert(row.id)
    if request.form.get("List-Unsubscribe") == "One-Click":
        return _page(token, None)
    return redirect(request.path, 303)


# Whoever holds the letter may end it; a mail program has neither a session nor a token of it.
stop.csrf_exempt = True  # type: ignore[attr-defined]


def _page(token: str, row: ReportMail | Alert | None) -> str:
    about = "" if row is None else _about(row)
    return render_template("statistics/stop_letters.html", about=about, action=f"{links.PATH}/{token}")


def _about(row: ReportMail | Alert) -> str:
    site = db.session().get_one(Site, row.site_id)
    if isinstance(row, ReportMail):
        return f"the {row.pace} numbers of {site.name}"
    return f"{'many visitors' if row.watches == Watch.SPIKE else 'silence'} at {site.name}"
