"""Views of lists across posts: what waits under one's own, what one wrote, what a member said in public."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from byline.accounts import members
from byline.accounts.models import User
from byline.comments import addresses, queries, remarks, section
from byline.comments.acts import Acts
from byline.comments.models import Comment
from byline.comments.remarks import Remark
from byline.social import queries as social
from byline.web import context, guards, paging
from byline.web.paging import Page


@dataclass(frozen=True, slots=True)
class Row:
    """A comment in a list, and the post it stands under."""

    remark: Remark
    title: str
    post_path: str
    thread_path: str


@guards.signed_in
def waiting() -> str:
    """What waits for approval under one's own posts, or what one wrote oneself (`?show=mine`)."""
    actor = context.current().actor
    cursor = paging.cursor_from(request.args)
    shows_own = request.args.get("show") == "mine"
    page = queries.own(actor, cursor) if shows_own else queries.waiting_for(actor, cursor)
    return render_template(
        "comments/waiting.html",
        rows=_rows(page.items),
        page=page,
        shows_own=shows_own,
        acts=Acts(moderate=not shows_own),
        held_because=section.HELD_BECAUSE,
        here=request.full_path.rstrip("?"),
    )


def of_member(username: str) -> str | AnyResponse:
    """What everyone may read of a member's comments."""
    person = members.meant(username)
    if person.username != username:
        return redirect(url_for("comments.of_member", username=person.username), 301)
    page: Page[Comment] = Page([])
    if not _is_apart(person):
        page = queries.by_member(person.id, paging.cursor_from(request.args))
    return render_template("comments/member.html", person=person, rows=_rows(page.items), page=page)


def _is_apart(person: User) -> bool:
    reader = context.current().actor.id
    return reader is not None and social.are_apart(reader, person.id)


def _rows(comments: Iterable[Comment]) -> list[Row]:
    return [
        Row(remarks.of(one), one.post.title, addresses.of_post(one.post), addresses.of_thread(one.post))
        for one in comments
    ]
