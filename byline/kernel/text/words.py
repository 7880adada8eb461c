"""The words of a text without its marks: for excerpts, counts, labels and search."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

import nh3
from markdown_it.token import Token

EXCERPT_CHARACTERS = 240
WORDS_A_MINUTE = 230
LETTERS_A_MINUTE = 500
"""For scripts that write no spaces between words."""

_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[^\W{_UNSPACED}]+(?:['\u2019.\-][^\W{_UNSPACED}]+)*")
_LETTER = re.compile(rf"[{_UNSPACED}]")
_BREAKS = re.compile(
    r"</?(?:aside|blockquote|br|dd|details|div|dl|dt|figcaption|figure|h[1-6]|hr|li|ol|p|pre|section|summary|table|td|th|tr|ul)\b"
)
_SILENT = re.compile(r'<sup class="footnote-ref">.*?</sup>|<a [^>]*class="footnote-back".*?</a>', re.DOTALL)


def plain(markup: str) -> str:
    """The words of rendered HTML on one line, without footnote marks."""
    spaced = _BREAKS.sub(lambda found: " " + found[0], _SILENT.sub("", markup))
    return " ".join(html.unescape(nh3.clean(spaced, tags=set())).split())


def spoken(children: Iterable[Token]) -> str:
    """The words of inline tokens as they would be read aloud; a picture is its alternative text."""
    parts = []
    for token in children:
        if token.type in ("text", "text_special", "code_inline", "mention"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type == "image":
            parts.append(spoken(token.children or ()))
    return " ".join("".join(parts).split())


def excerpt(tokens: Sequence[Token], whole: str) -> str:
    """The first words of the first paragraphs, at most 240 characters, cut between words.

    A text without paragraphs is excerpted from `whole`, all of its words.
    """
    found = ""
    for at, token in enumerate(tokens):
        if token.type == "paragraph_open" and token.level == 0:
            found = f"{found} {_without_pictures(tokens[at + 1])}".strip()
        if len(found) > EXCERPT_CHARACTERS:
            break
    return _cut(found or whole)


def _without_pictures(inline: Token) -> str:
    return spoken(token for token in inline.children or () if token.type != "image")


def _cut(words: str) -> str:
    if len(words) <= EXCERPT_CHARACTERS:
        return words
    whole, space, _ = words[:EXCERPT_CHARACTERS].rpartition(" ")
    return (whole if space else words[: EXCERPT_CHARACTERS - 1]).rstrip(" ,;:.\u2013\u2014-") + "…"


def count(words: str) -> tuple[int, int]:
    """How many words these are, and how many minutes it takes to read them, at least one."""
    letters = len(_LETTER.findall(words))
    spaced = len(_WORD.findall(words))
    minutes = spaced / WORDS_A_MINUTE + letters / LETTERS_A_MINUTE
    return spaced + letters, max(1, round(minutes))
