"""What becomes of each tag that an author wrote: kept in its place, left out, or shown as it was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from byline.kernel.text import addresses, allowed, furniture
from byline.kernel.text.nesting import Nesting
from byline.kernel.text.raw_html import Tag

_ADDRESSES = frozenset({"href", "cite"})


class RawTags:
    """Writes the tags of one text into the elements that are open."""

    def __init__(self, nesting: Nesting, show_picture: Callable[[str, str, str, str], str]) -> None:
        self._nesting = nesting
        self._show_picture = show_picture

    def write(self, piece: str | Tag) -> str:
        """A piece of an author's HTML as it goes into the page."""
        if isinstance(piece, str):
            return piece
        if piece.name not in allowed.KNOWN:
            return escape(piece.typed, quote=False)
        if piece.name in allowed.LEFT_OUT:
            return ""
        if piece.is_closing:
            return self._nesting.close_raw(piece.name)
        if piece.name == "img":
            return self._picture(piece.attributes)
        return self._start(piece) if self._fits(piece.name) else ""

    def _fits(self, name: str) -> bool:
        if self._nesting.is_full or (name == "a" and self._nesting.is_inside("a")):
            return False
        return name in allowed.PHRASING or self._nesting.holds_blocks

    def _start(self, tag: Tag) -> str:
        around, end = "", f"</{tag.name}>"
        if tag.name == "table" and not self._nesting.is_inside("table"):
            around, end = furniture.TABLE_START, end + furniture.TABLE_END
        ends = self._nesting.open_raw(tag.name, end)
        written = dict(self._attributes(tag))
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in written.items())
        away = addresses.relation(written.get("href", "")) if tag.name == "a" else ""
        return f"{ends}{around}<{tag.name}{attributes}{away}>"

    @staticmethod
    def _attributes(tag: Tag) -> Mapping[str, str]:
        taken = allowed.ATTRIBUTES["*"] | allowed.ATTRIBUTES.get(tag.name, set()) | {"dir", "name", "type"}
        kept = {name: value for name, value in tag.attributes.items() if name in taken and name != "rel"}
        # `<a name>` is how anchors were made before every element could have an id.
        name = kept.pop("name", "")
        if tag.name == "a" and name:
            kept.setdefault("id", name)
        return {key: addresses.as_browsers_read(value) if key in _ADDRESSES else value for key, value in kept.items()}

    def _picture(self, typed: Mapping[str, str]) -> str:
        address = addresses.as_browsers_read(typed.get("src", ""))
        sizes = [f' {name}="{typed[name]}"' for name in ("width", "height") if _is_pixels(typed.get(name, ""))]
        return self._show_picture(address, typed.get("alt", ""), typed.get("title", ""), "".join(sizes))


def _is_pixels(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 5
