"""The way of a text: read, anchor, write, pass the gate, count."""

from __future__ import annotations

from typing import Any

from byline.kernel.text import headings, limits, parser, sanitiser, words
from byline.kernel.text.pictures import Pictures
from byline.kernel.text.rendered import FindSize, Rendered
from byline.kernel.text.writer import Writer

_READER = parser.make()


def render(source: str, *, image_size: FindSize | None = None) -> Rendered:
    """The Markdown `source` as HTML that is safe to show, and what lists need of it.

    The same source and sizes give the same result, byte for byte. Raises Invalid above 500,000 characters.
    """
    env: dict[str, Any] = {}
    tokens = _READER.parse(limits.accepted(source), env)
    toc = headings.anchor(tokens)
    pictures = Pictures(image_size)
    html = sanitiser.clean(Writer(pictures).render(tokens, _READER.options, env))
    whole = words.plain(html)
    word_count, minutes = words.count(whole)
    return Rendered(html, toc, words.excerpt(tokens, whole), word_count, minutes, pictures.first)
