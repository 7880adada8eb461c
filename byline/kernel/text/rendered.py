"""What a text becomes: values that a post keeps beside its Markdown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple


class ImageSize(NamedTuple):
    """A picture's size in CSS pixels."""

    width: int
    height: int


FindSize = Callable[[str], ImageSize | None]
"""Answers the size of the picture at an address of this site, None when it is not known."""


@dataclass(frozen=True, slots=True)
class Heading:
    """One line of a table of contents. `anchor` is the element's id, so `#` and it make a link."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as HTML that is safe to show, and what lists, feeds and cards need of it."""

    html: str
    toc: tuple[Heading, ...]
    excerpt: str
    word_count: int
    reading_minutes: int
    first_image: str | None
    """Address of the first picture of this site, as it stands in the text."""
    mentions: tuple[str, ...] = ()
    """The keys of the members whom the text calls by name and links, in its order."""
