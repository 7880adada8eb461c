"""Two versions of a text side by side: which lines stayed, came and went, and which words in them changed.

Bounded: texts that are too far apart differ as a whole, and lines too far apart are not compared word by word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from byline.kernel.text.sequences import Run, runs

CONTEXT_LINES = 3
MAX_LINE_EDITS = 400
MAX_WORD_EDITS = 60
MAX_LINES = 10_000
"""Changed texts with more lines are not compared line by line."""
MAX_WORDS = 2_000

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")


class Change(StrEnum):
    """What happened to a line or a part of it."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Part:
    """A run of text within a line."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line. Numbers count from 1; a line that came has no old number, one that went no new one."""

    change: Change
    parts: tuple[Part, ...]
    old_number: int | None
    new_number: int | None

    @property
    def text(self) -> str:
        """The whole line."""
        return "".join(part.text for part in self.parts)


@dataclass(frozen=True, slots=True)
class Hunk:
    """Changed lines with a few equal ones around them; `skipped` equal lines were left out before it."""

    skipped: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs between two texts, and how many equal lines were left out behind it."""

    hunks: tuple[Hunk, ...]
    skipped_at_end: int
    lines_added: int
    lines_removed: int

    @property
    def is_same(self) -> bool:
        """Whether the texts have the same lines."""
        return not self.hunks


def compare(old: str, new: str, *, context: int = CONTEXT_LINES) -> Comparison:
    """What changed from `old` to `new`, in hunks with `context` equal lines around each change."""
    lines = list(_lines(old.splitlines(), new.splitlines()))
    hunks, skipped_at_end = _hunks(lines, context)
    added = sum(line.change is Change.ADDED for line in lines)
    removed = sum(line.change is Change.REMOVED for line in lines)
    return Comparison(tuple(hunks), skipped_at_end, added, removed)


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    most_edits = MAX_LINE_EDITS if max(len(old), len(new)) <= MAX_LINES else 0
    for run in runs(old, new, most_edits=most_edits):
        if run.is_same:
            for shift in range(run.b - run.a):
                part = Part(Change.SAME, old[run.a + shift])
                yield Line(Change.SAME, (part,), run.a + shift + 1, run.c + shift + 1)
        else:
            yield from _replaced(old, new, run)


def _replaced(old: Sequence[str], new: Sequence[str], run: Run) -> Iterator[Line]:
    """What went, then what came; lines that stand in for one another show which of their words changed."""
    before, after = list(old[run.a : run.b]), list(new[run.c : run.d])
    shown: tuple[list[tuple[Part, ...]], list[tuple[Part, ...]]] = (
        [(Part(Change.REMOVED, line),) for line in before],
        [(Part(Change.ADDED, line),) for line in after],
    )
    if len(before) == len(after) <= MAX_LINE_EDITS:
        pairs = [_words(one, other) for one, other in zip(before, after, strict=True)]
        shown = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    for number, parts in enumerate(shown[0], run.a + 1):
        yield Line(Change.REMOVED, parts, number, None)
    for number, parts in enumerate(shown[1], run.c + 1):
        yield Line(Change.ADDED, parts, None, number)


def _words(old: str, new: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Both lines in parts that stayed and parts that changed."""
    one, other = _WORDS.findall(old), _WORDS.findall(new)
    most_edits = MAX_WORD_EDITS if max(len(one), len(other)) <= MAX_WORDS else 0
    went, came = [], []
    for run in runs(one, other, most_edits=most_edits):
        went.append(Part(Change.SAME if run.is_same else Change.REMOVED, "".join(one[run.a : run.b])))
        came.append(Part(Change.SAME if run.is_same else Change.ADDED, "".join(other[run.c : run.d])))
    return tuple(part for part in went if part.text), tuple(part for part in came if part.text)


def _hunks(lines: Sequence[Line], context: int) -> tuple[list[Hunk], int]:
    changed = [at for at, line in enumerate(lines) if line.change is not Change.SAME]
    hunks: list[Hunk] = []
    shown = 0
    at = 0
    while at < len(changed):
        start = max(shown, changed[at] - context)
        end = changed[at] + 1
        while at < len(changed) and changed[at] <= end + 2 * context:
            end = changed[at] + 1
            at += 1
        end = min(len(lines), end + context)
        hunks.append(Hunk(start - shown, tuple(lines[start:end])))
        shown = end
    return hunks, len(lines) - shown
