"""Who may begin a conversation, and the sign in the bar that something is unread."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from byline.conversations import queries, service
from byline.conversations.forms import WelcomeForm
from byline.conversations.views import blueprint
from byline.kernel.errors import Invalid
from byline.web import context, guards, throttle
from byline.web.bar import Entry


@blueprint.get("/settings/messages")
@guards.signed_in
def settings() -> str:
    """Who may write to the member."""
    chosen = queries.welcome_of(context.current().actor.id or 0)
    return render_template("conversations/settings.html", form=WelcomeForm(formdata=None, welcomes=chosen.value))


@blueprint.post("/settings/messages")
@throttle.limit(throttle.WRITES)
@guards.signed_in
def choose() -> Response | tuple[str, int]:
    """Keep the choice."""
    form = WelcomeForm()
    try:
        service.choose(context.current().actor, form.welcome())
    except Invalid as refusal:
        form.refuse(refusal)
        return render_template("conversations/settings.html", form=form), 400
    flash("Your choice is saved.", "success")
    return redirect(url_for("conversations.settings"), 303)


def _drawn(count: int) -> Markup:
    if not count:
        return Markup()
    return Markup(render_template("conversations/_unread.html", count=count))  # noqa: S704  (our own template escaped it)


unread_in_bar = Entry(queries.unread_counted, _drawn)
"""The way to messages that are unread; nothing where there are none, as the menu leads there always."""
