"""Who may do what with a comment, what waits for approval, when a thread is closed: pure decisions about values."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from byline.comments.models import Comment, CommentState, HeldFor, Thread
from byline.comments.trust import Level, Trust
from byline.kernel.access import Actor, Permission
from byline.kernel.errors import DomainError, NotAllowed, NotAuthenticated
from byline.kernel.site import CommentPolicy
from byline.kernel.spam import Verdict, links_in
from byline.posts import rules as post_rules
from byline.posts.models import Post

EDIT_FOR = timedelta(minutes=30)
"""How long after it was first read a comment may still be changed."""
MOST_WAITING = 5
"""Comments of one member that may wait for approval at a time."""
WAITING = (CommentState.HELD, CommentState.SPAM)
Decision = Callable[[Actor, Comment, Post], bool]
CLOSED = "The comments under this post are closed."


class Changeable(Protocol):
    """A comment, as a row or as pages show it."""

    @property
    def state(self) -> str:
        """Where it stands."""

    @property
    def created_at(self) -> datetime:
        """When it was written."""

    @property
    def first_shown_at(self) -> datetime | None:
        """When readers first saw it."""


def may_comment(actor: Actor) -> bool:
    """Whether the actor may comment at all: confirmed, not suspended (a suspended member holds no permission)."""
    return actor.confirmed and actor.can(Permission.COMMENT)


def wrong_with_commenter(actor: Actor) -> DomainError | None:
    """Why the actor may not comment anywhere, None where they may."""
    if may_comment(actor):
        return None
    if not actor.is_authenticated:
        return NotAuthenticated("log-in-first", "Log in to comment.")
    if not actor.confirmed:
        return NotAllowed("not-confirmed", "Confirm your e-mail address first; then you can comment.")
    return NotAllowed("may-not-comment", "Your account may not comment.")


def is_open(post: Post) -> bool:
    """Whether readers have the post before them, so that there is something to answer to."""
    return post_rules.is_open(post) and post.deleted_at is None


def closed_because(published_at: datetime | None, decided: bool | None, policy: CommentPolicy, now: datetime) -> str:
    """A sentence about why nobody may comment under a post any more, empty while they may.

    `decided` is what its author or a moderator said: True for closed, False for open however old the post is.
    """
    if decided is not None:
        return CLOSED if decided else ""
    if not policy.closes_after_days or published_at is None:
        return ""
    if now - published_at <= timedelta(days=policy.closes_after_days):
        return ""
    return f"{CLOSED[:-1]}: it is older than {policy.closes_after_days} days."


def decision_of(thread: Thread | None) -> bool | None:
    """What somebody decided about a thread, None where nobody did."""
    return thread.is_closed if thread is not None else None


def is_own(actor: Actor, comment: Comment) -> bool:
    """Whether the actor wrote the comment."""
    return actor.id is not None and actor.id == comment.author_id


def may_moderate(actor: Actor, post: Post) -> bool:
    """Whether the actor decides about comments under this post: its authors there, moderators everywhere."""
    return decides(actor, authors_of(post))


def decides(actor: Actor, author_ids: Collection[int]) -> bool:
    """The same where it is known who wrote the post."""
    if not actor.confirmed:
        return False
    return actor.can(Permission.MODERATE) or (actor.can(Permission.COMMENT) and actor.id in author_ids)


def authors_of(post: Post) -> frozenset[int]:
    """Everybody who wrote the post. `post.authors` must be loaded."""
    return frozenset({post.author_id, *(author.user_id for author in post.authors)})


def may_close(actor: Actor, post: Post) -> bool:
    """Whether the actor may close the comments under a post and open them again."""
    return may_moderate(actor, post)


def may_read(actor: Actor, comment: Comment, post: Post) -> bool:
    """Whether the actor may read a comment's words. `post` must be one that the actor may read."""
    if comment.state == CommentState.DELETED:
        return False
    if comment.shown_at is not None:
        return True
    return is_own(actor, comment) or may_moderate(actor, post)


def may_edit(actor: Actor, comment: Comment, now: datetime) -> bool:
    """Whether the actor may change what the comment says: its author, while it waits or is new to its readers."""
    if not (is_own(actor, comment) and may_comment(actor)):
        return False
    return is_new(comment, now)


def is_new(comment: Changeable, now: datetime) -> bool:
    """Whether a comment waits still, or came before its readers so lately that its words may change."""
    if comment.state == CommentState.VISIBLE:
        return now - (comment.first_shown_at or comment.created_at) <= EDIT_FOR
    return comment.state in WAITING


def may_delete(actor: Actor, comment: Comment) -> bool:
    """Whether the actor may take the comment back: its author, also while suspended."""
    return is_own(actor, comment) and comment.state != CommentState.DELETED


def may_approve(actor: Actor, comment: Comment, post: Post) -> bool:
    """Whether the actor may let the comment through. What was kept as spam is for moderators alone."""
    return may_moderate(actor, post) and (comment.state != CommentState.SPAM or actor.can(Permission.MODERATE))


def may_restore(actor: Actor, comment: Comment, post: Post) -> bool:
    """Whether the actor may bring a hidden comment back: an author of the post only what they hid themselves."""
    hid_it = comment.decided_by_id is not None and comment.decided_by_id == actor.id
    return may_moderate(actor, post) and (actor.can(Permission.MODERATE) or hid_it)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a member stands when they comment. `in_doubt` is one who came with very many others whom nobody knows."""

    trust: Trust
    account_age: timedelta
    in_doubt: bool = False


def holds(policy: CommentPolicy, standing: Standing, verdict: Verdict, *, body: str) -> HeldFor | None:
    """What a comment of an ordinary member has to wait for, None where it may be read at once."""
    level = standing.trust.level
    if verdict.is_suspect:
        return HeldFor.SPAM
    if contains_any(body, policy.held_words):
        return HeldFor.WORDS
    if policy.hold_first and level < Level.KNOWN:
        return HeldFor.FIRST
    is_new = standing.account_age < timedelta(days=policy.hold_new_member_days)
    if standing.in_doubt or (level < Level.TRUSTED and is_new):
        return HeldFor.NEW_MEMBER
    if level < Level.TRUSTED and links_in(body) > policy.most_links:
        return HeldFor.LINKS
    return None


def contains_any(body: str, words: Collection[str]) -> bool:
    """Whether a text contains one of these words or phrases, whole and in whatever case."""
    text = " ".join(body.casefold().split())
    wanted = (" ".join(word.casefold().split()) for word in words)
    return any(word and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) for word in wanted)
