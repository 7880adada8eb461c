"""From a folder to a plan: which posts there will be, whose, where and with which text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path, PurePosixPath
from typing import Any

from byline.kernel import clock, text
from byline.posts.content import Content
from byline.posts.interchange import casting, fitting, people, reading, shortcodes, standing
from byline.posts.interchange.addresses import Addresses, old_addresses
from byline.posts.interchange.anchors import Anchors
from byline.posts.interchange.author_map import NOBODY, AuthorMap, Known
from byline.posts.interchange.fields import storable
from byline.posts.interchange.folder import Folder
from byline.posts.interchange.people import Someone
from byline.posts.interchange.source import Refused, Source
from byline.posts.interchange.standing import Standing
from byline.posts.interchange.translating import Translated, Translator
from byline.posts.models import PostState
from byline.posts.service.addresses import RESERVED

LONGEST_WISH = 72
LONGEST_PATH = 500
MOST_PATHS = 200
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the one who runs the import asked for. `nobody` owns texts that name no author."""

    name: str
    known: AuthorMap = NOBODY
    nobody: Known | None = None
    hosts: tuple[str, ...] = ()
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One post as it shall be. Pictures in `content` are tokens; `digest` covers all that the folder says of it."""

    source: Source
    origin: str
    digest: str
    authors: tuple[Someone, ...]
    content: Content
    pictures: Mapping[str, Path]
    written: Mapping[str, str]
    old_slugs: tuple[str, ...]
    paths: tuple[str, ...]
    links: int
    notes: tuple[str, ...]
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import will do, in the order in which it does it."""

    posts: tuple[Planned, ...]
    refused: tuple[Refused, ...]
    accounts: tuple[str, ...]
    """Usernames of the accounts that were made for it."""
    hosts: frozenset[str]


def sources_in(folder: Folder, wishes: Wishes) -> tuple[list[Source], list[Refused]]:
    """Every text of the folder that can be read, oldest first, and every one that cannot."""
    now = clock.now()
    missed: list[OSError] = []
    found = [reading.read(folder, place, zone=wishes.zone, now=now) for place in folder.texts(missed.append)]
    found += [Refused(str(one.filename), f"It cannot be opened: {one.strerror}.") for one in missed]
    sources = [one for one in found if isinstance(one, Source)]
    refused = [one for one in found if isinstance(one, Refused)]
    dated = [replace(one, body=_markdown(one), written_at=_written_at(one, sources)) for one in sources]
    return sorted(dated, key=lambda one: (one.written_at or EARLIEST, one.order, one.place)), refused


def _markdown(source: Source) -> str:
    # What Byline wrote holds no shortcodes, and what looks like one was meant to be read.
    return source.body if source.is_own else shortcodes.translated(source.body)


def _written_at(source: Source, sources: Sequence[Source]) -> datetime:
    """A section's page is as old as the oldest text of its section."""
    if source.written_at is not None:
        return source.written_at
    section = PurePosixPath(source.place).parent
    within = (one for one in sources if section in PurePosixPath(one.place).parents)
    return min((one.written_at for one in within if one.written_at is not None), default=EARLIEST)


def plan(
    folder: Folder, sources: Sequence[Source], refused: Sequence[Refused], wishes: Wishes, made: Sequence[str] = ()
) -> Plan:
    """Plan the import of these sources. Makes the accounts of authors who are missing: call it in a unit of work.

    `made` are the accounts that were made for it before.
    """
    cast = casting.cast(sources, wishes.known, nobody=wishes.nobody or Known(name=wishes.name))
    origins = {source.place: _origin(source, wishes) for source in sources}
    known = standing.by_origin(origins)
    settled = people.settle(cast, known)
    authors = {place: tuple(settled[key] for key in keys) for place, keys in cast.authors.items()}
    known |= _at_their_address(sources, authors, known)
    slugs = _slugs(sources, authors, known)
    where = {source.place: f"/@{_username(source, authors, known)}/{slugs[source.place]}" for source in sources}
    addresses = Addresses(folder, sources, wishes.hosts)
    translator = Translator(addresses, Anchors({source.place: source for source in sources}), where)
    claims = _Claims()
    posts = tuple(
        _planned(
            source,
            translator.translate(source, source.body),
            _Frame(
                origin=origins[source.place],
                slug=slugs[source.place],
                authors=authors[source.place],
                standing=known.get(source.place),
                said=claims.give(old_addresses(source, folder), where[source.place]),
            ),
        )
        for source in sources
    )
    accounts = (*made, *(person.username for person in settled.values() if person.is_new))
    return Plan(posts, tuple(refused), accounts, addresses.hosts)


