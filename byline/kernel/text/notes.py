"""Notes: `::: tip A title` … `:::`, a block set apart from the text. Kinds: note, tip, warning, danger."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

TITLES = {"note": "Note", "tip": "Tip", "warning": "Warning", "danger": "Danger"}
_OPENING = re.compile(rf":{{3,}}[ \t]*({'|'.join(TITLES)})(?:[ \t]+(.*))?[ \t]*", re.IGNORECASE)
_CLOSING = re.compile(r":{3,}[ \t]*")


def install(parser: MarkdownIt) -> None:
    """Teach a parser notes."""
    parser.block.ruler.before("fence", "note", _note, {"alt": ["paragraph", "reference", "blockquote", "list"]})


def _note(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line):
        return False
    opening = _OPENING.fullmatch(_line(state, start_line))
    if opening is None:
        return False
    if silent:
        return True
    last, following = _end(state, start_line, end_line)
    kind = opening[1].lower()
    _open(state, kind, opening[2] or TITLES[kind], (start_line, following))
    _read_inside(state, start_line + 1, last)
    state.push("note_close", "aside", -1).block = True
    state.line = following
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _end(state: StateBlock, start_line: int, end_line: int) -> tuple[int, int]:
    """Where the content ends and where what follows begins; a note never closed ends with what it stands in."""
    depth = 1
    for line in range(start_line + 1, end_line):
        if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return line, line
        text = _line(state, line)
        if not text.startswith(":::"):
            continue
        depth += 1 if _OPENING.fullmatch(text) else -1 if _CLOSING.fullmatch(text) else 0
        if depth == 0:
            return line, line + 1
    return end_line, end_line


def _open(state: StateBlock, kind: str, title: str, lines: tuple[int, int]) -> None:
    token = state.push("note_open", "aside", 1)
    token.block = True
    token.info = kind
    token.map = list(lines)
    token.attrSet("class", f"note note-{kind}")
    heading = state.push("note_title_open", "p", 1)
    heading.block = True
    heading.attrSet("class", "note-title")
    words = state.push("inline", "", 0)
    words.content = title.strip()
    words.map = [lines[0], lines[0] + 1]
    words.children = []
    state.push("note_title_close", "p", -1).block = True


def _read_inside(state: StateBlock, first: int, last: int) -> None:
    before = state.parentType, state.lineMax
    state.parentType, state.lineMax = "note", last
    state.md.block.tokenize(state, first, last)
    state.parentType, state.lineMax = before
