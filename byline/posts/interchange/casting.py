"""Who wrote what: the names in all texts become people, each once, however they are spelt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from byline.posts.interchange import author_names
from byline.posts.interchange.author_map import AuthorMap, Known
from byline.posts.interchange.source import Source


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who wrote. `username` and `email` are what the author map says, or empty."""

    key: str
    name: str
    username: str = ""
    email: str = ""
    since: datetime | None = None
    """When the first of their texts was written."""


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of a folder by key, in order, and the keys of each text's authors by its place."""

    people: dict[str, Person]
    authors: dict[str, tuple[str, ...]]


def cast(sources: Sequence[Source], known: AuthorMap, *, nobody: Known) -> Cast:
    """Find the people behind the names. A text without authors is `nobody`'s."""
    spellings: defaultdict[str, list[str]] = defaultdict(list)
    found: dict[str, Known] = {}
    since: dict[str, datetime] = {}
    authors: dict[str, tuple[str, ...]] = {}
    for source in sources:
        keys = []
        for person in _people_of(source, known) or (nobody,):
            key = _key(person)
            keys.append(key)
            found.setdefault(key, person)
            spellings[key].append(person.name or person.username or person.email)
            if source.written_at is not None:
                since[key] = min(since.get(key, source.written_at), source.written_at)
        authors[source.place] = tuple(dict.fromkeys(keys))
    people = {
        key: Person(key, author_names.best_spelling(spellings[key]), person.username, person.email, since.get(key))
        for key, person in sorted(found.items())
    }
    return Cast(people, authors)


def _people_of(source: Source, known: AuthorMap) -> tuple[Known, ...]:
    if source.usernames:
        names = dict(zip(source.usernames, source.names, strict=False))
        return tuple(Known(username=username, name=names.get(username, "")) for username in source.usernames)
    return tuple(person for written in source.names for person in _people_in(written, known))


def _people_in(written: str, known: AuthorMap) -> tuple[Known, ...]:
    # The map knows better than a rule where a line is one name and where it is several.
    if people := known.whole(written):
        return _named(people, written)
    return tuple(
        person
        for name in author_names.split(written)
        for person in _named(known.whole(name) or (Known(name=name),), name)
    )


def _named(people: tuple[Known, ...], written: str) -> tuple[Known, ...]:
    if len(people) == 1 and not people[0].name:
        return (replace(people[0], name=author_names.tidy(written)),)
    return people


def _key(person: Known) -> str:
    if person.username:
        return f"@{person.username.casefold()}"
    return person.email.casefold() if person.email else author_names.key(person.name)
