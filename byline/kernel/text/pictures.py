"""Pictures in a text: their size, their caption, and what becomes of those that live on another site.

The pages allow pictures of this site alone (`img-src 'self'`): a reader's address must not reach a third party by
reading, and a picture that another site may exchange is not part of the text. A picture from elsewhere therefore
becomes a link with its alternative text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from markdown_it.token import Token

from byline.kernel.text import addresses
from byline.kernel.text.rendered import FindSize, ImageSize

WIDE_PIXELS = 1_000
"""A picture that stands alone and is this wide may be wider than the text."""


class Pictures:
    """The pictures of one text, in order."""

    def __init__(self, find_size: FindSize | None) -> None:
        self._find_size = find_size
        self.first: str | None = None

    def element(self, address: str, alt: str, title: str = "", *, typed_size: str = "") -> str:
        """A picture of this site as HTML, in its true proportions, as narrow as its author typed."""
        self.first = self.first or address
        size = self.size(address)
        measures = _measures(size, typed_size) if size else typed_size
        hint = f' title="{escape(title)}"' if title else ""
        loading = ' loading="lazy" decoding="async"'
        return f'<img src="{escape(address)}" alt="{escape(alt)}"{measures}{hint}{loading}>'

    def size(self, address: str) -> ImageSize | None:
        """The size of a picture, None when it is not known."""
        return self._find_size(address) if self._find_size else None

    def set_apart(self, tokens: Sequence[Token]) -> None:
        """Make a figure of each picture that is alone in its paragraph and has a title, or is wide."""
        for at, token in enumerate(tokens):
            if token.type == "inline" and tokens[at - 1].type == "paragraph_open" and not tokens[at - 1].hidden:
                self._set_apart(tokens[at - 1], token.children or [], tokens[at + 1])

    def _set_apart(self, opening: Token, children: Sequence[Token], closing: Token) -> None:
        if len(children) != 1 or children[0].type != "image":
            return
        picture = children[0]
        address, caption = str(picture.attrGet("src") or ""), str(picture.attrGet("title") or "")
        size = self.size(address) if addresses.is_here(address) else None
        is_wide = size is not None and size.width >= WIDE_PIXELS
        if addresses.is_here(address) and (caption or is_wide):
            opening.type, opening.tag, opening.meta["wide"] = "figure_open", "figure", is_wide
            closing.type, closing.tag, closing.meta["caption"] = "figure_close", "figure", caption
            picture.attrs.pop("title", None)


def _measures(size: ImageSize, typed: str) -> str:
    found = re.search(r'width="(\d+)"', typed)
    width = min(int(found[1]), size.width) if found else size.width
    if width < 1:
        width = size.width
    height = max(1, round(size.height * width / size.width))
    return f' width="{width}" height="{height}"'


def link_to(address: str, alt: str) -> str:
    """A picture of another site as a link to it."""
    return f'<a class="elsewhere" href="{escape(address)}" rel="noopener">{escape(alt or address)}</a>'
