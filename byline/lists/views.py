"""Views of reading lists at work: beginning, describing, ordering and publishing one. Reading them is in `pages`."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from byline.kernel.access import Permission
from byline.kernel.errors import Invalid
from byline.lists import forms, queries, rules, service
from byline.lists.forms import OutlineForm
from byline.lists.models import ReadingList
from byline.posts import queries as posts
from byline.web import context, guards, notices, throttle
from byline.web.errors import wants_json
from byline.web.local_path import local_path


@dataclass(frozen=True, slots=True)
class Refused:
    """A note that was not taken: what was typed, and what was wrong with it."""

    post_id: int
    typed: str
    sentence: str


@guards.signed_in
@throttle.limit(throttle.WRITES)
def new() -> AnyResponse | str:
    """Begin a list, with a post on it where the page came from one."""
    form = OutlineForm()
    post_id = forms.number("post") if request.method == "POST" else request.args.get("post", type=int)
    if request.method != "POST":
        return render_template("lists/new.html", form=form, post_id=post_id)
    actor = context.current().actor
    try:
        made = service.create(actor, form.outline())
    except Invalid as refusal:
        form.refuse(refusal)
        return make_response(render_template("lists/new.html", form=form, post_id=post_id), refusal.status)
    if post_id is not None:
        service.add(actor, made.id, post_id)
        flash(f"“{made.title}” is there, and the post is on it. Only you see it until you publish it.", "success")
        return redirect(url_for("lists.choose", post_id=post_id), 303)
    flash(f"“{made.title}” is there. Only you see it until you publish it.", "success")
    return redirect(url_for("lists.edit", list_id=made.id), 303)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def choose(post_id: int) -> AnyResponse | str:
    """Say on which of one's lists a post stands."""
    actor = context.current().actor
    rules.keeper(actor)
    post = posts.for_readers_act(actor, post_id)
    if request.method != "POST":
        return render_template("lists/choose.html", post=post, choices=queries.choices(actor, post_id))
    changed = service.put_on(actor, post_id, forms.numbers("list"), among=forms.numbers("known"))
    titles = [choice.title for choice in queries.choices(actor, post_id) if choice.has_post]
    if changed:
        flash(f"On your lists: {', '.join(titles)}." if titles else "The post is on none of your lists.", "success")
    return redirect(url_for("pages.post", username=post.author.username, slug=post.slug, _anchor="deeds"), 303)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def edit(list_id: int) -> AnyResponse | str:
    """Rename, describe and order a list."""
    actor = context.current().actor
    found = queries.by_id(actor, list_id)
    form = OutlineForm(data={"title": found.title, "description": found.description})
    if request.method != "POST":
        return _page(found, form)
    try:
        service.change(actor, list_id, form.outline())
    except Invalid as refusal:
        form.refuse(refusal)
        return make_response(_page(found, form), refusal.status)
    flash("Saved.", "success")
    return _back(list_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def publish(list_id: int) -> AnyResponse:
    """Show a list to everybody."""
    service.publish(context.current().actor, list_id)
    notices.undo("Everyone can see this list now.", url_for("lists.take_back", list_id=list_id))
    return _back(list_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def take_back(list_id: int) -> AnyResponse:
    """Make a list private again."""
    service.take_back(context.current().actor, list_id)
    flash("Only you see this list now.", "success")
    return _back(list_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def delete(list_id: int) -> AnyResponse:
    """Delete a list."""
    actor = context.current().actor
    gone = service.delete(actor, list_id)
    flash(f"“{gone.title}” is gone. The posts on it stay where they are.", "success")
    return redirect(url_for("pages.lists", username=actor.username), 303)


@guards.requires(Permission.MODERATE)
@throttle.limit(throttle.WRITES)
def hide(list_id: int) -> AnyResponse:
    """Keep somebody's published list from others."""
    found = service.hide(context.current().actor, list_id)
    notices.undo("Nobody but its owner and moderators sees this list now.", url_for("lists.show", list_id=list_id))
    return _to_list(found)


@guards.requires(Permission.MODERATE)
@throttle.limit(throttle.WRITES)
def show(list_id: int) -> AnyResponse:
    """Let everybody see it again."""
    found = service.show(context.current().actor, list_id)
    flash("Everyone can see this list again.", "success")
    return _to_list(found)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def add(list_id: int, post_id: int) -> AnyResponse:
    """Put a post on a list, or back to where it stood."""
    note = request.form.get("note", "")
    service.add(context.current().actor, list_id, post_id, note=note, place=forms.number("place"))
    return _back(list_id, post_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def remove(list_id: int, post_id: int) -> AnyResponse:
    """Take a post off a list."""
    _, place, note = service.remove(context.current().actor, list_id, post_id)
    if place is not None:
        again = url_for("lists.add", list_id=list_id, post_id=post_id)
        notices.undo("Taken off the list.", again, fields={"place": str(place), "note": note})
    return _back(list_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def annotate(list_id: int, post_id: int) -> AnyResponse:
    """Say something about a post on a list."""
    actor, typed = context.current().actor, request.form.get("note", "")
    try:
        service.annotate(actor, list_id, post_id, typed)
    except Invalid as refusal:
        found = queries.by_id(actor, list_id)
        form = OutlineForm(formdata=None, data={"title": found.title, "description": found.description})
        page = _page(found, form, Refused(post_id, typed, refusal.message))
        return make_response(page, refusal.status)
    flash("The note is kept.", "success")
    return _back(list_id, post_id)


@guards.signed_in
@throttle.limit(throttle.WRITES)
def move(list_id: int, post_id: int) -> AnyResponse:
    """Move a post on a list: up, down, to the top, or to a place as a script says it."""
    actor = context.current().actor
    queries.by_id(actor, list_id)
    wished, steps = request.form.get("to", ""), {"up": -1, "down": 1, "top": -rules.MOST_ITEMS}
    place = forms.number("place") if wished == "place" else None
    if place is not None:
        service.place(actor, list_id, post_id, place)
    elif wished in steps:
        service.move(actor, list_id, post_id, by=steps[wished])
    else:
        raise Invalid("no-such-place", "Say whether the post should go up, down or to the top.")
    return Response(status=204) if wants_json() else _back(list_id, post_id)


def _page(found: ReadingList, form: OutlineForm, refused: Refused | None = None) -> str:
    actor = context.current().actor
    return render_template(
        "lists/edit.html",
        form=form,
        found=found,
        lines=queries.lines(actor, found),
        refused=refused,
        may_publish=rules.may_publish(actor),
        longest_note=rules.LONGEST_NOTE,
    )


def _to_list(found: ReadingList) -> AnyResponse:
    return redirect(url_for("pages.list", username=found.owner.username, slug=found.slug), 303)


def _back(list_id: int, post_id: int | None = None) -> AnyResponse:
    anchor = f"post-{post_id}" if post_id else None
    return redirect(local_path(request.form.get("next"), url_for("lists.edit", list_id=list_id, _anchor=anchor)), 303)
