"""The comments under a post: the same for every stranger, and for a member what is theirs on top of it.

What everyone sees is read once and may be kept; a member's page takes it and asks only for what concerns them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from flask import render_template
from markupsafe import Markup

from byline.comments import acts, addresses, company, forms, queries, remarks, rules
from byline.comments.acts import View
from byline.comments.company import Company
from byline.comments.forms import CommentForm
from byline.comments.models import HeldFor
from byline.comments.queries import Order, Standing
from byline.comments.remarks import Remark
from byline.kernel import clock, site
from byline.kernel.access import ANONYMOUS, Actor
from byline.posts.models import Post
from byline.social.rules import State
from byline.web import context

THREADS, WAITING, OPENED = Markup("<!--threads-->"), Markup("<!--waiting-->"), Markup("<!--opened-->")
"""Gaps in what is drawn for several readers. Comments never come through the sanitiser, so no text can hold one."""
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
    """Comments of a post as everyone may see them."""

    number: int
    threads: tuple[Remark, ...]
    order: Order
    following: str | None
    decided: bool | None
    """What somebody decided about the thread, None where the site's policy does."""
    ids: frozenset[int]
    """The comments whose words are shown."""
    voices: frozenset[int]
    """Who wrote them."""


def everyones(place: Place, standing: Standing, order: Order = Order.NEWEST, cursor: str | None = None) -> Section:
    """The comments as everyone may see them; one statement. `standing` is that of the thread."""
    found = queries.roots(place.id, order, cursor)
    grown = remarks.forest([remarks.public(one, place.author_ids) for one in found.comments])
    threads = tuple(filter(None, (remarks.seen_by(one, frozenset(), frozenset()) for one in grown)))
    shown = list(remarks.flat(threads))
    return Section(
        number=standing.number,
        threads=threads,
        order=order,
        following=found.following,
        decided=standing.decided,
        ids=frozenset(one.id for one in shown),
        voices=frozenset(one.author.id for one in shown if one.author is not None),
    )


@dataclass(frozen=True, slots=True)
class Mine:
    """What only one reader gets of a thread."""

    waiting: tuple[Remark, ...] = ()
    """What they may approve, or their own that readers do not see."""
    company: Company = field(default_factory=Company)


@dataclass(frozen=True, slots=True)
class Shown:
    """The section as somebody sees it, and how they stand to the post's authors and those who comment."""

    html: Markup
    states: Mapping[int, State] = field(default_factory=dict)


Keep = Callable[[Hashable, Callable[[], Markup]], Markup]
"""Draws a part of a section, or answers what was drawn before for somebody whose view of it is the same."""


def _draw(_view: Hashable, make: Callable[[], Markup]) -> Markup:
    return make()


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything that what stands around the threads depends on, besides the section."""

    avatar_url: str
    is_stranger: bool
    may_comment: bool
    moderate: bool
    is_apart: bool
    has_waiting: bool
    continues: bool
    closed: str


def shown_to(actor: Actor, place: Place, section: Section, *, cursor: str | None = None, keep: Keep = _draw) -> Shown:
    """The section for somebody: for a member with what is theirs, in two statements more, none for a stranger."""
    mine = _mine(actor, place, section)
    closed = closed_because(place, section.decided)
    shown = list(remarks.flat(section.threads)) if actor.id in section.voices else ()
    view = acts.view(actor, place.author_ids, shown, mine.company, may_reply=not closed)
    frame = Frame(
        avatar_url=actor.avatar_url,
        is_stranger=view.is_stranger,
        may_comment=rules.may_comment(actor),
        moderate=view.moderate,
        is_apart=bool(mine.company.apart & place.author_ids),
        has_waiting=bool(mine.waiting),
        continues=cursor is not None,
        closed=closed,
    )
    html = keep(frame, partial(_framed, place, section, frame))
    html = html.replace(OPENED, forms.signed_now()) if not view.is_stranger else html
    html = html.replace(WAITING, _waiting(actor, place, mine.waiting)) if mine.waiting else html
    # The threads last, so that their many bytes are not searched for gaps.
    return Shown(html.replace(THREADS, keep(view, partial(_threads, place, section, view))), mine.company.states)


def _framed(place: Place, section: Section, frame: Frame) -> Markup:
    """Everything around the threads, with gaps for them and for what is only for this reader or this moment."""
    drawn = render_template(
        "comments/_section.html",
        actor=ANONYMOUS,
        frame=frame,
        post_path=place.path,
        thread_path=place.thread_path,
        number=section.number,
        threads=THREADS if section.threads else "",
        order=section.order,
        following=section.following,
        waiting=WAITING if frame.has_waiting else "",
        form=None if frame.is_stranger else CommentForm.blank(opened=OPENED),
    )
    return Markup(drawn)  # noqa: S704  (our own template escaped it)


def _waiting(actor: Actor, place: Place, waiting: Sequence[Remark]) -> Markup:
    """What readers do not see; for half an hour, or while it waits, its author may change it."""
    drawn = render_template(
        "comments/_waiting.html",
        waiting=waiting,
        thread_path=place.thread_path,
        held_because=HELD_BECAUSE,
        acts=acts.of_waiting(actor, place.author_ids, waiting),
    )
    return Markup(drawn)  # noqa: S704  (our own template escaped it)


def _threads(place: Place, section: Section, view: View) -> Markup:
    """The threads as everybody sees them who has this view."""
    seen = (remarks.seen_by(root, view.apart, view.muted) for root in section.threads)
    threads = [one for one in seen if one is not None]
    drawn = render_template(
        "comments/_threads.html",
        actor=ANONYMOUS,
        threads=threads,
        thread_path=place.thread_path,
        acts=acts.of(view, list(remarks.flat(threads))),
        shows_menu=not view.is_stranger,
    )
    return Markup(drawn)  # noqa: S704  (our own template escaped it)


def _mine(actor: Actor, place: Place, section: Section) -> Mine:
    """What is the reader's own, asked again only after somebody committed."""
    if not actor.is_authenticated:
        return Mine()
    key = ("comments", actor, place.id, place.author_ids, section.ids, section.voices)
    return context.memory().remember(key, partial(_asked, actor, place, section))


def _asked(actor: Actor, place: Place, section: Section) -> Mine:
    found = queries.not_shown(actor, place.id, decides=rules.decides(actor, place.author_ids))
    waiting = [remarks.of(one, place.author_ids) for one in found]
    speakers = {one.author.id for one in waiting if one.author is not None}
    around = company.of(actor, section.voices | place.author_ids | speakers, section.ids)
    return Mine(tuple(one for one in waiting if one.author is None or one.author.id not in around.apart), around)


def closed_because(place: Place, decided: bool | None) -> str:
    """A sentence about why nobody may comment here any more, empty while they may."""
    return rules.closed_because(place.published_at, decided, site.current().comments, clock.now())
