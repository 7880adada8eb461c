"""One text of a folder as it was found: its front matter understood, its Markdown untouched."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from byline.posts.models import PostState


@dataclass(frozen=True, slots=True)
class Source:
    """What a file says. `place` is its path in the folder; moments are UTC; empty means that the file is silent."""

    place: str
    title: str
    body: str
    names: tuple[str, ...] = ()
    usernames: tuple[str, ...] = ()
    state: PostState = PostState.PUBLISHED
    written_at: datetime | None = None
    changed_at: datetime | None = None
    published_at: datetime | None = None
    publish_at: datetime | None = None
    slug: str = ""
    standfirst: str = ""
    tags: tuple[str, ...] = ()
    cover: str | None = None
    """None leaves the choice to the text's first picture, "" means none, else a reference to a picture."""
    address: str = ""
    """Where the text used to be shown, without slashes around it."""
    aliases: tuple[str, ...] = ()
    is_own: bool = False
    """Whether Byline wrote this file: its text is as the site has it, and its address is the one it keeps."""
    origin: str = ""
    """Where an earlier import found it, if Byline wrote this file."""
    order: int = 0
    """Breaks a tie between texts of one moment."""
    rest: dict[str, Any] = field(default_factory=dict)
    """The front matter that Byline has no place for."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that does not come in, and why: a sentence."""

    place: str
    reason: str
