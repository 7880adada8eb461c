"""Following and keeping away: the buttons, who follows whom, and whom one keeps away."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from byline.accounts import members
from byline.accounts.models import User
from byline.kernel.access import Actor, Permission
from byline.social import queries, service
from byline.social.queries import Since
from byline.web import context, errors, guards, notices, pagecache, paging, throttle
from byline.web.local_path import local_path
from byline.web.paging import Cursor, Page

blueprint = Blueprint("social", __name__, template_folder="templates")
FOLLOWS = "60 per minute; 600 per hour"
Change = Callable[[Actor, int], bool]


@blueprint.post("/@<username>/follow")
@throttle.limit(FOLLOWS)
@guards.requires(Permission.FOLLOW)
def follow(username: str) -> Response:
    """Follow somebody."""
    person = members.meant(username)
    return _done(person, service.follow, "You follow {} now.", "You follow {} already.", undo="unfollow")


@blueprint.post("/@<username>/unfollow")
@throttle.limit(FOLLOWS)
@guards.signed_in
def unfollow(username: str) -> Response:
    """Follow somebody no more."""
    person = members.meant(username)
    return _done(person, service.unfollow, "You no longer follow {}.", "You do not follow {}.", undo="follow")


@blueprint.post("/@<username>/block")
@throttle.limit(throttle.WRITES)
@guards.signed_in
def block(username: str) -> Response:
    """Keep somebody away."""
    sentence = "You blocked {}. Neither of you can follow, mention, answer or write to the other."
    return _done(members.meant(username), service.block, sentence, "You have blocked {} already.", undo="unblock")


@blueprint.post("/@<username>/unblock")
@throttle.limit(throttle.WRITES)
@guards.signed_in
def unblock(username: str) -> Response:
    """Take a block back."""
    sentence = "{} is no longer blocked. You do not follow each other until you say so again."
    return _done(members.meant(username, even_leaving=True), service.unblock, sentence, "You have not blocked {}.")


@blueprint.post("/@<username>/mute")
@throttle.limit(throttle.WRITES)
@guards.signed_in
def mute(username: str) -> Response:
    """Hear no more of somebody."""
    sentence = "You muted {}: nothing of theirs comes to your timeline or your notifications. They are not told."
    return _done(members.meant(username), service.mute, sentence, "You have muted {} already.", undo="unmute")


@blueprint.post("/@<username>/unmute")
@throttle.limit(throttle.WRITES)
@guards.signed_in
def unmute(username: str) -> Response:
    """Hear of somebody again."""
    person = members.meant(username, even_leaving=True)
    return _done(person, service.unmute, "You hear of {} again.", "You have not muted {}.")


def _done(person: User, change: Change, sentence: str, nothing: str, *, undo: str = "") -> Response:
    """Make a change and lead back to where it was asked for, with the way to take it back."""
    back = local_path(request.form.get("next"), url_for("pages.profile", username=person.username))
    happened = change(context.current().actor, person.id)
    said = (sentence if happened else nothing).format(person.shown_name)
    if errors.wants_json():
        return _in_place(person, back, said)
    if happened and undo:
        notices.undo(said, url_for(f"social.{undo}", username=person.username), fields={"next": back})
    else:
        flash(said, "success" if happened else "info")
    return redirect(back, 303)


def _in_place(person: User, back: str, said: str) -> Response:
    """What a script shows instead of loading the page again: the button as it is now, the count and the sentence."""
    state = queries.state(context.current().actor, person.id)
    button = render_template("social/_again.html", person=person, state=state, back=back)
    return jsonify(button=button.strip(), followers=queries.counts(person.id).followers, said=said)


@blueprint.get("/@<username>/followers")
def followers(username: str) -> str | Response:
    """Who follows somebody."""
    return _people(username, "followers", queries.followers)


@blueprint.get("/@<username>/following")
def following(username: str) -> str | Response:
    """Whom somebody follows."""
    return _people(username, "following", queries.following)


def _people(username: str, which: str, listed: Callable[[int, Cursor | None], Page[Since]]) -> str | Response:
    person = members.meant(username)
    if person.username != username:
        return redirect(url_for(f"social.{which}", username=person.username), 301)
    actor = context.current().actor
    page = listed(person.id, paging.cursor_from(request.args))
    return render_template(
        "social/people.html",
        person=person,
        which=which,
        page=page,
        counts=queries.counts(person.id),
        states=queries.people_state(actor, [row.person.id for row in page.items]),
        is_self=actor.id == person.id,
    )


@blueprint.get("/user/<username>/card")
def card(username: str) -> Response:
    """Somebody at a glance: a piece of a page, which a script shows beside their name."""
    person, actor = members.meant(username), context.current().actor
    state, counts = queries.state(actor, person.id), queries.counts(person.id)
    response = make_response(render_template("social/_card.html", person=person, state=state, counts=counts))
    response.headers["X-Robots-Tag"] = "noindex"
    if not actor.is_authenticated and pagecache.validate(response):
        response.make_conditional(request)
    return response


@blueprint.get("/settings/people")
@guards.signed_in
def kept_away() -> str:
    """Whom the member blocked, or muted."""
    actor = context.current().actor
    shows_muted = request.args.get("list") == "muted"
    listed = queries.people_muted_by if shows_muted else queries.blocked_by
    page = listed(actor.id or 0, paging.cursor_from(request.args))
    return render_template("social/kept_away.html", page=page, shows_muted=shows_muted)
