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
_SCHEME = re.compile("https?$", re.IGNORECASE)
_OVERLOOKED = re.compile(r"[\t\n\r]")
_CONTROLS = "".join(map(chr, range(33)))
_LEADS_AWAY = re.compile(r"(?:https?:)?[/\\]{2}", re.IGNORECASE)
_OTHER_HOST = re.compile(r"[/\\]{2}")
_BEFORE = " \t\n*_~(\"'"
_NEVER_LAST = "?!.,:;*_~'\""


def install(parser: MarkdownIt) -> None:
    """Teach a parser bare addresses."""
    parser.inline.add_terminator_char("w")
    parser.inline.ruler.before("escape", "bare_address", _bare_address)


def _bare_address(state: StateInline, silent: bool) -> bool:
    # The reader stops at a colon and at a w; a scheme before the colon was taken for words until here.
    if silent or state.linkLevel or state.src[state.pos] not in ":wW":
        return False
    start = _start(state)
    found = _ADDRESS.match(state.src, start, state.posMax) if start >= 0 else None
    if found is None or "." not in found[0]:
        return False
    shown = _trimmed(found[0])
    if start < state.pos:
        state.pending = state.pending[: start - state.pos]
    _push_link(state, shown if "://" in shown[:8] else f"https://{shown}", shown)
    state.pos = start + len(shown)
    return True


def _start(state: StateInline) -> int:
    """Where the address at this place begins, -1 when there is none or when it is the end of another word."""
    start = state.pos
    if state.src[start] == ":":
        scheme = _SCHEME.search(state.src, max(0, start - 5), start)
        if scheme is None or not state.pending.endswith(scheme[0]):
            return -1
        start = scheme.start()
    return start if start == 0 or state.src[start - 1] in _BEFORE else -1


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
    opening.attrs = {"href": state.md.normalizeLink(address)}
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
