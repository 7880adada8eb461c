"""The shortest way from one sequence to another, after E. Myers, An O(ND) Difference Algorithm (1986)."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeVar

T = TypeVar("T", bound=Hashable)


class Run(NamedTuple):
    """Neighbours that go together: `old[a:b]` became `new[c:d]`; equal ones when `is_same`."""

    is_same: bool
    a: int
    b: int
    c: int
    d: int


def runs(old: Sequence[T], new: Sequence[T], *, most_edits: int) -> list[Run]:
    """The runs that make both sequences, in order.

    Takes at most `most_edits` times both lengths in steps: sequences further apart differ as a whole, but for their
    equal beginning and end.
    """
    start = _equal_at_start(old, new)
    end = _equal_at_start(old[start:][::-1], new[start:][::-1])
    old_end, new_end = len(old) - end, len(new) - end
    edits = _edits(old[start:old_end], new[start:new_end], most_edits)
    between = [Run(False, 0, old_end - start, 0, new_end - start)] if edits is None else _joined(edits)
    found = [Run(True, 0, start, 0, start)]
    found += [Run(same, a + start, b + start, c + start, d + start) for same, a, b, c, d in between]
    found.append(Run(True, old_end, len(old), new_end, len(new)))
    return [run for run in found if run.b > run.a or run.d > run.c]


def _equal_at_start(old: Sequence[T], new: Sequence[T]) -> int:
    shorter = min(len(old), len(new))
    return next((at for at in range(shorter) if old[at] != new[at]), shorter)


def _edits(old: Sequence[T], new: Sequence[T], most_edits: int) -> list[tuple[int, int]] | None:
    """The corners of the shortest path from (0, 0) to the ends of both, None when it has too many edits."""
    reached = [0] * (2 * most_edits + 3)
    middle = most_edits + 1
    history: list[list[int]] = []
    for edits in range(most_edits + 1):
        history.append(reached[middle - edits - 1 : middle + edits + 2])
        for diagonal in range(-edits, edits + 1, 2):
            is_down = _is_down(reached, middle, diagonal, edits)
            x = reached[middle + diagonal + 1] if is_down else reached[middle + diagonal - 1] + 1
            while x < len(old) and x - diagonal < len(new) and old[x] == new[x - diagonal]:
                x += 1
            reached[middle + diagonal] = x
            if x >= len(old) and x - diagonal >= len(new):
                return _way_back(history, len(old), len(new))
    return None


def _is_down(reached: Sequence[int], middle: int, diagonal: int, edits: int) -> bool:
    """Whether the furthest point of a diagonal comes from the one above it, by adding an item."""
    if diagonal in (-edits, edits):
        return diagonal == -edits
    return reached[middle + diagonal - 1] < reached[middle + diagonal + 1]


def _way_back(history: Sequence[Sequence[int]], x: int, y: int) -> list[tuple[int, int]]:
    corners = [(x, y)]
    for edits in range(len(history) - 1, 0, -1):
        # Of each round only the middle was kept, so the diagonal 0 is found there.
        reached, middle = history[edits], edits + 1
        diagonal = x - y
        before = diagonal + 1 if _is_down(reached, middle, diagonal, edits) else diagonal - 1
        x = reached[middle + before]
        y = x - before
        corners.append((x, y))
    return [*corners, (0, 0)][::-1]


def _joined(corners: Sequence[tuple[int, int]]) -> list[Run]:
    """Between two corners lie one edit and then equal items; edits with nothing equal between them become one."""
    found: list[Run] = []
    for (x, y), (next_x, next_y) in pairwise(corners):
        equal = min(next_x - x, next_y - y)
        for run in (
            Run(False, x, next_x - equal, y, next_y - equal),
            Run(True, next_x - equal, next_x, next_y - equal, next_y),
        ):
            if found and found[-1].is_same == run.is_same:
                found[-1] = Run(run.is_same, found[-1].a, run.b, found[-1].c, run.d)
            elif run.b > run.a or run.d > run.c:
                found.append(run)
    return found
