"""The comments under a post: the same for every stranger, and for a member what is theirs on top of it.

What everyone sees is read once and may be kept; a member's page takes it and asks only for what concerns them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask import render_template
from markupsafe import Markup

from byline.comments import addresses, deeds, queries, remarks, rules
from byline.comments.forms import CommentForm
from byline.comments.models import HeldFor
from byline.comments.queries import Order
from byline.comments.remarks import Remark
from byline.kernel import clock, site
from byline.kernel.access import ANONYMOUS, Actor
from byline.posts.models import Post
from byline.social import queries as social
from byline.social.rules import State

HELD_BECAUSE: Mapping[str, str] = {
    HeldFor.FIRST: "None of their comments was approved yet.",
    HeldFor.NEW_MEMBER: "They joined a short time ago.",
    HeldFor.LINKS: "It has many links.",
    HeldFor.WORDS: "It contains a word of the list.",
    HeldFor.SPAM: "It has signs of spam.",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A post as its comments know it: plain values, so that it may be kept with a page."""

    id: int
    path: str
    thread_path: str
    author_ids: frozenset[int]
    published_at: datetime | None
    is_open: bool
    """Whether readers see the post, so that it takes comments and shows them."""

    @classmethod
    def of(cls, post: Post) -> Place:
        """A post whose author and authors are loaded."""
        here = addresses.of_post(post), addresses.of_thread(post)
        return cls(post.id, *here, rules.authors_of(post), post.published_at, rules.is_open(post))


@dataclass(frozen=True, slots=True)
class Section:
    """Comments of a post as everyone may see them. `html` is the whole section for strangers."""

    html: Markup
    number: int
    threads: tuple[Remark, ...]
    order: Order
    following: str | None
    decided: bool | None
    """What somebody decided about the thread, None where the site's policy does."""


@dataclass(frozen=True, slots=True)
class Acts:
    """What the reader may do with each comment."""

    edit: frozenset[int] = frozenset()
    delete: frozenset[int] = frozenset()
    moderate: bool = False
    reply: bool = False
    beside: Mapping[int, Markup] = field(default_factory=dict)


def everyones(place: Place, order: Order = Order.NEWEST, cursor: str | None = None) -> Section:
    """The comments as everyone may see them; three statements."""
    found = queries.roots(place.id, order, cursor)
    grown = remarks.forest([remarks.public(one, place.author_ids) for one in found.comments])
    threads = tuple(filter(None, (remarks.seen_by(one, frozenset(), frozenset()) for one in grown)))
    decided, number = queries.standing(place.id)
    bare = Section(Markup(), number, threads, order, found.following, decided)
    return replace(bare, html=_rendered(ANONYMOUS, place, bare, cursor=cursor).html)


@dataclass(frozen=True, slots=True)
class Shown:
    """The section as somebody sees it, and how they stand to the post's authors and those who comment."""

    html: Markup
    states: Mapping[int, State] = field(default_factory=dict)


def shown_to(actor: Actor, place: Place, section: Section, *, cursor: str | None = None) -> Shown:
    """The section for somebody: for a stranger as it is, for a member with what is theirs, in three statements more.

    What rooms put beside comments is not counted.
    """
    if not actor.is_authenticated:
        return Shown(section.html)
    return _rendered(actor, place, section, cursor=cursor)


def acts_of(actor: Actor, place: Place, shown: Sequence[Remark], closed: str) -> Acts:
    """What somebody may do with these comments."""
    own = {one.id: one for one in shown if one.author and one.author.id == actor.id}
    now = clock.now()
    may_comment = rules.may_comment(actor)
    edit = {number for number, one in own.items() if may_comment and rules.is_new(one, now)}
    return Acts(
        edit=frozenset(edit),
        delete=frozenset(own),
        moderate=rules.decides(actor, place.author_ids),
        reply=not closed,
        beside=deeds.beside(actor, shown),
    )


@dataclass(frozen=True, slots=True)
class Company:
    """Whose comments somebody does not see, and whose they would rather not. The members who were asked about only."""

    apart: frozenset[int] = frozenset()
    muted: frozenset[int] = frozenset()
    states: Mapping[int, State] = field(default_factory=dict)
    """How the actor stands to each of them."""


def company_of(actor: Actor, place: Place, shown: Iterable[Remark]) -> Company:
    """How the actor stands to the authors of a post and of these comments: one statement, none for a stranger."""
    if actor.id is None:
        return Company()
    people = {one.author.id for one in remarks.flat(shown) if one.author is not None} | place.author_ids
    states = social.people_state(actor, people)
    return Company(
        apart=frozenset(one for one, state in states.items() if state.are_apart),
        muted=frozenset(one for one, state in states.items() if state.mutes),
        states=states,
    )


def closed_because(place: Place, decided: bool | None) -> str:
    """A sentence about why nobody may comment here any more, empty while they may."""
    return rules.closed_because(place.published_at, decided, site.current().comments, clock.now())


def _rendered(actor: Actor, place: Place, section: Section, *, cursor: str | None) -> Shown:
    waiting = _waiting(actor, place)
    company = company_of(actor, place, [*section.threads, *waiting])
    waiting = [one for one in waiting if one.author is None or one.author.id not in company.apart]
    seen = (remarks.seen_by(root, company.apart, company.muted) for root in section.threads)
    threads = [one for one in seen if one is not None]
    closed = closed_because(place, section.decided)
    html = render_template(
        "comments/_section.html",
        actor=actor,
        post_path=place.path,
        thread_path=place.thread_path,
        number=section.number,
        threads=threads,
        order=section.order,
        following=section.following,
        waiting=waiting,
        held_because=HELD_BECAUSE,
        closed=closed,
        acts=acts_of(actor, place, [*remarks.flat(threads), *waiting], closed),
        form=CommentForm.blank() if actor.is_authenticated else None,
        may_comment=rules.may_comment(actor),
        is_apart=bool(company.apart & place.author_ids),
        continues=cursor is not None,
    )
    return Shown(Markup(html), company.states)  # noqa: S704  (our own template escaped it)


def _waiting(actor: Actor, place: Place) -> list[Remark]:
    found = queries.not_shown(actor, place.id, decides=rules.decides(actor, place.author_ids))
    return [remarks.of(one, place.author_ids) for one in found]
