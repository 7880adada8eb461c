"""Views of writing: the page, its autosave and its preview."""

from __future__ import annotations

from flask import Response, flash, jsonify, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from byline.kernel.access import Permission
from byline.kernel.errors import DomainError, Invalid
from byline.posts import conflict_page, content, desk, queries, rendering, rules, service
from byline.posts.content import ChangedMeanwhile
from byline.posts.forms import WriteForm
from byline.posts.models import Post, PostState
from byline.posts.service import Autosaved, Typed
from byline.web import context, guards, incoming, throttle
from byline.web.errors import wants_json
from byline.web.incoming import LARGEST_NUMBER

AUTOSAVES = "120 per minute"
PREVIEWS = "120 per minute"


@guards.requires(Permission.WRITE)
@throttle.limit(throttle.WRITES)
def write() -> AnyResponse | str:
    """Begin a post."""
    form = desk.blank()
    _render_ahead()
    return _preview_or_save(form, None) if request.method == "POST" else desk.page(form)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def edit(username: str, slug: str) -> AnyResponse | str:
    """Go on with a post. An old address leads to the present one; a form sent to it is taken all the same."""
    _render_ahead()
    actor = context.current().actor
    post = desk.opened(username, slug)
    if request.method == "POST":
        return _preview_or_save(desk.of(post), post)
    if (post.author.username, post.slug) != (username, slug):
        return redirect(desk.address_of(post, "posts.edit"), 301)
    copy = queries.working_copy(actor, post.id)
    return desk.page(desk.of(post, copy), post, copy)


@guards.requires(Permission.WRITE)
@throttle.limit(PREVIEWS)
def preview() -> Response:
    """The text as readers would see it: the same bytes that a save stores.

    `post` names the post it belongs to, whose owner may not be the one who writes.
    """
    body = content.lines(content.without_forbidden(request.form.get("body", "")))
    content.check_keepable("", body)
    post_id = incoming.number(request.form.get("post", ""))
    actor = context.current().actor
    owner_id = (queries.owner_of(actor, post_id) if post_id is not None else None) or actor.id
    rendering.ahead(body, owner_id)
    rendered = rendering.of(body, owner_id)
    if wants_json():
        return jsonify(html=rendered.html, word_count=rendered.word_count, reading_minutes=rendered.reading_minutes)
    return make_response(rendered.html)


@guards.requires(Permission.WRITE)
@throttle.limit(AUTOSAVES)
def autosave_new() -> Response:
    """Keep the first words of a new post."""
    form_key = request.form.get("form_key", "")
    if not form_key:
        raise Invalid("form-key-missing", "This form has no name; load the page again.")
    return _kept(service.begin(context.current().actor, _typed(), form_key=form_key))


@guards.signed_in
@throttle.limit(AUTOSAVES)
def autosave(post_id: int) -> Response:
    """Keep what was typed since the last save."""
    return _kept(service.autosave(context.current().actor, post_id, _typed()))


@guards.signed_in
@throttle.limit(throttle.WRITES)
def discard(post_id: int) -> AnyResponse:
    """Forget what was typed since the last save and go on from there."""
    post = desk.opened_by_id(post_id)
    service.discard(context.current().actor, post_id)
    flash("Back to the text as it was last saved.", "info")
    return redirect(desk.address_of(post, "posts.edit"))


def _render_ahead() -> None:
    body = content.lines(request.form.get("body", ""))
    if len(body) <= content.LONGEST_BODY:
        rendering.ahead(body, context.current().actor.id)


def _preview_or_save(form: WriteForm, post: Post | None) -> AnyResponse | str:
    if request.form.get("act") == "preview":
        return desk.page(form, post, previews=True)
    try:
        saved = _hand_in(form, post)
    except ChangedMeanwhile as conflict:
        if wants_json():
            raise
        return conflict_page.show(form, conflict)
    except DomainError as refusal:
        if wants_json() or not (refusal.fields or isinstance(refusal, Invalid)):
            raise
        return _refused(form, post, refusal)
    return _saved(saved, is_update=form.wished_state() is None)


def _hand_in(form: WriteForm, post: Post | None) -> Post:
    actor = context.current().actor
    given, wished = form.content(), form.wished_state()
    if post is None:
        post = service.create(actor, given, form_key=form.form_key.data or "")
    else:
        post = service.save(actor, post.id, given, based_on=form.version())
    if wished is None:
        return post
    return service.bring_to(actor, post.id, wished, at=form.moment() if wished in rules.SHOWN_STATES else None)


def _refused(form: WriteForm, post: Post | None, refusal: DomainError) -> AnyResponse:
    form.refuse(refusal)
    if refusal.code == "text-damaged":
        form.meant.data = "yes"
    return make_response(desk.page(form, post), refusal.status)


def _saved(post: Post, *, is_update: bool) -> AnyResponse:
    if wants_json():
        return jsonify(
            post_id=post.id,
            version=post.version,
            state=post.state,
            held=rules.waits(post),
            edit_url=desk.address_of(post, "posts.edit"),
            read_url=desk.address_of(post),
        )
    flash(_said(post, is_update=is_update), "success")
    return redirect(desk.address_of(post) if post.state in rules.OPEN_STATES else desk.address_of(post, "posts.edit"))


def _said(post: Post, *, is_update: bool) -> str:
    if rules.waits(post):
        return desk.WAITS
    if post.state == PostState.SCHEDULED and post.publish_at is not None:
        return f"Saved. It will be published on {post.publish_at:%-d %B %Y at %H:%M} UTC."
    sentences = {
        PostState.DRAFT: "Saved as a draft.",
        PostState.PUBLISHED: f"{'Updated' if is_update else 'Published'}. This is what readers see.",
        PostState.UNLISTED: "Saved. Whoever has this address can read it; no list shows it.",
        PostState.WITHDRAWN: "Saved. Only its authors can read it.",
    }
    return sentences[PostState(post.state)]


def _typed() -> Typed:
    sent = request.form
    return Typed(
        title=content.one_line(sent.get("title", "")),
        body=content.lines(sent.get("body", "")),
        standfirst=content.one_line(sent.get("standfirst", "")),
        tags=content.one_line(sent.get("tags", "")),
        based_on=_number("based_on", 1),
        window=content.without_forbidden(sent.get("window", ""))[:32],
        sequence=_number("sequence", 1),
        seen=_number("seen", 0),
    )


def _number(name: str, default: int) -> int:
    return min(max(request.form.get(name, default, type=int), 0), LARGEST_NUMBER)


def _kept(kept: Autosaved) -> Response:
    return jsonify(
        post_id=kept.post.id,
        version=kept.post.version,
        sequence=kept.copy.sequence,
        saved_at=kept.copy.updated_at.isoformat(),
        post_moved_on=kept.post_moved_on,
        edit_url=desk.address_of(kept.post, "posts.edit"),
        autosave_url=url_for("posts.autosave", post_id=kept.post.id),
    )
