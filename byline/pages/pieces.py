"""Pieces of pages that are the same for everyone, kept in this process until the site's content changes.

The page cache keeps whole pages for strangers; a member's page has their own bar around pieces from here.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Protocol, TypeVar, cast

from flask import current_app, request
from flask.sansio.blueprints import BlueprintSetupState
from markupsafe import Markup

from byline.kernel import db, state
from byline.web import context, csrf
from byline.web.shelf import Shelf

Key = tuple[Hashable, ...]
BYTES_KEPT = 16 * 1024 * 1024
LARGEST_PIECE_BYTES = 512 * 1024
RARE = 0.02
"""The share by which a piece may grow where its letters beyond ASCII are written as references."""

_BEYOND_ASCII = re.compile(r"[^\x00-\x9f]")
"""References to the control characters below would mean letters of an old code page (HTML, section 13.2.5.80)."""


class Piece(Protocol):
    """A rendered part of a page with what else the page must know of it."""

    @property
    def html(self) -> Markup:
        """The part as it stands in the page."""


P = TypeVar("P", bound=Piece)


@dataclass(frozen=True, slots=True)
class _Kept:
    version: int
    piece: Piece


def prepare(setup: BlueprintSetupState) -> None:
    """Give an application its pieces."""
    setup.app.extensions["byline.pieces"] = Shelf(BYTES_KEPT)


def kept(key: Key, make: Callable[[], P | None]) -> P | None:
    """What `make` gives, kept until the content changes; None is not kept.

    `make` may depend on nothing but `key` and the site's content, so never on who asks.
    """
    here = context.current()
    key = (here.locale, *key)
    pieces: Shelf[Key, _Kept] = current_app.extensions["byline.pieces"]
    current = here.public_version
    if current is None:
        current = context.memory().content_version()
    found = pieces.get(key)
    if found is not None and found.version == current:
        return cast(P, found.piece)
    version = _version_read_from(here, current)
    made = make()
    # A very large one is not worth the place of many others.
    if made is not None and (size_bytes := sys.getsizeof(made.html) + 1000) <= LARGEST_PIECE_BYTES:
        pieces.put(key, _Kept(version, made), size_bytes)
    return made


@dataclass(frozen=True, slots=True)
class _Parted:
    """What was drawn for everybody, in the parts between which a form token belongs."""

    parts: tuple[str, ...]

    @property
    def html(self) -> Markup:
        """The parts without the tokens."""
        return Markup("").join(map(Markup, self.parts))


def for_same_view(key: Key, make: Callable[[], Markup]) -> Markup:
    """What `make` draws for everybody who comes with this key, with the form token of whoever asks.

    `key` must hold everything of the reader that the drawing depends on.
    """
    if request.query_string:
        # Buttons lead back to the very address; nobody else comes by it.
        return make()

    def draw() -> _Parted:
        with csrf.left_open():
            return _Parted(csrf.parted(make()))

    found = kept(key, draw)
    if found is None:
        raise RuntimeError("What depends on its key alone is always made.")
    return csrf.filled_in(found.parts)


def in_ascii(html: Markup) -> Markup:
    """The same to a browser, with letters beyond ASCII as references where they are rare; otherwise as it is.

    A page with a single such letter in it is encoded thirty times more slowly than one without. What is given may
    hold no script or style, in which references mean nothing.
    """
    if html.isascii():
        return html
    written = _BEYOND_ASCII.sub(lambda letter: f"&#{ord(letter[0])};", html)
    # The same markup, of which only letters are written in another way.
    return Markup(written) if len(written) <= len(html) * (1 + RARE) else html  # noqa: S704


def _version_read_from(here: context.RequestContext, current: int | None) -> int:
    # On SQLite the request may read from a snapshot that is older than `current`; a piece made from it
    # must carry the snapshot's own version. PostgreSQL reads each statement afresh, so `current` is never too new.
    if here.public_version is not None:
        return here.public_version
    if current is not None and not here.database.is_sqlite:
        return current
    # A snapshot does not change, so what was read from it once holds for every piece of the page.
    known: int | None = db.session().info.get("content_version")
    return known if known is not None else state.content_version()
