"""A member's timeline, and the tags they follow: the pages around what `timeline` answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flask import render_template, request

from byline.accounts.models import User
from byline.kernel import clock, db
from byline.kernel.access import Actor
from byline.pages import cards, queries, views
from byline.pages.queries import Counted
from byline.pages.tallies import Tally
from byline.posts.models import Post
from byline.social import queries as social
from byline.social.rules import State
from byline.timeline import queries as timeline
from byline.timeline import reading, service, since
from byline.web import context, guards, paging
from byline.web.paging import Page

MOST_PEOPLE = 12
"""How many people are suggested to somebody who follows nobody."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """Whom and what a member might follow: who writes lately, and about what."""

    people: Sequence[tuple[User, State]]
    tags: Sequence[tuple[Counted, bool]]


@guards.signed_in
def following() -> str:
    """The posts of the people and tags a member follows, and their own."""
    me, now = _me(), clock.now()
    cursor = paging.cursor_from(request.args)
    visit = timeline.visit(me, now)
    page = _page(reading.keys(me, cursor, has_away=visit.has_away))
    if visit.is_worth_noting and _is_looked_at():
        db.after_settling(partial(service.note_visit, me, now))
    return render_template(
        "pages/following.html",
        page=page,
        cards=[cards.of(post, tally) for post, tally in page.items],
        since=since.place(_moments(page), visit.since, cursor, has_older=page.older is not None),
        follows_anything=visit.follows_anything,
        suggested=None if page.items or cursor else _suggested(context.current().actor),
        aside=views.aside() if page.items else "",
    )


@guards.signed_in
def followed_tags() -> str:
    """The tags a member follows, and some that they might."""
    page = timeline.followed_tags(_me(), paging.cursor_from(request.args))
    suggested = [tag for tag, follows in _suggested_tags(context.current().actor) if not follows]
    return render_template("pages/followed_tags.html", page=page, suggested=suggested)


@guards.signed_in
def find_to_follow() -> str:
    """People and tags that a member might follow. It stays as it is while they choose several."""
    return render_template("pages/find_to_follow.html", suggested=_suggested(context.current().actor))


def _me() -> int:
    me = context.current().actor.id
    if me is None:
        raise LookupError("A member's page was opened by a stranger.")
    return me


def _is_looked_at() -> bool:
    """Whether somebody sees this answer: a browser that fetches ahead, or asks for the head alone, shows nobody."""
    return request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", "")


def _page(keys: Page[paging.Key]) -> Page[tuple[Post, Tally]]:
    """The posts of a page of keys. One that was hidden this very moment is left out."""
    posts = queries.among_with_tallies(post_id for _, post_id in keys.items)
    found = [posts[post_id] for _, post_id in keys.items if post_id in posts]
    return Page([one for one in found if one[0].listed_at is not None], keys.older, keys.newer)


def _moments(page: Page[tuple[Post, Tally]]) -> list[datetime]:
    return [post.listed_at for post, _ in page.items if post.listed_at is not None]


def _suggested(actor: Actor) -> Suggested:
    people = queries.writing_lately(MOST_PEOPLE)
    states = social.people_state(actor, [person.id for person in people])
    open_to = [(person, states[person.id]) for person in people if _is_worth_suggesting(states[person.id])]
    return Suggested(open_to, _suggested_tags(actor))


def _is_worth_suggesting(state: State) -> bool:
    return not (state.is_self or state.are_apart or state.mutes)


def _suggested_tags(actor: Actor) -> list[tuple[Counted, bool]]:
    tags = queries.tags_in_use()
    followed = timeline.followed_among(actor.id, [tag.id for tag in tags])
    return [(tag, tag.id in followed) for tag in tags]
