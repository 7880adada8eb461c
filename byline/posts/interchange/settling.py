"""Settling a folder on the site: whose each text is, and at which address. It makes the accounts that are missing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

from byline.kernel import text
from byline.posts.interchange import casting, people, standing
from byline.posts.interchange.author_map import NOBODY, AuthorMap, Known
from byline.posts.interchange.people import Someone
from byline.posts.interchange.source import Source
from byline.posts.interchange.standing import Standing
from byline.posts.service.addresses import RESERVED

LONGEST_WISH = 72
LONGEST_ORIGIN = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the one who runs the import asked for. `nobody` owns texts that name no author."""

    name: str
    known: AuthorMap = NOBODY
    nobody: Known | None = None
    hosts: tuple[str, ...] = ()
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where one text belongs. `standing` is the post that an earlier import made of it."""

    origin: str
    authors: tuple[Someone, ...]
    username: str
    slug: str
    standing: Standing | None

    @property
    def address(self) -> str:
        """Where readers will find it."""
        return f"/@{self.username}/{self.slug}"


@dataclass(frozen=True, slots=True)
class Settled:
    """The spot of each text by its place, and the usernames of the accounts that were made."""

    spots: Mapping[str, Spot]
    accounts: tuple[str, ...]


def settle(sources: Sequence[Source], wishes: Wishes, made: Sequence[str] = ()) -> Settled:
    """Settle these sources. Makes the accounts of authors who are missing: call it in a unit of work.

    `made` are the accounts that were made for them before.
    """
    cast = casting.cast(sources, wishes.known, nobody=wishes.nobody or Known(name=wishes.name))
    origins = {source.place: _origin(source, wishes) for source in sources}
    known = standing.by_origin(origins)
    settled = people.settle(cast, known)
    authors = {place: tuple(settled[key] for key in keys) for place, keys in cast.authors.items()}
    known |= _at_their_address(sources, authors, known)
    slugs = _slugs(sources, authors, known)
    spots = {
        place: Spot(
            origin=origin,
            authors=authors[place],
            username=known[place].username if place in known else authors[place][0].username,
            slug=slugs[place],
            standing=known.get(place),
        )
        for place, origin in origins.items()
    }
    return Settled(spots, (*made, *(person.username for person in settled.values() if person.is_new)))


def _origin(source: Source, wishes: Wishes) -> str:
    origin = source.origin or f"{wishes.name}/{source.place}"
    if len(origin) <= LONGEST_ORIGIN:
        return origin
    return f"{origin[: LONGEST_ORIGIN - 40]}…{hashlib.sha256(origin.encode()).hexdigest()[:32]}"


def _at_their_address(
    sources: Sequence[Source], authors: Mapping[str, tuple[Someone, ...]], known: Mapping[str, Standing]
) -> dict[str, Standing]:
    """The posts that Byline's own files were written from, where they were written on this very site."""
    own = [source for source in sources if source.is_own and source.place not in known]
    wanted = {source.place: (authors[source.place][0].id, source.slug) for source in own}
    found = standing.posts_at(wanted.values())
    return standing.by_post({place: found[address] for place, address in wanted.items() if address in found})


def _slugs(
    sources: Sequence[Source], authors: Mapping[str, tuple[Someone, ...]], known: Mapping[str, Standing]
) -> dict[str, str]:
    """A slug for each text. A post of an earlier import keeps its own, so that an interrupted import goes on alike."""
    taken = standing.taken_slugs(people[0].id for people in authors.values())
    slugs = {place: post.slug for place, post in known.items()}
    for source in sources:
        if source.place in slugs:
            continue
        used = taken.setdefault(authors[source.place][0].id, set())
        wish = source.slug or text.slugify(source.title, "untitled")
        if not source.is_own:
            # Room for the number that keeps it apart from another one.
            wish = wish[:LONGEST_WISH].rstrip("-")
        slug, number = wish, 2
        while slug in used or slug in RESERVED:
            slug, number = f"{wish}-{number}", number + 1
        used.add(slug)
        slugs[source.place] = slug
    return slugs
