"""Calling somebody by name: `@ada` in running text, never in code, in a link or in an e-mail address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import escape
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

FindMembers = Callable[[Iterable[str]], Mapping[str, str]]
"""Answers the usernames of those who may be called, by their keys (usernames in small letters)."""

MOST = 50
"""Names looked for in one text."""

_NAME = re.compile(r"@([A-Za-z](?:[._-]?[A-Za-z0-9]){0,63}_?)(?![\w@])")
_END = re.compile(r"[._-]")
_BEFORE = re.compile(r"[^\W_]|[@/+=&#-]")


def install(parser: MarkdownIt) -> None:
    """Teach a parser mentions: each becomes a token of its own, for whoever writes the text to link or not."""
    parser.inline.ruler.before("escape", "mention", _mention)


def _mention(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "@" or state.linkLevel or _is_inside_word(state):
        return False
    found = _NAME.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    name = found[1]
    if name.endswith("_") and state.src.find("_", 0, state.pos) >= 0:
        name = name[:-1]  # It ends an emphasis that began before.
    if not silent:
        token = state.push("mention", "a", 0)
        token.content, token.meta = f"@{name}", {"names": list(_readings(name))}
    state.pos += 1 + len(name)
    return True


def _is_inside_word(state: StateInline) -> bool:
    return state.pos > 0 and bool(_BEFORE.match(state.src[state.pos - 1]))


def _readings(name: str) -> Iterator[str]:
    """The name, and shorter ones it may have been meant as: `ada` in “Thanks @ada.Bye”; the longest comes first."""
    yield name
    for found in reversed(list(_END.finditer(name))):
        yield name[: found.start()]


def names_in(tokens: Sequence[Token]) -> list[str]:
    """The keys of all names that a text may mean, in its order, at most `MOST`."""
    found = (
        name.lower()
        for token in tokens
        for child in token.children or ()
        if child.type == "mention"
        for name in child.meta["names"]
    )
    kept: dict[str, None] = {}
    for name in found:
        kept.setdefault(name)
        if len(kept) >= MOST:
            break
    return list(kept)


class Mentions:
    """Writes the mentions of one text."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = known
        self.written: dict[str, None] = {}
        """The keys of those who were linked, in the order of the text."""

    def write(self, token: Token, *, may_link: bool) -> str:
        """A mention as a link to whom it means; the words alone where that is nobody or no link may stand."""
        for name in token.meta["names"] if may_link else ():
            username = self._known.get(name.lower())
            if username is not None:
                self.written.setdefault(name.lower())
                rest = token.content[1 + len(name) :]
                return f'<a class="mention" href="/@{quote(username)}">@{escape(name)}</a>{escape(rest, quote=False)}'
        return escape(token.content, quote=False)
