"""Headings: an id for each that stays while its words stay, and the table of contents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from byline.kernel.text import allowed
from byline.kernel.text.rendered import Heading
from byline.kernel.text.slugs import slugify
from byline.kernel.text.words import spoken

_OWN_ID = re.compile(r"[ \t]*\{#([^\s{}\"'<>&]{1,80})\}[ \t]*$")
_RAW_ID = re.compile(r"""\b(?:id|name)\s*=\s*["']?([^\s"'>]{1,80})""", re.IGNORECASE)


def anchor(tokens: Sequence[Token]) -> tuple[Heading, ...]:
    """Give every heading its id and answer the table of contents.

    A heading may bring its own id (`## Title {#id}`); otherwise it is the slug of its words, with `-2`, `-3` … when
    that is taken. Levels follow the page's title, which has level one, without a gap: what comes first has level two,
    and what is below another heading has the level below it.
    """
    found = [tokens[at : at + 3] for at, token in enumerate(tokens) if token.type == "heading_open"]
    ids = _Ids(_raw_ids(tokens))
    levels = _without_gaps([int(opening.tag[1]) for opening, _, _ in found])
    return tuple(_anchored(heading, ids, level) for heading, level in zip(found, levels, strict=True))


def _without_gaps(typed: Sequence[int]) -> Iterator[int]:
    above: list[int] = []
    for level in typed:
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        yield min(6, len(above) + 1)


def _anchored(heading: Sequence[Token], ids: _Ids, level: int) -> Heading:
    opening, inline, closing = heading
    own = _take_own_id(inline)
    words = spoken(inline.children or ())
    identity = ids.give(own or slugify(words, "section"))
    opening.tag = closing.tag = f"h{level}"
    opening.attrSet("id", identity)
    closing.meta.update(id=identity, words=words)
    return Heading(level, words, allowed.ID_PREFIX + identity)


def _take_own_id(inline: Token) -> str | None:
    last = inline.children[-1] if inline.children else None
    found = _OWN_ID.search(last.content) if last and last.type == "text" else None
    if last is None or found is None:
        return None
    last.content = last.content[: found.start()]
    return found[1]


def _raw_ids(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        for part in (token, *(token.children or ())):
            if part.type in ("html_block", "html_inline"):
                yield from _RAW_ID.findall(part.content)


class _Ids:
    """The ids given in one text."""

    def __init__(self, taken: Iterator[str]) -> None:
        self._taken = set(taken)
        self._next: dict[str, int] = {}

    def give(self, wanted: str) -> str:
        """`wanted`, or the first of `wanted-2`, `wanted-3` … that is free."""
        free = wanted
        while free in self._taken:
            number = self._next.get(wanted, 2)
            self._next[wanted] = number + 1
            free = f"{wanted}-{number}"
        self._taken.add(free)
        return free
