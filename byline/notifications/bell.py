"""The bell in the bar of every page: how much is news to the member who asks."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from byline.notifications import queries
from byline.web import context
from byline.web.bar import Entry


def unread_here() -> int:
    """How many lines are news to the actor; read again only after somebody committed."""
    actor = context.current().actor
    if actor.id is None:
        return 0
    user_id = actor.id
    return context.memory().remember(("unread", user_id), lambda: queries.unread_count(user_id))


def _drawn(unread: int) -> Markup:
    drawn = render_template("notifications/_bell.html", unread=unread, most=queries.MOST_COUNTED)
    return Markup(drawn)  # noqa: S704  (our own template escaped it)


entry = Entry(queries.unread_counted, _drawn)
"""The link to the notifications, with their number."""