def _origin(source: Source, wishes: Wishes) -> str:
    origin = source.origin or f"{wishes.name}/{source.place}"
    if len(origin) <= LONGEST_PATH:
        return origin
    return f"{origin[: LONGEST_PATH - 40]}…{hashlib.sha256(origin.encode()).hexdigest()[:32]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What a post is surrounded by."""

    origin: str
    slug: str
    authors: tuple[Someone, ...]
    standing: Standing | None
    said: tuple[str, ...]


class _Claims:
    """The old addresses of the folder, each given to the first text that claims it."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def give(self, addresses: Sequence[str], present: str) -> tuple[str, ...]:
        free = tuple(one for one in addresses if one not in self._given and one != present.strip("/"))
        self._given.update(free)
        return free


def _planned(source: Source, translated: Translated, frame: _Frame) -> Planned:
    fitted = fitting.fitted(source, body=translated.body, slug=frame.slug, cover=translated.cover)
    own = f"@{frame.standing.username if frame.standing else frame.authors[0].username}/"
    return Planned(
        source=source,
        origin=frame.origin,
        digest=_digest(source, fitted.content, frame),
        authors=frame.authors,
        content=fitted.content,
        pictures=translated.pictures,
        written=translated.written,
        old_slugs=tuple(one.removeprefix(own) for one in frame.said if one.startswith(own)),
        paths=tuple(one for one in frame.said if not one.startswith("@") and len(one) <= LONGEST_PATH)[:MOST_PATHS],
        links=translated.links,
        notes=source.notes + fitted.notes + tuple(dict.fromkeys(translated.notes)),
        standing=frame.standing,
    )


def _digest(source: Source, content: Content, frame: _Frame) -> str:
    said: list[Any] = [
        [content.title, content.body, content.tags, content.standfirst, content.slug, content.cover],
        [person.username for person in frame.authors],
        [*_standing_said(source), source.written_at, source.changed_at],
        [frame.said, source.rest],
    ]
    return hashlib.sha256(json.dumps(storable(_lists(said)), sort_keys=True).encode()).hexdigest()


def _standing_said(source: Source) -> tuple[Any, ...]:
    # A date to come is a date gone by at the next import, and that is no change of the folder.
    if not source.is_own and source.state in (PostState.PUBLISHED, PostState.SCHEDULED):
        return "out", source.publish_at or source.published_at or source.written_at
    return source.state, source.published_at, source.publish_at


def _lists(value: Any) -> Any:
    return [_lists(inner) for inner in value] if isinstance(value, list | tuple) else value


def _at_their_address(
    sources: Sequence[Source], authors: Mapping[str, tuple[Someone, ...]], known: Mapping[str, Standing]
) -> dict[str, Standing]:
    """The posts that Byline's own files were written from, where they were written on this very site."""
    own = [source for source in sources if source.is_own and source.place not in known]
    wanted = {source.place: (authors[source.place][0].id, source.slug) for source in own}
    found = standing.posts_at(wanted.values())
    return standing.by_post({place: found[address] for place, address in wanted.items() if address in found})


def _username(source: Source, authors: Mapping[str, tuple[Someone, ...]], known: Mapping[str, Standing]) -> str:
    before = known.get(source.place)
    return before.username if before else authors[source.place][0].username


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
