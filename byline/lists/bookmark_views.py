"""Views of bookmarks: a button that posts, and the same for the script that spares the page's reload."""

from __future__ import annotations

from flask import jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from byline.lists import bookmarks
from byline.web import context, guards, notices, throttle
from byline.web.errors import wants_json
from byline.web.local_path import local_path


@guards.signed_in
@throttle.limit(throttle.WRITES)
def bookmark(post_id: int) -> AnyResponse:
    """Keep a post for later."""
    post = bookmarks.keep(context.current().actor, post_id)
    there = url_for("pages.post", username=post.author.username, slug=post.slug, _anchor="deeds")
    return _answer(there, is_kept=True)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def unbookmark(post_id: int) -> AnyResponse:
    """Do not keep it any longer."""
    was_kept = bookmarks.let_go(context.current().actor, post_id)
    if was_kept and not wants_json() and request.form.get("undo"):
        here = {"next": url_for("pages.bookmarks")}
        notices.undo("Removed from your bookmarks.", url_for("lists.bookmark", post_id=post_id), fields=here)
    return _answer(url_for("pages.bookmarks"), is_kept=False)


def _answer(address: str, *, is_kept: bool) -> AnyResponse:
    if wants_json():
        return jsonify(on=is_kept)
    return redirect(local_path(request.form.get("next"), address), 303)
