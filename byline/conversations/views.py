"""Conversations: the list, one of them, and a first message."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from byline.accounts import members
from byline.accounts.models import User
from byline.conversations import packing, queries, rules, service
from byline.conversations.forms import FirstMessageForm, MessageForm
from byline.conversations.models import Message
from byline.conversations.queries import Side
from byline.kernel.access import Permission
from byline.kernel.errors import DomainError, Invalid, NotFound
from byline.web import context, errors, guards, incoming, notices, paging, throttle

blueprint = Blueprint("conversations", __name__, template_folder="templates")
WRITING = "30 per minute; 300 per hour"
Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/messages")
@guards.signed_in
def inbox() -> str:
    """The member's conversations."""
    actor = context.current().actor
    page = queries.inbox(actor, paging.cursor_from(request.args))
    return render_template("conversations/inbox.html", page=page, welcomes=queries.welcome_of(actor.id or 0))


@blueprint.get("/messages/new")
@guards.requires(Permission.COMMENT)
def new() -> Answer:
    """A first message, to whom the query string says; a conversation that exists is opened instead."""
    form = FirstMessageForm(formdata=None, to=request.args.get("to", "")[:100], form_key=_form_key())
    person = _named(form.to.data)
    if person is None:
        return render_template("conversations/new.html", form=form)
    actor = context.current().actor
    known = queries.between(actor, person.id)
    if known is not None and known.is_listed:
        return redirect(url_for("conversations.show", conversation_id=known.id))
    refusal = rules.wrong_with_writing(actor, queries.standing(actor, person))
    return render_template("conversations/new.html", form=form, person=person, refusal=refusal)


@blueprint.post("/messages/new")
@throttle.limit(WRITING)
@guards.requires(Permission.COMMENT)
def begin() -> Answer:
    """Send a first message."""
    form = FirstMessageForm()
    try:
        to_id = _meant(form.to.data or "")
        message = service.send(context.current().actor, to_id, form.body.data or "", form_key=form.form_key.data or "")
    except DomainError as refusal:
        form.refuse(refusal)
        return render_template("conversations/new.html", form=form), refusal.status
    return _opened(message.conversation_id)


@blueprint.get("/messages/<row:conversation_id>")
@guards.signed_in
def show(conversation_id: int) -> Answer:
    """One conversation, its newest messages last."""
    side = queries.side(context.current().actor, conversation_id)
    return _page(side, MessageForm(formdata=None, form_key=_form_key()))


@blueprint.post("/messages/<row:conversation_id>")
@throttle.limit(WRITING)
@guards.signed_in
def answer(conversation_id: int) -> Answer:
    """Send a message in a conversation."""
    actor, form = context.current().actor, MessageForm()
    side = queries.side(actor, conversation_id)
    try:
        if side.other is None:
            raise NotFound("other-left", "The other one has left. Nobody would read this.")
        service.send(actor, side.other.id, form.body.data or "", form_key=form.form_key.data or "")
    except DomainError as refusal:
        form.refuse(refusal)
        return _page(side, form), refusal.status
    return _opened(conversation_id)


@blueprint.post("/messages/<row:conversation_id>/read")
@throttle.limit("240 per minute")
@guards.signed_in
def read(conversation_id: int) -> AnyResponse:
    """Count everything up to the message `to` as read."""
    service.mark_read(context.current().actor, conversation_id, incoming.number(request.form.get("to", "")) or 0)
    if errors.wants_json():
        return make_response("", 204)
    return redirect(url_for("conversations.inbox"), 303)


@blueprint.post("/messages/<row:conversation_id>/remove")
@throttle.limit(throttle.WRITES)
@guards.signed_in
def remove(conversation_id: int) -> AnyResponse:
    """Take the conversation out of one's own list."""
    before = service.remove(context.current().actor, conversation_id)
    back = url_for("conversations.bring_back", conversation_id=conversation_id)
    notices.undo(
        "The conversation is removed from your list. The other one keeps it.", back, fields={"to": str(before)}
    )
    return redirect(url_for("conversations.inbox"), 303)


@blueprint.post("/messages/<row:conversation_id>/bring-back")
@throttle.limit(throttle.WRITES)
@guards.signed_in
def bring_back(conversation_id: int) -> AnyResponse:
    """Undo the removal."""
    to = incoming.number(request.form.get("to", "")) or 0
    service.bring_back(context.current().actor, conversation_id, to)
    flash("The conversation is back.", "success")
    return redirect(url_for("conversations.inbox"), 303)


@blueprint.get("/messages/<row:conversation_id>/text")
@guards.signed_in
def text(conversation_id: int) -> Response:
    """The conversation as a file of plain text."""
    actor = context.current().actor
    side = queries.side(actor, conversation_id)
    response = Response("".join(packing.as_text(side, _names(side), reader_id=actor.id or 0)), mimetype="text/plain")
    other = side.other.username if side.other else "conversation"
    response.headers["Content-Disposition"] = f'attachment; filename="{other}-{conversation_id}.txt"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _names(side: Side) -> Mapping[int, str]:
    actor = context.current().actor
    others = {side.other.id: side.other.username} if side.other else {}
    return {actor.id or 0: actor.username, **others}


def _page(side: Side, form: MessageForm) -> str:
    actor = context.current().actor
    standing = queries.standing(actor, side.other) if side.other else None
    page = queries.messages(side, paging.cursor_from(request.args))
    return render_template(
        "conversations/show.html",
        side=side,
        page=page,
        form=form,
        blocks=standing is not None and standing.blocks,
        refusal=rules.wrong_with_writing(actor, standing) if standing else None,
        first_unread_id=_first_unread(page.items, side.unread_count, actor.id),
    )


def _first_unread(newest_first: Sequence[Message], count: int, reader_id: int | None) -> int | None:
    """The message above which the unread ones begin, if it is on this page."""
    theirs = [message.id for message in newest_first if message.sender_id != reader_id]
    return theirs[count - 1] if 0 < count <= len(theirs) else None


def _opened(conversation_id: int) -> AnyResponse:
    return redirect(url_for("conversations.show", conversation_id=conversation_id, _anchor="end"), 303)


def _form_key() -> str:
    return secrets.token_hex(16)


def _meant(typed: str) -> int:
    """The member whose name was typed, with or without an @; Invalid, for that field, when there is none."""
    person = _named(typed)
    if person is None:
        sentence = "Nobody here has this name." if typed.strip() else "Say to whom this goes."
        raise Invalid("to-nobody", sentence, field="to")
    return person.id


def _named(typed: str) -> User | None:
    try:
        return members.meant(typed.strip().removeprefix("@"))
    except NotFound:
        return None
