"""The lists readers meet: home, tag and profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from flask import Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from byline.accounts import administrators, members
from byline.accounts.models import User
from byline.kernel.access import ANONYMOUS, Actor
from byline.pages import addresses, listing, pieces, queries, seo
from byline.posts import tags
from byline.social import queries as social
from byline.timeline import queries as timeline
from byline.web import context, pagecache


@dataclass(frozen=True, slots=True)
class Aside:
    """The second column: who writes lately, and about what."""

    html: Markup


@dataclass(frozen=True, slots=True)
class Figures:
    """How much somebody has shown: posts, as written and as a number, and lists."""

    html: Markup
    posts: int
    lists: int


@pagecache.for_strangers
def home() -> str:
    """The newest posts of everybody."""
    shown = listing.kept(("latest",), queries.latest, seo.of_home, template="pages/_home.html", more=_beside)
    waits = shown.is_empty and not context.memory().remember("is administered", administrators.is_there_one)
    if waits:
        # It ends with somebody's role, which is no content, so nobody may keep the page.
        context.current().public_version = None
    return render_template("pages/home.html", listing=shown, head=shown.head, waits_for_administrator=waits)


@pagecache.for_strangers
def tag(tag: str) -> str | AnyResponse:
    """The posts that carry a tag."""
    found = tags.meant(tag)
    if found.slug != tag:
        return redirect(url_for("pages.tag", tag=found.slug), 301)
    fetch, about = partial(queries.tagged, found.id), partial(seo.of_tag, found)
    shown = listing.kept(("tag", found.id), fetch, about, template="pages/_tag.html", more=_beside)
    follows = found.id in timeline.followed_among(context.current().actor.id, [found.id])
    return render_template("pages/tag.html", tag=found, follows=follows, listing=shown, head=shown.head)


def profile(username: str) -> Response | AnyResponse:
    """Who somebody is and what they wrote.

    It tells when they were last seen, which changes without the content; so it has validators, but is not kept here.
    """
    person = members.meant(username)
    if person.username != username:
        return redirect(addresses.of_person(person), 301)
    fetch, about = partial(queries.of_author, person.id), partial(seo.of_person, person)
    shown = listing.kept(("by", person.id), fetch, about, more=_without_authors)
    actor = context.current().actor
    page = render_template(
        "pages/profile.html",
        person=person,
        figures=_figures_of(person),
        listing=shown,
        head=shown.head,
        is_self=_is(actor, person),
        follows=social.counts(person.id),
        state=social.state(actor, person.id),
    )
    response = make_response(page)
    if not actor.is_authenticated and pagecache.validate(response):
        response.make_conditional(request)
    return response


def _figures_of(person: User) -> Figures:
    def make() -> Figures:
        posts, lists = queries.counts_of(person.id)
        return Figures(Markup(f"{posts:,}"), posts, lists)  # noqa: S704  (digits)

    found = pieces.kept(("counts", person.id), make)
    return found or Figures(Markup("0"), 0, 0)


def _without_authors() -> Mapping[str, object]:
    return {"shows_authors": False}


def _is(actor: Actor, person: User) -> bool:
    return actor.id is not None and actor.id == person.id


def user(username: str) -> AnyResponse:
    """The address profiles have in other programs of this kind."""
    return redirect(addresses.of_person(members.meant(username)), 301)


def _beside() -> dict[str, object]:
    return {"aside": aside()}


def aside() -> Markup:
    """The second column: who writes lately, and which tags are in use."""

    def make() -> Aside:
        people, tags = queries.writing_lately(), queries.tags_in_use()
        html = render_template("pages/_aside.html", people=people, tags=tags, actor=ANONYMOUS)
        return Aside(Markup(html))  # noqa: S704  (our own template escaped it)

    found = pieces.kept(("aside",), make)
    return found.html if found else Markup("")
