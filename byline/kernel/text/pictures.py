"""Pictures in a text: their size, their caption, and what becomes of those that live on another site.

The pages allow pictures of this site alone (`img-src 'self'`): a reader's address must not reach a third party by
reading, and a picture that another site may exchange is not part of the text. A picture from elsewhere therefore
becomes a link with its alternative text.
"""

from __future__ import annotations

from html import escape

from byline.kernel.text.rendered import FindSize


class Pictures:
    """The pictures of one text, in order."""

    def __init__(self, find_size: FindSize | None) -> None:
        self._find_size = find_size
        self.first: str | None = None

    def element(self, address: str, alt: str, title: str = "") -> str:
        """The picture as HTML."""
        if not is_here(address):
            return escape(alt or address)
        self.first = self.first or address
        size = self._find_size(address) if self._find_size else None
        measures = f' width="{size.width}" height="{size.height}"' if size else ""
        hint = f' title="{escape(title)}"' if title else ""
        return f'<img src="{escape(address)}" alt="{escape(alt)}"{measures}{hint} loading="lazy" decoding="async">'

    @staticmethod
    def link(address: str, alt: str) -> str:
        """A picture of another site as a link to it."""
        return f'<a class="elsewhere" href="{escape(address)}" rel="noopener">{escape(alt or address)}</a>'


def is_here(address: str) -> bool:
    """Whether an address is one of this site."""
    beginning = address.split("/", 1)[0]
    return bool(address) and ":" not in beginning and not address.startswith(("//", "/\\", "\\"))
