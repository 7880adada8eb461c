"""What readers keep, shown with its posts: a member's bookmarks, their reading lists, and one list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from byline.accounts import members
from byline.kernel.access import Permission
from byline.kernel.errors import NotFound
from byline.lists import bookmarks as kept
from byline.lists import queries as lists
from byline.lists import rules
from byline.lists.models import ReadingList
from byline.pages import addresses, cards, queries, seo, tallies
from byline.pages.cards import Card
from byline.web import context, guards, pagecache, paging


@dataclass(frozen=True, slots=True)
class Listed:
    """A post on a list: its card, what the list's owner says about it, and whether others see it there."""

    post_id: int
    card: Card
    note: str
    shown: bool


@guards.signed_in
def bookmarks() -> str:
    """What the member keeps for later."""
    page = kept.of_member(context.current().actor, paging.cursor_from(request.args))
    shown = _cards(one.post_id for one in page.items)
    return render_template("pages/bookmarks.html", page=page, cards=shown)


@pagecache.for_strangers
def reading_lists(username: str) -> str | AnyResponse:
    """The lists that a member shows; for themselves all of them."""
    person = members.meant(username)
    if person.username != username:
        return redirect(url_for("pages.lists", username=person.username), 301)
    actor, cursor = context.current().actor, paging.cursor_from(request.args)
    is_self = actor.id == person.id
    page = lists.own(actor, cursor) if is_self else lists.of_member(person.id, cursor)
    return render_template(
        "pages/reading_lists.html",
        person=person,
        page=page,
        sizes=lists.sizes(page.items, actor),
        is_self=is_self,
        head=seo.head(seo.of_lists(person)),
    )


@pagecache.for_strangers
def reading_list(username: str, slug: str) -> str | AnyResponse:
    """One list."""
    found = _list_meant(username, slug)
    path = url_for("pages.list", username=found.owner.username, slug=found.slug)
    if (found.owner.username, found.slug) != (username, slug):
        return redirect(path, 301)
    actor = context.current().actor
    items = lists.items(actor, found)
    shown = _cards(item.post_id for item in items)
    return render_template(
        "pages/reading_list.html",
        found=found,
        items=[
            Listed(item.post_id, shown[item.post_id], item.note, item.shown) for item in items if item.post_id in shown
        ],
        is_self=actor.id == found.owner_id,
        may_publish=rules.may_publish(actor),
        may_hide=actor.can(Permission.MODERATE) and actor.id != found.owner_id,
        head=seo.head(seo.of_list(found)),
    )


def _list_meant(username: str, slug: str) -> ReadingList:
    """The list an address means, in whatever case it is written and whatever its owner was called before."""
    actor = context.current().actor
    key, name = addresses.username_key(username), addresses.slug(slug)
    found = lists.by_address(actor, key, name) if key and name else None
    if found is None and key and name:
        owner = queries.formerly(key)
        found = lists.by_address(actor, owner.username_key, name) if owner else None
    if found is None:
        raise NotFound("no-such-list", "There is no list at this address, or it is private.")
    return found


def _cards(post_ids: Iterable[int]) -> dict[int, Card]:
    found = queries.among(post_ids)
    counted = tallies.of(found.keys())
    return {post_id: cards.of(post, counted[post_id]) for post_id, post in found.items()}
