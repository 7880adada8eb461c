"""Bare addresses in running text (`https://…`, `www.…`) become links, after the autolink extension of GitHub's spec."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

LONGEST = 2_000
_ADDRESS = re.compile(
    rf"(?:https?://|www\.)[^\W_](?:[\w.-]{{0,251}}[^\W_])?(?::\d{{1,5}})?(?:[/?#][^\s<]{{0,{LONGEST}}})?", re.IGNORECASE
)
_BEFORE = " \t\n*_~(\"'"
_NEVER_LAST = "?!.,:;*_~'\""


def install(parser: MarkdownIt) -> None:
    """Teach a parser bare addresses."""
    parser.inline.add_terminator_char("w")
    parser.inline.add_terminator_char("h")
    parser.inline.ruler.before("escape", "bare_address", _bare_address)


def _bare_address(state: StateInline, silent: bool) -> bool:
    at = state.pos
    if state.linkLevel or silent or state.src[at] not in "hwHW":
        return False
    if at and state.src[at - 1] not in _BEFORE:
        return False
    found = _ADDRESS.match(state.src, at, state.posMax)
    if found is None or "." not in found[0]:
        return False
    shown = _trimmed(found[0])
    address = shown if "://" in shown[:8] else f"https://{shown}"
    _push_link(state, state.md.normalizeLink(address), shown)
    state.pos += len(shown)
    return True


def _trimmed(address: str) -> str:
    """Without the punctuation of the sentence around it; a closing bracket stays when its partner is inside."""
    surplus = address.count(")") - address.count("(")
    end = len(address)
    while end:
        last = address[end - 1]
        if last == ")" and surplus > 0:
            surplus -= 1
        elif last not in _NEVER_LAST:
            break
        end -= 1
    return address[:end]


def _push_link(state: StateInline, address: str, shown: str) -> None:
    opening = state.push("link_open", "a", 1)
    opening.attrs = {"href": address}
    opening.markup, opening.info = "autolink", "auto"
    state.push("text", "", 0).content = shown
    closing = state.push("link_close", "a", -1)
    closing.markup, closing.info = "autolink", "auto"
