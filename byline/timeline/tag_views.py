"""Following a tag and letting it go: two buttons, from wherever a tag is shown."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from byline.kernel.access import Permission
from byline.posts import tags
from byline.timeline import queries, service
from byline.web import context, guards, notices, throttle
from byline.web.local_path import local_path

FOLLOWS = "60 per minute; 600 per hour"


@throttle.limit(FOLLOWS)
@guards.requires(Permission.FOLLOW)
def follow(tag: str) -> Response:
    """Follow a tag."""
    found = tags.meant(tag)
    back = _back(found.slug)
    if service.follow_tag(context.current().actor, found.id):
        undo = url_for("timeline.unfollow_tag", tag=found.slug)
        notices.undo(f"You follow {found.name} now. Its posts come to your timeline.", undo, fields={"next": back})
    else:
        flash(f"You follow {found.name} already.", "info")
    return redirect(back, 303)


@throttle.limit(FOLLOWS)
@guards.signed_in
def unfollow(tag: str) -> Response:
    """Follow a tag no more, also one that no listed post carries any longer."""
    actor = context.current().actor
    found = queries.followed_tag(actor.id, tag) or tags.meant(tag)
    back = _back(found.slug)
    if service.unfollow_tag(actor, found.id):
        again = url_for("timeline.follow_tag", tag=found.slug)
        notices.undo(f"You no longer follow {found.name}.", again, fields={"next": back})
    else:
        flash(f"You do not follow {found.name}.", "info")
    return redirect(back, 303)


def _back(slug: str) -> str:
    return local_path(request.form.get("next"), f"/tag/{slug}")
