"""Bounds on reading: what would take a hostile text beyond linear time ends here, and is read as plain text."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.footnote.index import footnote_ref

from byline.kernel.text import limits

_FOOTNOTE = re.compile(rf"\[\^[^\s\[\]]{{1,{limits.MAX_LABEL_CHARACTERS}}}\]")


def install(parser: MarkdownIt) -> None:
    """Bound a parser whose other rules are in place."""
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    chains = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.before("table", "too_much", _too_much, {"alt": chains})
    parser.inline.ruler.before("text", "too_many_steps", _too_many_steps)
    parser.inline.ruler.at("footnote_ref", _footnote_ref)


class BoundedInline(ParserInline):
    """Looks ahead for the end of a link's words no deeper than `MAX_BRACKET_DEPTH`, and counts each look."""

    def skipToken(self, state: StateInline) -> None:  # noqa: N802  (the library's name)
        """Move past one token without writing it."""
        spent = _spend(state)
        if spent or (state.level >= limits.MAX_BRACKET_DEPTH and state.pos not in state.cache):
            state.cache[state.pos] = state.posMax
        super().skipToken(state)


def _spend(state: StateInline) -> bool:
    """Count one step; True when the text has used up what it may take."""
    left: int = state.env.setdefault("steps", limits.steps_for(limits.MAX_CHARACTERS))
    state.env["steps"] = left - 1
    return left <= 0


def _too_many_steps(state: StateInline, silent: bool) -> bool:
    if not _spend(state):
        return False
    if not silent:
        state.pending += state.src[state.pos : state.posMax]
    state.pos = state.posMax
    return True


def _too_much(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Beyond the depth or the number of looks, what is left is shown as it was typed."""
    looks = state.env["looks"] = state.env.get("looks", 0) + (1 if silent else 8)
    if looks <= limits.MAX_LOOKS and (silent or state.level < limits.MAX_BLOCK_DEPTH):
        return False
    if not silent:
        _show_as_typed(state, start_line, end_line)
    return True


def _show_as_typed(state: StateBlock, start_line: int, end_line: int) -> None:
    last = start_line
    while last < end_line and (state.isEmpty(last) or state.sCount[last] >= state.blkIndent):
        last += 1
    token = state.push("code_block", "code", 0)
    token.content = state.getLines(start_line, last, state.blkIndent, False)
    token.map = [start_line, last]
    state.line = last


def _table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """As the reader's own, until a text has used up its cells: short rows are filled up, so a few signs make many."""
    if state.env.get("cells", 0) > limits.MAX_CELLS:
        return False
    before = len(state.tokens)
    is_table = table(state, start_line, end_line, silent)
    # A cell is three tokens: its start, its words, its end.
    state.env["cells"] = state.env.get("cells", 0) + (len(state.tokens) - before) // 3
    return is_table


def _footnote_ref(state: StateInline, silent: bool) -> bool:
    """As the extension, for names of a sensible length: it would search each `[^` to the end of its paragraph."""
    return bool(_FOOTNOTE.match(state.src, state.pos)) and footnote_ref(state, silent)
