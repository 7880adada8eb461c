"""What happens to comments."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommentShown:
    """A comment can be read by everyone from now on, at once or after approval.

    `first_time` is False when it was shown before, as after being hidden and restored.
    """

    comment_id: int
    post_id: int
    author_id: int
    parent_id: int | None
    first_time: bool


@dataclass(frozen=True, slots=True)
class CommentHeld:
    """A comment waits for approval; `reason` is a word of `comments.models.HeldFor`."""

    comment_id: int
    post_id: int
    author_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class CommentTakenForSpam:
    """A comment is so surely spam that nobody is asked about it."""

    comment_id: int
    author_id: int


@dataclass(frozen=True, slots=True)
class CommentEdited:
    """The text of a comment changed; everyone reads the new one."""

    comment_id: int


@dataclass(frozen=True, slots=True)
class CommentApproved:
    """Somebody let a held comment through. `CommentShown` is told as well."""

    comment_id: int
    author_id: int
    actor_id: int | None


@dataclass(frozen=True, slots=True)
class CommentHidden:
    """A moderator or the post's author took a comment off the page, with a reason its author is told."""

    comment_id: int
    author_id: int
    actor_id: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class CommentRestored:
    """A hidden comment is back. `CommentShown` is told as well, or `CommentHeld` where it never was read."""

    comment_id: int
    author_id: int
    actor_id: int | None


@dataclass(frozen=True, slots=True)
class CommentDeleted:
    """Its author took a comment back; a placeholder keeps the thread."""

    comment_id: int
