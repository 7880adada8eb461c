"""Where a Markdown text points to: every destination is found in the source and may be put anew, nothing else moves."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from byline.kernel.text import parser

Answer = Callable[[str], str | None]
"""Answers the new destination for one that was found, None to leave it."""

# Only the blocks matter here: which lines are code. Reading the words of each line would cost ten times as much.
# Without the words no footnote is referred to, so the step that throws away such ones must not run either.
_BLOCKS = parser.make().disable(["inline", "footnote_tail"])
_CODE = ("fence", "code_block")
_WORDS = ("inline", "table_open", "html_block")
"""Blocks of words. A definition leaves no block, so it is where none of these is."""


class Kind(StrEnum):
    """How a destination is written."""

    PLACED = "placed"
    BARE = "bare"


@dataclass(frozen=True, slots=True)
class Spot:
    """A destination between two positions of the source; `is_attribute` where quotes are around it already."""

    start: int
    end: int
    reference: str
    kind: Kind = Kind.PLACED
    is_attribute: bool = False


# What may stand before a definition on its line: quotes, list markers, a footnote's label.
_BEFORE = r"[ \t>]|[-+*][ \t]|\d{1,9}[.)][ \t]|\[\^[^\]\n]+\]:"
# A definition ends with its destination or a title. What goes on is prose that only begins like one.
_TITLE = r"""(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\((?:\\.|[^()\\])*\))"""
_AFTER = rf"[ \t]*$|(?:[ \t]+|[ \t]*\n[ \t]*){_TITLE}[ \t]*$"
_LABEL = r"\[(?!\^)(?:\\.|[^\[\]\\\n])+\]"
_OPEN = r"(?:\\.|\((?:\\.|[^\s()\\])*\)|[^\s()<>\\])+"
_WITHIN_WORDS = rf"""
    (?P<escaped>\\[!-/:-@\[-`{{-~])
    | (?P<code>(?<!`)(?P<fence>`+)(?!`)(?:(?!\n[ \t]*\n)[\s\S])+?(?<!`)(?P=fence)(?!`))
    | (?P<ticks>`+)
    | (?P<comment><!--[\s\S]*?-->)
    | <(?P<autolink>https?://[^\s<>]+)>
    | (?P<tag><[A-Za-z](?:"[^"]*"|'[^']*'|[^<>"'])*>)
    | (?P<inline>\]\([ \t]*\n?[ \t]*(?P<to><[^<>\n]*>|{_OPEN}))
"""
_DEFINITION = rf"""
    | (?P<definition>^(?:{_BEFORE})*+{_LABEL}:[ \t]*\n?[ \t]*(?P<leads><[^<>\n]*>|[^\s<>]+)(?={_AFTER}))
"""
_WORDS_TOKEN = re.compile(_WITHIN_WORDS, re.VERBOSE)
_TOKEN = re.compile(_WITHIN_WORDS + _DEFINITION, re.VERBOSE | re.MULTILINE)
_ATTRIBUTE = re.compile(r"""\b(?:href|src|poster)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_BACKSLASH = re.compile(r"\\([!-/:-@\[-`{-~])")
_SAFE = re.compile(r"[^\s()<>\\\x00-\x1f]+")


def rewritten(source: str, answer: Answer) -> str:
    """The text with those destinations put anew for which there is an answer."""
    parts, last = [], 0
    for spot in spots(source):
        new = answer(spot.reference)
        if new is None or new == spot.reference:
            continue
        is_angled = source.startswith("<", spot.start)
        parts += [source[last : spot.start], _written(spot, new, is_angled=is_angled)]
        last = spot.end
    return "".join([*parts, source[last:]])


def spots(source: str) -> list[Spot]:
    """Every destination outside of code, in order: of links, pictures, definitions, HTML tags and autolinks."""
    found: list[Spot] = []
    for start, end, may_define in _prose(source):
        found += _spots_between(source, start, end, may_define=may_define)
    return found


def _written(spot: Spot, new: str, *, is_angled: bool) -> str:
    if spot.kind is Kind.BARE:
        # The address stays what is read; only where it leads changes.
        return f"[{spot.reference}]({_destination(new)})"
    return html.escape(new) if spot.is_attribute else _destination(new, is_angled=is_angled)


def _destination(new: str, *, is_angled: bool = False) -> str:
    return f"<{new}>" if is_angled or not _SAFE.fullmatch(new) else new


def _prose(source: str) -> Iterator[tuple[int, int, bool]]:
    """The stretches of the source outside of code blocks, and whether definitions may stand in each.

    They are cut where blocks begin and end, because no code span crosses that.
    """
    starts = [0, *(match.end() for match in re.finditer("\n", source))]
    starts.append(len(source))
    last_line = len(starts) - 1
    cuts, code, words = {0, last_line}, set[int](), set[int]()
    for token in _BLOCKS.parse(source):
        if token.map:
            first, after = (min(line, last_line) for line in token.map)
            cuts |= {first, after}
            code |= set(range(first, after)) if token.type in _CODE else set()
            words |= set(range(first, after)) if token.type in _WORDS else set()
    for first, after in itertools.pairwise(sorted(cuts)):
        if first not in code:
            yield starts[first], starts[after], first not in words


def _spots_between(source: str, start: int, end: int, *, may_define: bool) -> Iterator[Spot]:
    for match in (_TOKEN if may_define else _WORDS_TOKEN).finditer(source, start, end):
        if match["tag"]:
            yield from _attributes(match)
        elif match["autolink"]:
            yield Spot(match.start(), match.end(), match["autolink"], Kind.BARE)
        elif match["inline"] or match.groupdict().get("definition"):
            yield _placed(match)


def _placed(match: re.Match[str]) -> Spot:
    group = "to" if match["inline"] else "leads"
    written = match[group]
    if written.startswith("<"):
        written = written[1:-1]
    return Spot(*match.span(group), _plain(written))


def _attributes(match: re.Match[str]) -> Iterator[Spot]:
    for attribute in _ATTRIBUTE.finditer(match["tag"]):
        group = 1 if attribute[1] is not None else 2
        start, end = attribute.span(group)
        offset = match.start("tag")
        yield Spot(offset + start, offset + end, html.unescape(attribute[group]).strip(), is_attribute=True)


def _plain(written: str) -> str:
    return html.unescape(_BACKSLASH.sub(r"\1", written))
