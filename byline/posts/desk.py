"""The writer's page: its form filled from a new post, a saved one or what was typed since, and what it shows."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import render_template, request, url_for

from byline.kernel.access import Actor
from byline.kernel.errors import NotAllowed, NotFound
from byline.posts import media, queries, rendering, rules
from byline.posts.content import Content
from byline.posts.forms import BY_LINK, LOCAL_FORMAT, WriteForm, values_of
from byline.posts.models import Post, PostState, WorkingCopy
from byline.posts.service import addresses, composing
from byline.web import context

WAITS = "Saved. It waits for a moderator, who reads the first posts of new members; you will be told what was decided."
"""What a member is told whose post is held."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A picture of the text that lists may show."""

    key: str
    address: str


def blank() -> WriteForm:
    """The form of a post that does not exist yet. Its key makes sure that sending it twice makes one post."""
    fresh = values_of(Content("", ""), form_key=secrets.token_urlsafe(16), based_on="1", state="")
    return WriteForm(data=fresh)


def of(post: Post, copy: WorkingCopy | None = None) -> WriteForm:
    """The form of a post, with what the member typed since the last save where there is something."""
    values = values_of(
        composing.content_of(post),
        based_on=str(post.version),
        audience=BY_LINK if post.state == PostState.UNLISTED else "everyone",
        publish_at=post.publish_at.strftime(LOCAL_FORMAT) if post.publish_at else "",
    )
    if not addresses.is_chosen(post):
        values["slug"] = ""
    if copy is not None:
        values |= {"title": copy.title, "standfirst": copy.standfirst, "body": copy.body, "tags": copy.tags}
        values["based_on"] = str(copy.base_version)
    return WriteForm(data=values)


def page(form: WriteForm, post: Post | None = None, copy: WorkingCopy | None = None, *, previews: bool = False) -> str:
    """The writer's page."""
    form.without_forbidden()
    body = form.body.data or ""
    return render_template(
        "posts/write.html",
        form=form,
        post=post,
        copy=copy,
        pictures=pictures_of(body, form.cover.data or ""),
        preview=rendering.of(body, owner_id(post)).html if previews else None,
        sent_back=request.method == "POST",
        address_before=_address_before(context.current().actor, post),
    )


def pictures_of(body: str, chosen: str) -> list[Choice]:
    """The site's own pictures that a text names, in its order, and the chosen one if it is another."""
    keys = sorted(media.keys_in(body), key=body.index)
    if "/" in chosen and chosen not in keys:
        keys.append(chosen)
    return [Choice(key, media.address(key)) for key in keys]


def owner_id(post: Post | None) -> int | None:
    """Who calls others by name in a post: its owner, or whoever begins it."""
    return post.author_id if post is not None else context.current().actor.id


def opened(username: str, slug: str) -> Post:
    """The post at an address, for those who may change it; NotFound or NotAllowed for everybody else."""
    return _editable(queries.by_address(context.current().actor, username, slug))


def opened_by_id(post_id: int) -> Post:
    """The same by number."""
    return _editable(queries.by_id(context.current().actor, post_id))


def address_of(post: Post, endpoint: str = "pages.post") -> str:
    """The path of one of a post's pages. `post.author` must be loaded."""
    return url_for(endpoint, username=post.author.username, slug=post.slug)


def _editable(post: Post | None) -> Post:
    if post is None:
        raise NotFound("post-unknown", "There is no such post.")
    if not rules.may_edit(context.current().actor, post):
        raise NotAllowed("not-your-post", "Only those who wrote this post may do that.")
    return post


def _address_before(actor: Actor, post: Post | None) -> str:
    username = post.author.username if post is not None else actor.username
    return url_for("pages.profile", username=username) + "/"
