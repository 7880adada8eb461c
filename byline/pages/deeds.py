"""What a reader may do with a post: like it, keep it, put it on a list, share it, follow who wrote it, report it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup

from byline.accounts.models import User
from byline.kernel.access import ANONYMOUS
from byline.pages import addresses, pieces
from byline.pages.standing import Standing
from byline.posts import rules as post_rules
from byline.posts.models import Post
from byline.reactions import rules
from byline.social.rules import State
from byline.web import context

GAP = Markup("<!--the row-->")


@dataclass(frozen=True, slots=True)
class Writer:
    """One of a post's authors."""

    id: int
    username: str
    shown_name: str


@dataclass(frozen=True, slots=True)
class Deeds:
    """How a post stands with whoever reads it: all that the drawing depends on, so that others may see it too."""

    post_id: int
    title: str
    path: str
    authors: tuple[Writer, ...]
    likes: int
    is_stranger: bool = True
    liked: bool = False
    is_kept: bool = False
    may_like: bool = False
    states: tuple[State, ...] = ()
    """How the reader stands to each author, in their order; empty for a stranger."""

    @property
    def address(self) -> str:
        """What is copied and sent to others."""
        return addresses.absolute(self.path)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The button that follows a post's only author, and the row under its text."""

    follow: Markup
    html: Markup


def writers(people: Sequence[User]) -> tuple[Writer, ...]:
    """A post's authors as values that outlive their rows."""
    return tuple(Writer(person.id, person.username, person.shown_name) for person in people)


def drawn(post: Post, path: str, authors: tuple[Writer, ...], now: Standing, known: Mapping[int, State]) -> Drawn:
    """The deeds for whoever reads an open post. `known` says how a member stands to people of the page."""
    found = _of(post, path, authors, now, known)
    follow, row = pieces.for_same_view(("deeds", found), lambda: _draw(found)).split(GAP)
    return Drawn(Markup(follow), Markup(row))  # noqa: S704  (our own template escaped it)


def _of(post: Post, path: str, authors: tuple[Writer, ...], now: Standing, known: Mapping[int, State]) -> Deeds:
    actor = context.current().actor
    if not actor.is_authenticated:
        return Deeds(post.id, post.title, path, authors, now.likes)
    states = tuple(known[writer.id] for writer in authors)
    is_apart = any(state.are_apart for state in states)
    may_like = now.liked or (rules.may_like(actor) and not post_rules.is_author(actor, post) and not is_apart)
    return Deeds(post.id, post.title, path, authors, now.likes, False, now.liked, now.is_kept, may_like, states)


def _draw(deeds: Deeds) -> Markup:
    html = render_template("pages/_deeds.html", deeds=deeds, gap=GAP, actor=ANONYMOUS)
    return Markup(html)  # noqa: S704  (our own template escaped it)
