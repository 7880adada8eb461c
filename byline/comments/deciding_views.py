"""Views of whoever decides about comments: the authors of a post there, moderators everywhere."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from byline.comments import addresses, finding, remarks, rules, service
from byline.comments.forms import HideForm
from byline.comments.models import Comment, CommentState
from byline.kernel.errors import Invalid, NotAllowed
from byline.posts.models import Post
from byline.web import context, guards, notices, throttle
from byline.web.errors import wants_json
from byline.web.local_path import local_path


@guards.signed_in
@throttle.limit(throttle.WRITES)
def approve(username: str, slug: str, comment_id: int) -> AnyResponse:
    """Let a comment through."""
    post = finding.post_here(username, slug)
    comment = service.approve(context.current().actor, comment_id)
    flash("Approved. Everyone can read the comment now.", "success")
    return redirect(_back(comment, post), 303)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def hide(username: str, slug: str, comment_id: int) -> AnyResponse | str:
    """Hide a comment, with a reason."""
    post = finding.post_here(username, slug)
    comment = finding.comment_here(post, comment_id)
    form = HideForm()
    if request.method == "POST":
        try:
            service.hide(context.current().actor, comment_id, reason=form.reason.data or "")
        except Invalid as refusal:
            if wants_json():
                raise
            form.refuse(refusal)
            return make_response(_hide_page(form, post, comment), refusal.status)
        restore_path = addresses.of_act(post, comment_id, "comments.restore")
        notices.undo("Hidden. Its author is told why.", restore_path)
        return redirect(_thread_of(post), 303)
    if not rules.may_moderate(context.current().actor, post):
        raise NotAllowed("not-your-thread", "Only the authors of a post and moderators decide about its comments.")
    return _hide_page(form, post, comment)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def restore(username: str, slug: str, comment_id: int) -> AnyResponse:
    """Bring a hidden comment back."""
    post = finding.post_here(username, slug)
    comment = service.restore(context.current().actor, comment_id)
    waits = comment.state == CommentState.HELD
    flash("It waits for approval again." if waits else "Everyone can read the comment again.", "success")
    return redirect(_back(comment, post), 303)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def close(username: str, slug: str) -> AnyResponse:
    """Take no more comments under a post."""
    post = finding.post_here(username, slug)
    service.close(context.current().actor, post.id)
    notices.undo("The comments under this post are closed.", addresses.of_thread(post, "comments.reopen"))
    return redirect(_thread_of(post), 303)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def reopen(username: str, slug: str) -> AnyResponse:
    """Take comments under a post again."""
    post = finding.post_here(username, slug)
    service.reopen(context.current().actor, post.id)
    notices.undo("This post takes comments again.", addresses.of_thread(post, "comments.close"))
    return redirect(_thread_of(post), 303)


def _hide_page(form: HideForm, post: Post, comment: Comment) -> str:
    return render_template(
        "comments/hide.html",
        form=form,
        post=post,
        post_path=addresses.of_post(post),
        remark=remarks.of(comment),
        back=addresses.of(comment, post),
    )


def _thread_of(post: Post) -> str:
    return addresses.of_post(post) if rules.is_open(post) else addresses.of_thread(post)


def _back(comment: Comment, post: Post) -> str:
    return local_path(request.form.get("next"), f"{addresses.of_post(post)}#comment-{comment.id}")
