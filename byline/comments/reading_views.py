"""Views of reading: all comments of a post, one conversation, what a comment said before."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from byline.comments import addresses, finding, queries, remarks, rules, section
from byline.comments.forms import CommentForm
from byline.comments.models import Comment
from byline.comments.queries import Conversation, Order
from byline.comments.remarks import Remark
from byline.comments.section import Place
from byline.kernel.access import Actor
from byline.kernel.errors import NotFound
from byline.posts import topics
from byline.posts.models import Post
from byline.web import context, pagecache


@pagecache.for_strangers
def thread(username: str, slug: str) -> str | AnyResponse:
    """Every comment of a post, page by page."""
    post = _readable_post(username, slug)
    if away := finding.moved(post, username, slug):
        return away
    pagecache.leans_on(topics.of_post(post.id))
    order, cursor = Order.named(request.args.get("order")), request.args.get("from")
    place = Place.of(post)
    base = section.everyones(place, order, cursor)
    shown = section.shown_to(context.current().actor, place, base, cursor=cursor)
    return render_template("comments/thread.html", post=post, post_path=addresses.of_post(post), section=shown)


@pagecache.for_strangers
def conversation(username: str, slug: str, comment_id: int) -> str | AnyResponse:
    """One comment, what it answers, and what answers it."""
    post = finding.post_here(username, slug)
    if away := finding.moved(post, username, slug):
        return away
    pagecache.leans_on(topics.of_post(post.id))
    actor = context.current().actor
    found = queries.conversation(actor, post, comment_id, request.args.get("from"))
    if found is None:
        raise NotFound("no-such-comment", "There is no comment at this address any more.")
    return _conversation_page(actor, post, found)


@pagecache.for_strangers
def history(username: str, slug: str, comment_id: int) -> str | AnyResponse:
    """What a comment said before it was changed."""
    post = finding.post_here(username, slug)
    if away := finding.moved(post, username, slug):
        return away
    pagecache.leans_on(topics.of_post(post.id))
    comment = finding.comment_here(post, comment_id)
    return render_template(
        "comments/history.html",
        post=post,
        post_path=addresses.of_post(post),
        remark=remarks.of(comment),
        edited_at=comment.edited_at,
        versions=queries.versions(comment.id),
        back=addresses.of(comment, post),
    )


def _readable_post(username: str, slug: str) -> Post:
    post = finding.post_here(username, slug)
    if not rules.is_open(post) and not rules.may_moderate(context.current().actor, post):
        raise NotFound("no-such-post", "There is no post at this address.")
    return post


def _conversation_page(actor: Actor, post: Post, found: Conversation) -> str:
    place = Place.of(post)
    authors = place.author_ids
    apart, muted = section.apart_and_muted(actor)
    above = [one for row in found.above if (one := _seen(row, authors, apart, muted)) is not None]
    below = _grown(found, authors, apart, muted)
    focus = _focus(actor, post, found.comment, apart)
    closed = section.closed_because(place, rules.decision_of(queries.thread_of(post.id)))
    may_answer = rules.may_comment(actor) and not closed and not apart & authors and not focus.gone
    return render_template(
        "comments/conversation.html",
        post=post,
        post_path=place.path,
        thread_path=place.thread_path,
        focus=focus,
        is_shown=found.comment.shown_at is not None and not focus.gone,
        above=above,
        below=below,
        following=found.following,
        continues=bool(request.args.get("from")),
        closed=closed,
        held_because=section.HELD_BECAUSE,
        acts=section.acts_of(actor, place, [*remarks.flat([*above, *below]), *([] if focus.gone else [focus])], closed),
        form=CommentForm.blank(found.comment.id) if may_answer else None,
    )


def _focus(actor: Actor, post: Post, comment: Comment, apart: frozenset[int]) -> Remark:
    """The comment itself, with its words for whoever may read them although others do not."""
    authors = rules.authors_of(post)
    if comment.shown_at is None and rules.may_read(actor, comment, post):
        return remarks.of(comment, authors)
    shown = remarks.public(comment, authors)
    return remarks.kept_away(shown) if shown.author is not None and shown.author.id in apart else shown


def _seen(row: Comment, authors: frozenset[int], apart: frozenset[int], muted: frozenset[int]) -> Remark | None:
    return remarks.seen_by(remarks.public(row, authors), apart, muted)


def _grown(found: Conversation, authors: frozenset[int], apart: frozenset[int], muted: frozenset[int]) -> list[Remark]:
    """The comment with all that answers it, or, on a further page, what goes on below it."""
    is_further = bool(request.args.get("from"))
    rows = [*(() if is_further or found.comment.placed_at is None else (found.comment,)), *found.below]
    shown = [remarks.public(row, authors) for row in rows]
    grown = remarks.forest(shown)
    return [one for one in (remarks.seen_by(root, apart, muted) for root in grown) if one is not None]
