"""HTML that authors write into their Markdown: told apart into tags and text, so that nothing is left to guess."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import TypeVar

from markdown_it.token import Token

from byline.kernel.text import allowed

T = TypeVar("T")

# Possessive quantifiers: what was read once is never read again, so a long run of attributes costs its length.
_ATTRIBUTE = r"""\s++([^\s"'<>/=]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?+"""
_TAG = re.compile(rf"<(/?)([A-Za-z][A-Za-z0-9-]*+)((?:{_ATTRIBUTE})*+)\s*+/?>")
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_HIDDEN = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">"))
"""Comments and what else browsers do not show, longest beginning first."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as its author wrote it. Names are lower-case."""

    name: str
    is_closing: bool
    typed: str
    attributes: Mapping[str, str] = field(default_factory=dict)


def pieces(markup: str) -> Iterator[str | Tag]:
    """The markup in order: tags, and text ready for HTML in which no tag is left; comments are left out."""
    at = 0
    while at < len(markup):
        opening = markup.find("<", at)
        if opening < 0:
            break
        if opening > at:
            yield _text(markup[at:opening])
        at, piece = _piece(markup, opening)
        if piece:
            yield piece
    yield _text(markup[at:])


def settle(tokens: Sequence[Token]) -> None:
    """Take scripts, styles and their like out of a text with all they hold, and make words of tags HTML has not."""
    for token in tokens:
        if token.type == "html_block":
            read = list(pieces(token.content))
            kept = _outside(read, [piece if isinstance(piece, Tag) else None for piece in read])
            token.content = "".join(piece.typed if isinstance(piece, Tag) else piece for piece in kept)
        elif token.children and any(child.type == "html_inline" for child in token.children):
            tags = [_tag_of(child) for child in token.children]
            for child, tag in zip(token.children, tags, strict=True):
                if tag and tag.name not in allowed.KNOWN:
                    child.type = "text"
            token.children = _outside(token.children, tags)


def _piece(markup: str, at: int) -> tuple[int, str | Tag]:
    """What begins with the `<` at a place, and where what follows begins."""
    found = _TAG.match(markup, at)
    if found:
        return found.end(), _tag(found)
    for beginning, end in _HIDDEN:
        if markup.startswith(beginning, at):
            last = markup.find(end, at + len(beginning))
            return (last + len(end) if last >= 0 else len(markup)), ""
    return at + 1, "&lt;"


def _tag(found: re.Match[str]) -> Tag:
    values = {name.lower(): unescape(_unquoted(value)) for name, value in _ATTRIBUTES.findall(found[3])}
    name = found[2].lower()
    return Tag(allowed.RENAMED.get(name, name), bool(found[1]), found[0], values)


def _unquoted(value: str) -> str:
    return value[1:-1] if value[:1] in ("'", '"') else value


def _tag_of(token: Token) -> Tag | None:
    found = _TAG.fullmatch(token.content) if token.type == "html_inline" else None
    return _tag(found) if found else None


def _text(words: str) -> str:
    return words.replace(">", "&gt;")


def _outside(items: Sequence[T], tags: Sequence[Tag | None]) -> list[T]:
    """The items that stand outside of silent elements; `tags` says which item is a tag. One never closed has no end."""
    ends = _ends(tags)
    kept = []
    at = 0
    while at < len(items):
        if at in ends:
            at = ends[at]
        else:
            kept.append(items[at])
        at += 1
    return kept


def _ends(tags: Sequence[Tag | None]) -> dict[int, int]:
    """Where each silent element ends, by where it begins."""
    ends: dict[int, int] = {}
    closing: dict[str, int] = {}
    for at in range(len(tags) - 1, -1, -1):
        tag = tags[at]
        if tag is None or tag.name not in allowed.SILENT:
            continue
        if tag.is_closing:
            closing[tag.name] = at
        elif tag.name in closing:
            ends[at] = closing[tag.name]
    return ends
