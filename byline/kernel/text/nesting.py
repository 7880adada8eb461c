"""Which elements are open while a text is written, so that what authors open themselves is always closed in its place.

An element of the Markdown (a quote, a cell, an emphasis) is a wall: tags that its author wrote inside end inside.
"""

from __future__ import annotations

from dataclasses import dataclass

from byline.kernel.text import allowed
from byline.kernel.text.limits import MAX_DEPTH

# An element that may leave out its end tag ends where one of these begins beside it (HTML, 13.1.2.4).
_ENDED_BY = {
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "tr": {"tr", "tbody", "tfoot"},
    "td": {"td", "th", "tr", "tbody", "tfoot"},
    "th": {"td", "th", "tr", "tbody", "tfoot"},
    "thead": {"tbody", "tfoot"},
    "tbody": {"tbody", "tfoot"},
    "caption": {"colgroup", "thead", "tbody", "tr"},
    "colgroup": {"thead", "tbody", "tr"},
    "rt": {"rt", "rp"},
    "rp": {"rt", "rp"},
}


@dataclass(slots=True)
class _Open:
    name: str
    end: str
    is_raw: bool
    is_shown: bool


class Nesting:
    """The stack of open elements. Methods that end elements answer the end tags to write."""

    def __init__(self) -> None:
        self._open: list[_Open] = []

    @property
    def is_full(self) -> bool:
        """Whether no further element fits inside."""
        return len(self._open) >= MAX_DEPTH

    def is_inside(self, name: str) -> bool:
        """Whether an element of this name is open and shown."""
        return any(element.name == name and element.is_shown for element in self._open)

    @property
    def holds_blocks(self) -> bool:
        """Whether the innermost element of the Markdown that is shown can hold blocks."""
        shown = (element for element in reversed(self._open) if element.is_shown and not element.is_raw)
        return next((element.name not in allowed.NO_BLOCKS for element in shown), True)

    def enter(self, name: str, end: str, *, is_shown: bool = True) -> None:
        """Begin an element of the Markdown that `end` will end; one that is not shown only keeps its place."""
        self._open.append(_Open(name, end, is_raw=False, is_shown=is_shown))

    def leave(self, last: str = "") -> str:
        """End the innermost element of the Markdown with all its author left open in it; `last` is put at its end."""
        wall = len(self._open) - 1
        while wall > 0 and self._open[wall].is_raw:
            wall -= 1
        ends = self._cut(wall + 1)
        return ends + (last if self._open and self._open[-1].is_shown else "") + self._cut(wall)

    def begin_block(self) -> str:
        """End what cannot hold a block: a paragraph or words marked up by tags of the author."""
        lowest = len(self._open)
        for at in range(len(self._open) - 1, -1, -1):
            if not self._open[at].is_raw:
                break
            if self._open[at].name in allowed.NO_BLOCKS:
                lowest = at
        return self._cut(lowest)

    def open_raw(self, name: str, end: str) -> str:
        """Begin an element that the author wrote as a tag and that `end` will end."""
        ends = "" if name in allowed.PHRASING else self.begin_block()
        while self._open and self._open[-1].is_raw and name in _ENDED_BY.get(self._open[-1].name, ()):
            ends += self._cut(len(self._open) - 1)
        if name not in allowed.VOID:
            self._open.append(_Open(name, end, is_raw=True, is_shown=True))
        return ends

    def close_raw(self, name: str) -> str:
        """End an element that the author opened by a tag, with all inside it; nothing when there is none."""
        for at in range(len(self._open) - 1, -1, -1):
            if not self._open[at].is_raw:
                break
            if self._open[at].name == name:
                return self._cut(at)
        return ""

    def close_everything(self) -> str:
        """End all that is open."""
        return self._cut(0)

    def _cut(self, size: int) -> str:
        ends = "".join(element.end for element in reversed(self._open[size:]) if element.is_shown)
        del self._open[size:]
        return ends
