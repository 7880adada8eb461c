"""The way of a text: read, anchor, write, pass the gate, count."""

from __future__ import annotations

from byline.kernel.text import headings, limits, parser, raw_html, sanitiser, words
from byline.kernel.text.pictures import Pictures
from byline.kernel.text.rendered import FindSize, Rendered
from byline.kernel.text.writer import Writer

_READER = parser.make()


def render(source: str, *, image_size: FindSize | None = None) -> Rendered:
    """The Markdown `source` as HTML that is safe to show, and what lists need of it.

    The same source and sizes give the same result, byte for byte. Raises Invalid (field `body`) above 500,000
    characters or 60,000 lines.
    """
    text = limits.accepted(source)
    env = {"steps": limits.steps_for(len(text))}
    tokens = _READER.parse(text, env)
    raw_html.settle(tokens)
    toc = headings.anchor(tokens)
    pictures = Pictures(image_size)
    pictures.set_apart(tokens)
    html = sanitiser.clean(Writer(pictures).write(tokens))
    whole = words.plain(html)
    word_count, minutes = words.count(whole)
    return Rendered(html, toc, words.excerpt(tokens, whole), word_count, minutes, pictures.first)
