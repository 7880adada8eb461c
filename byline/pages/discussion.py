"""The comments below a post: what everyone reads is kept, what is a member's own comes on top of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from byline.comments import remarks, section
from byline.comments.section import Place, Section, Shown
from byline.pages import pieces
from byline.pages.standing import Standing
from byline.web import context


@dataclass(frozen=True, slots=True)
class Everyones:
    """The comments as values, with their words, which say how much room they take."""

    section: Section
    html: Markup


def of(place: Place, now: Standing | None) -> Shown:
    """The section under a post that readers see, nothing under any other, which has no standing."""
    if now is None:
        return Shown(Markup())
    everyones = _everyones(place, now)
    return section.shown_to(context.current().actor, place, everyones, keep=partial(_kept, place, now.version))


def _everyones(place: Place, now: Standing) -> Section:
    # What is read here is never older than the standing: the same snapshot on SQLite, a later statement on PostgreSQL.
    # If it is newer, the standing's version has moved on, and nobody asks for this piece any more.
    def read() -> Everyones:
        made = section.everyones(place, now.thread)
        return Everyones(made, Markup("").join(one.html for one in remarks.flat(made.threads)))

    found = pieces.kept(("comments", place.id, now.version), read)
    if found is None:
        raise RuntimeError("A section is always made.")
    return found.section


def _kept(place: Place, version: int, view: Hashable, make: Callable[[], Markup]) -> Markup:
    """A part of the section drawn once for all who have the same view of it, with the reader's own form token."""
    return pieces.for_same_view(("section", place.id, version, view), make)
