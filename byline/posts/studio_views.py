"""Views of a member's own posts: lists by state, changes of state, the bin."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from byline.kernel.access import Permission
from byline.kernel.errors import NotAllowed, NotFound
from byline.posts import desk, queries, rules, service, tallies
from byline.posts.forms import parse_moment, parse_state
from byline.posts.models import Post, PostState
from byline.web import context, guards, local_path, paging, throttle

TABS = (
    ("drafts", "Drafts", PostState.DRAFT),
    ("scheduled", "Scheduled", PostState.SCHEDULED),
    ("published", "Published", PostState.PUBLISHED),
    ("unlisted", "Unlisted", PostState.UNLISTED),
    ("withdrawn", "Withdrawn", PostState.WITHDRAWN),
    ("bin", "Bin", queries.BIN),
)
SAID = {
    PostState.DRAFT: "It is a draft again. Only its authors see it.",
    PostState.SCHEDULED: "It will be published at its moment.",
    PostState.PUBLISHED: "Published. Everyone can read it.",
    PostState.UNLISTED: "Whoever has the address can read it; no list shows it.",
    PostState.WITHDRAWN: "Withdrawn. Only its authors see it.",
}


@guards.requires(Permission.WRITE)
def drafts() -> str:
    """The member's own posts in one state, drafts by default."""
    actor = context.current().actor
    shown = next((tab for tab in TABS if tab[0] == request.args.get("show", "drafts")), None)
    if shown is None:
        raise NotFound("no-such-list", "There is no such list of posts.")
    cursor = paging.cursor_from(request.args)
    page = queries.binned(actor, cursor) if shown[2] == queries.BIN else queries.own(actor, PostState(shown[2]), cursor)
    post_ids = [post.id for post in page.items]
    return render_template(
        "posts/drafts.html",
        shown=shown,
        sections=_sections(shown[0], queries.own_counts(actor)),
        page=page,
        typed=queries.typed_titles(actor, post_ids),
        tallies=tallies.of(post_ids) if shown[2] in rules.OPEN_STATES else {},
        bin_days=rules.BIN_KEEPS.days,
    )


def _sections(shown: str, counts: Mapping[str, int]) -> list[tuple[str, str, bool, int] | tuple[str, str, bool]]:
    """The list's tabs, with how many posts each has where it has any."""
    sections: list[tuple[str, str, bool, int] | tuple[str, str, bool]] = []
    for name, label, kind in TABS:
        tab = (label, url_for("posts.drafts", show=None if name == "drafts" else name), name == shown)
        sections.append((*tab, counts[kind]) if counts.get(kind) else tab)
    return sections


@guards.signed_in
@throttle.limit(throttle.WRITES)
def change_state(post_id: int) -> AnyResponse:
    """Bring a post to another state by one button."""
    desk.opened_by_id(post_id)
    wished = parse_state(request.form.get("state", ""))
    typed = request.form.get("publish_at", "").strip()
    at = parse_moment(typed, request.form.get("publish_offset", "")) if typed else None
    post = service.bring_to(context.current().actor, post_id, wished, at=at)
    flash(desk.WAITS if rules.waits(post) else SAID[PostState(post.state)], "success")
    return _back(post)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def delete(username: str, slug: str) -> AnyResponse | str:
    """Ask once, then put the post into the bin."""
    post = desk.opened(username, slug)
    if not rules.may_delete(context.current().actor, post):
        raise NotAllowed("not-the-owner", "Only the owner of this post may delete it.")
    if request.method != "POST":
        return render_template("posts/delete.html", post=post, bin_days=rules.BIN_KEEPS.days)
    service.delete(context.current().actor, post.id)
    flash(f"“{post.title or 'Untitled'}” is in the bin. It can come back for {rules.BIN_KEEPS.days} days.", "success")
    return redirect(url_for("posts.drafts", show="bin"))


@guards.signed_in
@throttle.limit(throttle.WRITES)
def bring_back(post_id: int) -> AnyResponse:
    """Take a post out of the bin."""
    post = service.bring_back(context.current().actor, post_id)
    flash(f"“{post.title or 'Untitled'}” is back as it was.", "success")
    return _back(post)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def delete_for_good(post_id: int) -> AnyResponse:
    """Remove a post that is in the bin."""
    service.delete_for_good(context.current().actor, post_id)
    flash("The post is gone for good.", "success")
    return redirect(url_for("posts.drafts", show="bin"))


def _back(post: Post) -> AnyResponse:
    ways = {tab[2]: url_for("posts.drafts", show=tab[0]) for tab in TABS}
    there = desk.address_of(post) if request.form.get("stay") else ways[PostState(post.state)]
    return redirect(local_path.local_path(request.form.get("next"), there))
