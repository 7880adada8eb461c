"""The way of a text: read, anchor, write, pass the gate, count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from byline.kernel.text import headings, limits, mentions, parser, raw_html, sanitiser, words
from byline.kernel.text.comments import CommentWriter
from byline.kernel.text.mentions import FindMembers, Mentions
from byline.kernel.text.pictures import Pictures
from byline.kernel.text.rendered import FindSize, Heading, Rendered
from byline.kernel.text.writer import Writer

_READER = parser.make()
_COMMENT_READER = parser.make_for_comments()


def render(source: str, *, image_size: FindSize | None = None, members: FindMembers | None = None) -> Rendered:
    """The Markdown `source` as HTML that is safe to show, and what lists need of it.

    `members` is asked once for all the names called in the text (`@ada`); those it knows become links. The same
    source, sizes and names give the same result, byte for byte. Raises Invalid (field `body`) above 500,000
    characters or 60,000 lines.
    """
    tokens = _read(_READER, source)
    raw_html.settle(tokens)
    toc = headings.anchor(tokens)
    pictures = Pictures(image_size)
    pictures.set_apart(tokens)
    called = Mentions(_known(tokens, members))
    html = sanitiser.clean(Writer(pictures, called).write(tokens))
    return _rendered(html, tokens, toc=toc, first_image=pictures.first, mentions=tuple(called.written))


def render_comment(source: str, *, members: FindMembers | None = None) -> Rendered:
    """The Markdown of a comment as HTML that is safe to show: words, emphasis, links, lists, quotes and code.

    No headings, pictures, tables, footnotes, notes or HTML; what looks like one is shown as it was typed, a picture
    as a link. Links to other sites are marked as a reader's (`nofollow ugc`). Raises Invalid like `render`.
    """
    tokens = _read(_COMMENT_READER, source)
    called = Mentions(_known(tokens, members))
    html = sanitiser.clean(CommentWriter(Pictures(None), called).write(tokens))
    return _rendered(html, tokens, mentions=tuple(called.written))


def mentioned(source: str, *, members: FindMembers | None = None) -> tuple[str, ...]:
    """The keys of those whom a text calls by name, in its order; code, links and addresses call nobody.

    With `members` exactly those who are linked when it is rendered with the same; without, every name as it was
    typed, also of nobody.
    """
    return render(source, members=members or (lambda names: {name: name for name in names})).mentions


def _read(reader: MarkdownIt, source: str) -> list[Token]:
    text = limits.accepted(source)
    return reader.parse(text, {"steps": limits.steps_for(len(text))})


def _known(tokens: Sequence[Token], members: FindMembers | None) -> Mapping[str, str]:
    names = mentions.names_in(tokens) if members else []
    return members(names) if members and names else {}


def _rendered(
    html: str,
    tokens: Sequence[Token],
    *,
    toc: tuple[Heading, ...] = (),
    first_image: str | None = None,
    mentions: tuple[str, ...] = (),
) -> Rendered:
    whole = words.plain(html)
    word_count, minutes = words.count(whole)
    return Rendered(html, toc, words.excerpt(tokens, whole), word_count, minutes, first_image, mentions)
