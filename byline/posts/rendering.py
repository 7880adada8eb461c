"""A text as readers see it, made once and remembered for a moment: preview, save and repetition share the work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial

from byline.kernel import db, text
from byline.kernel.text import FindMembers, ImageSize, Rendered
from byline.posts import media
from byline.social import queries as social
from byline.social.queries import Named

LONG_CHARACTERS = 20_000
KEPT = 4

Sizes = tuple[tuple[str, ImageSize | None], ...]
Members = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Made:
    """What was made of one text so far: the names it asked for, and what came out for each answer."""

    names: tuple[str, ...] | None = None
    rendered: dict[Members, Rendered] = field(default_factory=dict)


def of(body: str, owner_id: int | None) -> Rendered:
    """The text rendered with the sizes of this site's pictures, and with links to whom its owner may call by name.

    One query where it names pictures, one where it calls somebody.
    """
    return _rendered(body, _sizes(body), partial(social.mentionable, owner_id))


def ahead(body: str, owner_id: int | None) -> None:
    """Render a long text before a transaction needs it, and end the one that is open.

    A hostile text takes seconds. Call it before anything is loaded: what was loaded is expired.
    """
    if len(body) < LONG_CHARACTERS:
        return
    sizes = _sizes(body)
    db.let_others_write()

    def find(names: Iterable[str]) -> Mapping[str, str]:
        found = social.mentionable(owner_id, names)
        db.let_others_write()
        return found

    _rendered(body, sizes, find)


def called(body: str, owner_id: int) -> Mapping[str, Named]:
    """Whom a text of this owner calls by name, by username key: exactly those to whom it links."""
    return social.mentionable_people(owner_id, of(body, owner_id).mentions)


def _sizes(body: str) -> Sizes:
    find = media.sizes_for(body)
    addresses = sorted(media.address(key) for key in media.keys_in(body))
    return tuple((address, find(address)) for address in addresses)


def _rendered(body: str, sizes: Sizes, find: FindMembers) -> Rendered:
    made = _made(body, sizes)
    if made.names is not None:
        known = _sorted(find(made.names) if made.names else {})
        if known in made.rendered:
            return made.rendered[known]
    return _make(made, body, sizes, find)


def _make(made: _Made, body: str, sizes: Sizes, find: FindMembers) -> Rendered:
    asked: list[tuple[str, ...]] = [()]
    known: dict[str, str] = {}

    def note(names: Iterable[str]) -> Mapping[str, str]:
        asked.append(tuple(names))
        known.update(find(asked[-1]))
        return known

    rendered = text.render(body, image_size=dict(sizes).get, members=note)
    made.rendered[_sorted(known)] = rendered
    made.names = asked[-1]
    return rendered


def _sorted(known: Mapping[str, str]) -> Members:
    return tuple(sorted(known.items()))


@lru_cache(maxsize=KEPT)
def _made(_body: str, _sizes: Sizes) -> _Made:
    return _Made()
