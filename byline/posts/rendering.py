"""A text as readers see it, made once and remembered for a moment: preview, save and repetition share the work."""

from __future__ import annotations

from functools import lru_cache

from byline.kernel import db, text
from byline.kernel.text import ImageSize, Rendered
from byline.posts import media

LONG_CHARACTERS = 20_000
KEPT = 4

Sizes = tuple[tuple[str, ImageSize | None], ...]


def of(body: str) -> Rendered:
    """The text rendered with the sizes of this site's pictures; one query where it names any."""
    return _rendered(body, _sizes(body))


def ahead(body: str) -> None:
    """Render a long text before a transaction needs it, and end the one that is open.

    A hostile text takes seconds. Call it before anything is loaded: what was loaded is expired.
    """
    if len(body) < LONG_CHARACTERS:
        return
    sizes = _sizes(body)
    db.let_others_write()
    _rendered(body, sizes)


def _sizes(body: str) -> Sizes:
    find = media.sizes_for(body)
    addresses = sorted(media.address(key) for key in media.keys_in(body))
    return tuple((address, find(address)) for address in addresses)


@lru_cache(maxsize=KEPT)
def _rendered(body: str, sizes: Sizes) -> Rendered:
    return text.render(body, image_size=dict(sizes).get)
