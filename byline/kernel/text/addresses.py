"""Bare addresses in running text (`https://…`, `www.…`) become links, after the autolink extension of GitHub's spec."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from byline.kernel.text import allowed

LONGEST = 2_000
_ADDRESS = re.compile(
    rf"(?:https?://|www\.)[^\W_](?:[\w.-]{{0,251}}[^\W_])?(?::\d{{1,5}})?(?:[/?#][^\s<]{{0,{LONGEST}}})?", re.IGNORECASE
)
_OVERLOOKED = re.compile(r"[\t\n\r]")
_CONTROLS = "".join(map(chr, range(33)))
_LEADS_AWAY = re.compile(r"(?:https?:)?[/\\]{2}", re.IGNORECASE)
_OTHER_HOST = re.compile(r"[/\\]{2}")
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


def as_browsers_read(address: str) -> str:
    """An address without what browsers overlook in it: line breaks and tabs, control characters around it."""
    return _OVERLOOKED.sub("", address).strip(_CONTROLS)


def is_here(address: str) -> bool:
    """Whether an address is one of this site."""
    before_path = re.split(r"[/\\?#]", address, maxsplit=1)[0]
    return bool(address) and ":" not in before_path and not _OTHER_HOST.match(address)


def is_safe(address: str) -> bool:
    """Whether a link may lead there: to this site, to another, or by a scheme that runs nothing."""
    scheme = address.partition(":")[0].lower()
    return is_here(address) or bool(_OTHER_HOST.match(address)) or scheme in allowed.URL_SCHEMES


def relation(address: str) -> str:
    """The attribute a link carries: one to another site gets no hold on this page's window."""
    return "" if not address or is_here(address) or not _LEADS_AWAY.match(address) else ' rel="noopener"'
