"""The list of notifications, and how many are new."""

from __future__ import annotations

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from byline.kernel.errors import Invalid, NotFound
from byline.notifications import bell, lines, queries, service
from byline.notifications.blueprint import blueprint
from byline.web import context, guards, paging, throttle
from byline.web.paging import Key


@blueprint.get("/notifications", endpoint="list")
@guards.signed_in
def listed() -> str:
    """What concerns the member, the last news first."""
    told = queries.latest(context.current().actor.id or 0, paging.cursor_from(request.args))
    page = lines.page_of(told)
    newest = paging.encode((page.items[0].at, page.items[0].id)) if page.items else ""
    return render_template("notifications/list.html", page=page, newest=newest, unread=bell.unread_here())


@blueprint.get("/notifications/count")
@guards.signed_in
def count() -> Response:
    """How many are new, for pages that stay open: a conditional request that writes nothing.

    The member is not marked as seen: a page that is open is nobody who looks at it.
    """
    here = context.current()
    here.seen_due = False
    answer = jsonify(unread=bell.unread_here(), most=queries.MOST_COUNTED)
    answer.set_etag(f"{here.actor.id}-{bell.unread_here()}", weak=True)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.make_conditional(request)
    return answer


@blueprint.post("/notifications/read")
@throttle.limit(throttle.WRITES)
@guards.signed_in
def mark_read() -> AnyResponse:
    """Count what the page showed, and everything older, as read."""
    service.mark_read(context.current().actor, _until(request.form.get("until", "")))
    if request.accept_mimetypes.best == "application/json":
        return jsonify(unread=queries.unread_count(context.current().actor.id or 0), most=queries.MOST_COUNTED)
    flash("Everything is marked as read.", "success")
    return redirect(url_for("notifications.list"), 303)


def _until(cursor: str) -> Key:
    try:
        return paging.decode(cursor)
    except NotFound:
        sentence = "The page was not sent completely. Open your notifications again, then mark them as read."
        raise Invalid("until-missing", sentence) from None
