"""Writing a site down: one file for each post, its pictures beside it, and who the authors are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from byline.kernel import bus
from byline.kernel.storage import Storage
from byline.posts import media
from byline.posts.interchange import gathering, linking, own_format, profiles
from byline.posts.interchange.beside import SiteWritten
from byline.posts.interchange.gathering import Gathered
from byline.posts.interchange.own_format import Surroundings
from byline.posts.models import Post

NAME_LENGTH = 12
_TAKEN_NAMES = ("index", "readme", "license", "licence", "changelog", "contributing")


class Target(Protocol):
    """Where files are written: a folder or an archive."""

    def put(self, place: str, data: bytes) -> None:
        """Keep a file at a place, a path with slashes."""


@dataclass(slots=True)
class Written:
    """What was written. `missing` names the pictures that posts show and the storage does not hold."""

    posts: int = 0
    pictures: int = 0
    people: int = 0
    pages: int = 0
    settings: int = 0
    """Sections of the site's settings."""
    missing: list[str] = field(default_factory=list)


def write_site(target: Target, storage: Storage, step: Callable[[], None] = lambda: None) -> Written:
    """Write every post that is not in the bin, with its pictures, and every author's profile. Reads only.

    Texts, states, moments, tags, authors and every address come back by an import; revisions, accounts' secrets and
    e-mail addresses are left to `byline backup`.
    """
    written = Written()
    for found in gathering.posts(Post.deleted_at.is_(None)):
        write_post(target, storage, found, written)
        step()
    written.people = profiles.write(target, storage)
    bus.publish(SiteWritten(target, storage, written))
    return written


def write_post(target: Target, storage: Storage, found: Gathered, written: Written, *, below: str = "") -> None:
    """Write one post below a folder: a file of its own, or a folder with its pictures where it has some."""
    post = found.post
    pictures = _pictures(post, storage, written)
    body = linking.rewritten(post.body, lambda address: pictures.get(media.key_of(address) or ""))
    cover = pictures.get(post.cover_key or "") if post.cover_chosen else None
    text = own_format.written(post, body, Surroundings(found.aliases, cover))
    start = f"{below}{post.author.username}/{post.slug}"
    is_bundle = bool(pictures) or post.slug in _TAKEN_NAMES
    target.put(f"{start}/index.md" if is_bundle else f"{start}.md", text.encode())
    for key, name in pictures.items():
        target.put(f"{start}/{name}", storage.get(key))
    written.posts += 1
    written.pictures += len(pictures)


def _pictures(post: Post, storage: Storage, written: Written) -> dict[str, str]:
    """The pictures that links of the text lead to and its cover, each with the name it gets beside the text."""
    cover = (post.cover_key,) if post.cover_chosen and post.cover_key else ()
    return named((*keys_in(post.body), *cover), storage, f"@{post.author.username}/{post.slug}", written)


def named(keys: Iterable[str], storage: Storage, whose: str, written: Written) -> dict[str, str]:
    """Those of the pictures that are there, each with the name it gets beside a text; the others are noted."""
    wanted = dict.fromkeys(keys)
    there = [key for key in wanted if storage.exists(key)]
    written.missing += [f"{whose}: {key}" for key in wanted if key not in there]
    return {key: name_of(key) for key in there}


def keys_in(body: str) -> Iterator[str]:
    """The stored pictures that links of a text lead to."""
    for spot in linking.spots(body) if media.ROOT in body else ():
        if key := media.key_of(spot.reference):
            yield key


def name_of(key: str) -> str:
    """A short name for a stored picture, the same for the same picture."""
    name = key.rpartition("/")[2]
    digest, _, extension = name.rpartition(".")
    return f"{digest[:NAME_LENGTH]}.{extension}"
