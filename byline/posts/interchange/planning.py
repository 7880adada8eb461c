"""From a folder to a plan: which posts there will be, whose, where and with which text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from byline.kernel import clock
from byline.posts.content import Content
from byline.posts.interchange import fitting, reading, shortcodes
from byline.posts.interchange.addresses import Addresses, old_addresses
from byline.posts.interchange.anchors import Anchors
from byline.posts.interchange.fields import storable
from byline.posts.interchange.folder import Folder
from byline.posts.interchange.people import Someone
from byline.posts.interchange.settling import Settled, Spot, Wishes
from byline.posts.interchange.source import Refused, Source
from byline.posts.interchange.standing import Standing
from byline.posts.interchange.translating import Translated, Translator
from byline.posts.models import PostState

LONGEST_WISH = 72
LONGEST_PATH = 500
MOST_PATHS = 200
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


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
    folder: Folder, sources: Sequence[Source], refused: Sequence[Refused], settled: Settled, wishes: Wishes
) -> Plan:
    """Plan the import of sources whose places are settled. Takes its time and needs no database."""
    addresses = Addresses(folder, sources, wishes.hosts)
    anchors = Anchors({source.place: source for source in sources})
    translator = Translator(addresses, anchors, {place: spot.address for place, spot in settled.spots.items()})
    claims = _Claims()
    posts = []
    for source in sources:
        spot = settled.spots[source.place]
        said = claims.give(old_addresses(source, folder), spot.address)
        posts.append(_planned(source, translator.translate(source, source.body), spot, said))
    return Plan(tuple(posts), tuple(refused), settled.accounts, addresses.hosts)


class _Claims:
    """The old addresses of the folder, each given to the first text that claims it."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def give(self, addresses: Sequence[str], present: str) -> tuple[str, ...]:
        free = tuple(one for one in addresses if one not in self._given and one != present.strip("/"))
        self._given.update(free)
        return free


def _planned(source: Source, translated: Translated, spot: Spot, said: tuple[str, ...]) -> Planned:
    fitted = fitting.fitted(source, body=translated.body, slug=spot.slug, cover=translated.cover)
    own = f"@{spot.username}/"
    return Planned(
        source=source,
        origin=spot.origin,
        digest=_digest(source, fitted.content, spot, said),
        authors=spot.authors,
        content=fitted.content,
        pictures=translated.pictures,
        written=translated.written,
        old_slugs=tuple(one.removeprefix(own) for one in said if one.startswith(own)),
        paths=tuple(one for one in said if not one.startswith("@") and len(one) <= LONGEST_PATH)[:MOST_PATHS],
        links=translated.links,
        notes=source.notes + fitted.notes + tuple(dict.fromkeys(translated.notes)),
        standing=spot.standing,
    )


def _digest(source: Source, content: Content, spot: Spot, said: tuple[str, ...]) -> str:
    covered: list[Any] = [
        [content.title, content.body, content.tags, content.standfirst, content.slug, content.cover],
        [person.username for person in spot.authors],
        [*_standing_said(source), source.written_at, source.changed_at],
        [said, source.rest],
    ]
    return hashlib.sha256(json.dumps(storable(_lists(covered)), sort_keys=True).encode()).hexdigest()


def _standing_said(source: Source) -> tuple[Any, ...]:
    # A date to come is a date gone by at the next import, and that is no change of the folder.
    if not source.is_own and source.state in (PostState.PUBLISHED, PostState.SCHEDULED):
        return "out", source.publish_at or source.published_at or source.written_at
    return source.state, source.published_at, source.publish_at


def _lists(value: Any) -> Any:
    return [_lists(inner) for inner in value] if isinstance(value, list | tuple) else value
