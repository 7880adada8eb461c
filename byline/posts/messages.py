"""What posts tell the rooms above, and what they ask the worker to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PostSaved:
    """A new revision of a post was kept; `version` is its number."""

    post_id: int
    version: int


@dataclass(frozen=True, slots=True)
class PostPublished:
    """A post is listed for everyone from now on. `first_time` is False when readers have seen it before."""

    post_id: int
    author_id: int
    first_time: bool


@dataclass(frozen=True, slots=True)
class PostHidden:
    """A post left the public lists: unlisted, withdrawn, taken back to draft, deleted or hidden by a moderator."""

    post_id: int


@dataclass(frozen=True, slots=True)
class PostHeld:
    """A post waits for approval; `reason` is a word of `posts.models.HeldFor`."""

    post_id: int
    author_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class PostHoldEnded:
    """A post waits no more although nobody decided about it: its authors took it back, or staff published it."""

    post_id: int


@dataclass(frozen=True, slots=True)
class PostsRelisted:
    """Where and as whose lists show these posts was put in order without anything being new to readers.

    They were brought in by an import, came back from the bin or from a moderator's hands, or their author stayed or
    was taken off them.
    """

    post_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PostDeleted:
    """A post is gone for good, with its revisions; whoever kept something about it may forget it."""

    post_id: int


@dataclass(frozen=True, slots=True)
class PublishDue:
    """Publish this post if it is scheduled and its moment has come."""

    post_id: int


@dataclass(frozen=True, slots=True)
class EmptyBin:
    """Remove for good what has been in the bin for longer than it is kept."""


@dataclass(frozen=True, slots=True)
class ForgetFiles:
    """Remove the files of pictures that no member has any more."""

    keys: list[str]
