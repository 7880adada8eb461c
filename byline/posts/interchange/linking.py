"""Where a Markdown text points to: every destination is found in the source and may be put anew, nothing else moves."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

Answer = Callable[[str], str | None]
"""Answers the new destination for one that was found, None to leave it."""

# Only the blocks matter here: which lines are code. Reading the words of each line would cost ten times as much.
_BLOCKS = MarkdownIt("commonmark").enable("table").use(footnote_plugin).disable("inline")
_CODE = ("fence", "code_block")


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


_LABEL = r"\[(?!\^)(?:\\.|[^\[\]\\\n])+\]"
_OPEN = r"(?:\\.|\((?:\\.|[^\s()\\])*\)|[^\s()<>\\])+"
_TOKEN = re.compile(
    rf"""
    (?P<escaped>\\[!-/:-@\[-`{{-~])
    | (?P<code>(?<!`)(?P<fence>`+)(?!`)(?:(?!\n[ \t]*\n)[\s\S])+?(?<!`)(?P=fence)(?!`))
    | (?P<ticks>`+)
    | (?P<comment><!--[\s\S]*?-->)
    | <(?P<autolink>https?://[^\s<>]+)>
    | (?P<tag><[A-Za-z](?:"[^"]*"|'[^']*'|[^<>"'])*>)
    | (?P<inline>\]\([ \t]*\n?[ \t]*(?P<to><[^<>\n]*>|{_OPEN}))
    | (?P<definition>^[ \t>]*{_LABEL}:[ \t]*\n?[ \t]*(?P<leads><[^<>\n]*>|[^\s<>]+))
    """,
    re.VERBOSE | re.MULTILINE,
)
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
    for start, end in _prose(source):
        found += _spots_between(source, start, end)
    return found


def _written(spot: Spot, new: str, *, is_angled: bool) -> str:
    if spot.kind is Kind.BARE:
        # The address stays what is read; only where it leads changes.
        return f"[{spot.reference}]({_destination(new)})"
    return html.escape(new) if spot.is_attribute else _destination(new, is_angled=is_angled)


def _destination(new: str, *, is_angled: bool = False) -> str:
    return f"<{new}>" if is_angled or not _SAFE.fullmatch(new) else new


def _prose(source: str) -> Iterator[tuple[int, int]]:
    """The stretches of the source that are not code blocks."""
    starts = [0]
    starts += [match.end() for match in re.finditer("\n", source)]
    starts.append(len(source))
    last = 0
    for token in _BLOCKS.parse(source):
        if token.type in _CODE and token.map:
            first, after = (min(line, len(starts) - 1) for line in token.map)
            yield last, starts[first]
            last = starts[after]
    yield last, len(source)


def _spots_between(source: str, start: int, end: int) -> Iterator[Spot]:
    for match in _TOKEN.finditer(source, start, end):
        if match["tag"]:
            yield from _attributes(match)
        elif match["autolink"]:
            yield Spot(match.start(), match.end(), match["autolink"], Kind.BARE)
        elif match["inline"] or match["definition"]:
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
