"""Pieces of pages that are the same for everyone, kept in this process until the site's content changes.

The page cache keeps whole pages for strangers; a member's page has their own bar around pieces from here.
"""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Protocol, TypeVar, cast

from flask import current_app
from flask.sansio.blueprints import BlueprintSetupState
from markupsafe import Markup
from sqlalchemy import text

from byline.kernel import db
from byline.web import context

Key = tuple[Hashable, ...]
BYTES_KEPT = 16 * 1024 * 1024
LARGEST_PIECE_BYTES = 512 * 1024
VERSION = text("SELECT content_version FROM site_state")


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
    size_bytes: int


class Pieces:
    """At most `BYTES_KEPT` of pieces, the least recently read going first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Key, version: int | None) -> Piece | None:
        """What is kept under `key` if it was made from this version of the content."""
        with self._lock:
            found = self._kept.get(key)
            if found is None or found.version != version:
                return None
            self._kept.move_to_end(key)
            return found.piece

    def put(self, key: Key, version: int, piece: Piece) -> None:
        """Keep a piece under `key`; a very large one is not worth the place of many others."""
        size_bytes = sys.getsizeof(piece.html) + 1000
        if size_bytes > LARGEST_PIECE_BYTES:
            return
        with self._lock:
            self._forget(key)
            self._kept[key] = _Kept(version, piece, size_bytes)
            self._bytes += size_bytes
            while self._bytes > BYTES_KEPT:
                self._forget(next(iter(self._kept)))

    def _forget(self, key: Key) -> None:
        if key in self._kept:
            self._bytes -= self._kept.pop(key).size_bytes


def prepare(setup: BlueprintSetupState) -> None:
    """Give an application its pieces."""
    setup.app.extensions["byline.pieces"] = Pieces()


def kept(key: Key, make: Callable[[], P | None]) -> P | None:
    """What `make` gives, kept until the content changes; None is not kept.

    `make` may depend on nothing but `key` and the site's content, so never on who asks.
    """
    here = context.current()
    key = (here.locale, *key)
    pieces: Pieces = current_app.extensions["byline.pieces"]
    current = here.public_version
    if current is None:
        current = context.watch_of().content_version()
    found = pieces.get(key, current)
    if found is not None:
        return cast(P, found)
    version = _version_read_from(here, current)
    made = make()
    if made is not None:
        pieces.put(key, version, made)
    return made


def _version_read_from(here: context.RequestContext, current: int | None) -> int:
    # On SQLite the request may read from a snapshot that is older than `current`; a piece made from it
    # must carry the snapshot's own version. PostgreSQL reads each statement afresh, so `current` is never too new.
    if here.public_version is not None:
        return here.public_version
    if current is not None and not here.database.is_sqlite:
        return current
    return int(db.session().scalar(VERSION) or 0)
