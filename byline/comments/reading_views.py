"""Views of reading: all comments of a post, one conversation, what a comment said before."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from byline.comments import acts, addresses, company, finding, queries, remarks, rules, section
from byline.comments.company import Company
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

GONE = "There is no comment at this address any more."


@pagecache.for_strangers
def thread(username: str, slug: str) -> str | AnyResponse:
    """Every comment of a post, page by page."""
    post = _readable_post(username, slug)
    if away := finding.moved(post, username, slug):
        return away
    pagecache.leans_on(topics.of_post(post.id))
    order, cursor = Order.named(request.args.get("order")), request.args.get("from")
    place = Place.of(post)
    base = section.everyones(place, queries.standing(place.id), order, cursor)
    shown = section.shown_to(context.current().actor, place, base, cursor=cursor).html
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
        raise NotFound("no-such-comment", GONE)
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
    everyone = [remarks.public(row, authors) for row in (*found.above, found.comment, *found.below)]
    around = _company(actor, place, [*everyone, remarks.of(found.comment)])
    above = list(filter(None, (_seen(one, around) for one in everyone[: len(found.above)])))
    below = _grown(found, everyone[len(found.above) :], around)
    focus = _focus(actor, post, found.comment, around)
    if focus.gone and found.comment.placed_at is None:
        raise NotFound("no-such-comment", GONE)
    closed = section.closed_because(place, queries.standing(post.id).decided)
    may_answer = rules.may_comment(actor) and not closed and not around.apart & authors and not focus.gone
    listed = [*remarks.flat([*above, *below]), *([] if focus.gone else [focus])]
    view = acts.view(actor, authors, listed, around, may_reply=not closed)
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
        acts=acts.of(view, listed),
        form=CommentForm.blank(found.comment.id) if may_answer else None,
    )


def _company(actor: Actor, place: Place, shown: Sequence[Remark]) -> Company:
    """How the actor stands to the authors of the post and of these comments, and to the comments."""
    spoken = [one for one in shown if not one.gone]
    voices = {one.author.id for one in spoken if one.author is not None}
    return company.of(actor, voices | place.author_ids, {one.id for one in spoken})


def _focus(actor: Actor, post: Post, comment: Comment, company: Company) -> Remark:
    """The comment itself, with its words for whoever may read them although others do not."""
    authors = rules.authors_of(post)
    if comment.author_id in company.apart:
        return remarks.kept_away(remarks.public(comment, authors))
    if comment.shown_at is None and rules.may_read(actor, comment, post):
        return remarks.of(comment, authors)
    return remarks.public(comment, authors)


def _seen(remark: Remark, company: Company) -> Remark | None:
    return remarks.seen_by(remark, company.apart, company.muted)


def _grown(found: Conversation, shown: Sequence[Remark], company: Company) -> list[Remark]:
    """The comment with all that answers it, or, on a further page, what goes on below it."""
    is_first = not request.args.get("from") and found.comment.placed_at is not None
    grown = remarks.forest(shown if is_first else shown[1:])
    return list(filter(None, (_seen(root, company) for root in grown)))
