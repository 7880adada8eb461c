"""Views of writing: a comment sent, changed, taken back. One that is refused comes back with every word."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from byline.comments import addresses, content, finding, queries, remarks, rules, service
from byline.comments.forms import CommentForm, EditForm
from byline.comments.models import Comment, CommentState
from byline.kernel import clock
from byline.kernel.errors import DomainError, Invalid, NotAllowed, NotAuthenticated, TooMany
from byline.posts.models import Post
from byline.web import bodies, context, guards, throttle
from byline.web.errors import wants_json

COMMENTS = "20 per minute; 200 per hour"
OF_ONE_MEMBER = "10 per minute; 100 per hour"
LARGEST_BYTES = 8 * 1024 * 1024
"""A text far too long is refused with its words; its letters may take six bytes each on the way."""


@throttle.limit(COMMENTS)
@bodies.takes(LARGEST_BYTES)
def write(username: str, slug: str) -> AnyResponse:
    """Comment on a post, or answer a comment under it."""
    form = CommentForm()
    actor = context.current().actor
    post = None
    try:
        if refusal := rules.wrong_with_commenter(actor):
            raise refusal
        throttle.count(OF_ONE_MEMBER, "comments", str(actor.id))
        post = finding.post_here(username, slug)
        comment = service.write(actor, post.id, form.sent())
    except NotAuthenticated:
        raise
    except DomainError as refusal:
        if wants_json():
            raise
        return _sent_back(form, post, refusal)
    return redirect(_where(comment, post), 303)


@guards.signed_in
@throttle.limit(throttle.WRITES)
@bodies.takes(LARGEST_BYTES)
def edit(username: str, slug: str, comment_id: int) -> AnyResponse | str:
    """Change what a comment says."""
    post = finding.post_here(username, slug)
    comment = finding.comment_here(post, comment_id)
    _check_own(comment)
    form = EditForm(data={"body": comment.body})
    if request.method == "POST":
        try:
            changed = service.edit(context.current().actor, comment_id, form.body.data or "")
        except DomainError as refusal:
            if wants_json():
                raise
            return _edit_sent_back(form, post, comment, refusal)
        return redirect(_where(changed, post), 303)
    if not rules.may_edit(context.current().actor, comment, clock.now()):
        raise NotAllowed("edit-too-late", "The time to change this comment is over. Answer it to add something.")
    return _edit_page(form, post, comment)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def delete(username: str, slug: str, comment_id: int) -> AnyResponse | str:
    """Take a comment back."""
    post = finding.post_here(username, slug)
    comment = finding.comment_here(post, comment_id)
    if request.method == "POST":
        service.delete(context.current().actor, comment_id)
        flash("Your comment is taken back.", "success")
        return redirect(addresses.of_post(post) + "#comments", 303)
    _check_own(comment)
    return render_template(
        "comments/delete.html",
        post=post,
        post_path=addresses.of_post(post),
        remark=remarks.of(comment),
        back=addresses.of(comment, post),
    )


def _check_own(comment: Comment) -> None:
    if not rules.is_own(context.current().actor, comment):
        raise NotAllowed("not-your-comment", "Only whoever wrote a comment can do this.")


def _where(comment: Comment, post: Post) -> str:
    """Where the comment can be seen now: on the page of the post, or, far down a long thread, on its own."""
    if comment.state == CommentState.VISIBLE and not queries.is_on_first_page(comment):
        return addresses.of(comment, post)
    return f"{addresses.of_post(post)}#comment-{comment.id}"


def _sent_back(form: CommentForm, post: Post | None, refusal: DomainError) -> AnyResponse:
    """The form again, with what was wrong and every word of it; without a button where sending again is no use."""
    form.without_forbidden()
    form.refuse(refusal)
    page = render_template(
        "comments/write.html",
        form=form,
        post=post,
        post_path=addresses.of_post(post) if post is not None else "",
        action=request.path,
        sentence=refusal.message,
        may_retry=isinstance(refusal, Invalid | TooMany),
    )
    response = make_response(page, refusal.status)
    if isinstance(refusal, TooMany):
        response.headers["Retry-After"] = str(refusal.retry_after_seconds)
    return response


def _edit_sent_back(form: EditForm, post: Post, comment: Comment, refusal: DomainError) -> AnyResponse:
    form.body.data = content.without_forbidden(form.body.data or "")
    form.refuse(refusal)
    return make_response(_edit_page(form, post, comment), refusal.status)


def _edit_page(form: EditForm, post: Post, comment: Comment) -> str:
    return render_template(
        "comments/edit.html",
        form=form,
        post=post,
        post_path=addresses.of_post(post),
        waits=comment.state in rules.WAITING,
        back=addresses.of(comment, post),
    )
