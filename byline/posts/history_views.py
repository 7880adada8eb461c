"""Views of a post's past: its revisions, what changed in each, and going back to one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from byline.kernel.errors import NotFound
from byline.kernel.text import diff
from byline.posts import desk, queries, service
from byline.posts.models import Post, Revision
from byline.web import context, guards, paging, throttle


@guards.signed_in
def history(username: str, slug: str) -> str:
    """Every text the post was saved with."""
    post = desk.opened(username, slug)
    page = queries.revisions(post, paging.cursor_from(request.args))
    return render_template("posts/history.html", post=post, page=page)


@guards.signed_in
def revision(username: str, slug: str, number: int) -> str:
    """One revision beside the one before it, or beside the text as it stands now (`?beside=now`)."""
    post = desk.opened(username, slug)
    shown = _revision(post, number)
    beside_now = request.args.get("beside") == "now"
    other = queries.revision(post, post.version if beside_now else number - 1)
    before, after = (shown, other) if beside_now else (other, shown)
    changes = diff.compare(before.body if before else "", after.body if after else "")
    return render_template(
        "posts/revision.html",
        post=post,
        shown=shown,
        row=queries.kept(post, number),
        before=before,
        after=after,
        changes=changes,
        facts=_facts(before, after),
        beside_now=beside_now,
    )


@guards.signed_in
@throttle.limit(throttle.WRITES)
def restore(username: str, slug: str, number: int) -> AnyResponse:
    """Make a revision the newest text."""
    post = desk.opened(username, slug)
    based_on = request.form.get("based_on", post.version, type=int)
    post = service.restore(context.current().actor, post.id, number, based_on=based_on)
    flash(f"The text of revision {number} is back, as revision {post.version}.", "success")
    return redirect(desk.address_of(post, "posts.edit"))


def _facts(before: Revision | None, after: Revision | None) -> list[tuple[str, str, str]]:
    """What else changed: the name of it, what it was, what it became."""
    if before is None or after is None:
        return []
    pairs = (
        ("Title", before.title, after.title),
        ("Standfirst", before.standfirst, after.standfirst),
        ("Tags", ", ".join(before.tags), ", ".join(after.tags)),
    )
    return [pair for pair in pairs if pair[1] != pair[2]]


def _revision(post: Post, number: int) -> Revision:
    shown = queries.revision(post, number)
    if shown is None:
        raise NotFound("revision-unknown", "This post has no such revision.")
    return shown
