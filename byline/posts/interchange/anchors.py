"""Headings that links point to: an old site made their ids by a rule of its own, so the right one is sought."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from byline.kernel import text
from byline.kernel.errors import DomainError
from byline.kernel.text.allowed import ID_PREFIX
from byline.posts.interchange.source import Source

CLOSE_ENOUGH = 0.8
_ID = re.compile(rf"""\s(?:id|name)=["']?{ID_PREFIX}([^\s"'>]+)""")


class Anchors:
    """The ids in the texts of a folder, worked out for a text when the first link asks for it."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self._ids: dict[str, tuple[str, ...]] = {}

    def find(self, place: str, fragment: str) -> str | None:
        """The id meant by `fragment` in the text at `place`, without the prefix; None when there is nothing like it."""
        ids = self._ids_of(place)
        if fragment in ids:
            return fragment
        wanted = _squeezed(fragment)
        squeezed = {_squeezed(one): one for one in reversed(ids)}
        if wanted in squeezed:
            return squeezed[wanted]
        return _longest_start(wanted, squeezed) or _nearest(wanted, squeezed)

    def _ids_of(self, place: str) -> tuple[str, ...]:
        if place not in self._ids:
            try:
                html = text.render(self._sources[place].body).html
            except DomainError:
                html = ""
            self._ids[place] = tuple(_ID.findall(html))
        return self._ids[place]


def _squeezed(anchor: str) -> str:
    return re.sub(r"[\W_]+", "", anchor).casefold()


def _longest_start(wanted: str, squeezed: Mapping[str, str]) -> str | None:
    # Some rules spell an emoji at the heading's end (`-crab`), others leave it out.
    starts = [one for one in squeezed if len(one) >= 6 and (wanted.startswith(one) or one.startswith(wanted))]
    best = max(starts, key=lambda one: min(len(one), len(wanted)), default="")
    return squeezed[best] if best and len(wanted) >= 6 else None


def _nearest(wanted: str, squeezed: Mapping[str, str]) -> str | None:
    near = difflib.get_close_matches(wanted, list(squeezed), n=1, cutoff=CLOSE_ENOUGH)
    return squeezed[near[0]] if near else None
