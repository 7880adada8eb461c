"""Views of likes: a button that posts, and the same for the script that spares the page's reload."""

from __future__ import annotations

from flask import jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from byline.comments.models import Comment
from byline.kernel.errors import NotFound
from byline.posts import queries as posts
from byline.posts.models import Post
from byline.reactions import queries, service
from byline.reactions.queries import Liking
from byline.social import queries as social
from byline.web import context, guards, paging, throttle
from byline.web.errors import wants_json
from byline.web.local_path import local_path

LIKES = "60 per minute; 600 per hour"


@guards.signed_in
@throttle.limit(LIKES)
def like_post(post_id: int) -> AnyResponse:
    """Like a post."""
    return _post_now(service.like_post(context.current().actor, post_id))


@guards.signed_in
@throttle.limit(LIKES)
def unlike_post(post_id: int) -> AnyResponse:
    """Take the like of a post back."""
    return _post_now(service.unlike_post(context.current().actor, post_id))


@guards.signed_in
@throttle.limit(LIKES)
def like_comment(comment_id: int) -> AnyResponse:
    """Like a comment."""
    return _comment_now(service.like_comment(context.current().actor, comment_id))


@guards.signed_in
@throttle.limit(LIKES)
def unlike_comment(comment_id: int) -> AnyResponse:
    """Take the like of a comment back."""
    return _comment_now(service.unlike_comment(context.current().actor, comment_id))


@guards.signed_in
def likers(username: str, slug: str) -> str | AnyResponse:
    """Who likes a post."""
    actor = context.current().actor
    post = posts.for_reading(actor, username, slug)
    if post is None:
        raise NotFound("post-unknown", "There is no such post.")
    if (post.author.username, post.slug) != (username, slug):
        return redirect(url_for("reactions.likers", username=post.author.username, slug=post.slug), 301)
    page = queries.likers(actor, post.id, paging.cursor_from(request.args))
    return render_template(
        "reactions/likers.html",
        post=post,
        path=url_for("pages.post", username=username, slug=slug),
        page=page,
        likes=queries.of_post(actor, post.id).likes,
        states=social.people_state(actor, [row.person.id for row in page.items]),
    )


def _post_now(post: Post) -> AnyResponse:
    address = url_for("pages.post", username=post.author.username, slug=post.slug, _anchor="deeds")
    return _answer(queries.of_post(context.current().actor, post.id), address)


def _comment_now(comment: Comment) -> AnyResponse:
    post, anchor = comment.post, f"comment-{comment.id}"
    address = url_for("pages.post", username=post.author.username, slug=post.slug, _anchor=anchor)
    return _answer(queries.of_comment(context.current().actor, comment.id), address)


def _answer(now: Liking, address: str) -> AnyResponse:
    if wants_json():
        return jsonify(on=now.liked, count=now.likes)
    return redirect(local_path(request.form.get("next"), address), 303)
