"""Who may do what with a post, and which moments and texts are taken: pure decisions about values already loaded."""

from __future__ import annotations

from datetime import datetime, timedelta

from byline.kernel.access import Actor, Permission
from byline.kernel.errors import Invalid
from byline.kernel.site import HoldPosts
from byline.kernel.spam import Verdict
from byline.posts.models import HeldFor, Post, PostState

LONGEST_HIDING_REASON = 300
MOST_WAITING = 5
"""Posts of one member that may wait for approval at a time."""
FARTHEST_AHEAD = timedelta(days=5 * 366)
JUST_PASSED = timedelta(minutes=5)
"""How late a chosen moment may arrive here and still mean now: forms are filled in slowly."""
BIN_KEEPS = timedelta(days=30)
OPEN_STATES = (PostState.PUBLISHED, PostState.UNLISTED)
"""States in which anyone who has the address may read."""
SHOWN_STATES = (*OPEN_STATES, PostState.SCHEDULED)
"""States in which readers see a post, or will at its moment, so that it needs a title and a text."""


def is_author(actor: Actor, post: Post) -> bool:
    """Whether the actor owns the post or is shown as a co-author. `post.authors` must be loaded."""
    return actor.id is not None and (
        actor.id == post.author_id or any(author.user_id == actor.id for author in post.authors)
    )


def may_read(actor: Actor, post: Post) -> bool:
    """Whether the actor may see the post at its address; what is in the bin nobody sees there."""
    if post.deleted_at is not None:
        return False
    if actor.is_administrator or is_author(actor, post):
        return True
    return is_open(post) or may_see_hidden(actor, post)


def is_open(post: Post) -> bool:
    """Whether anyone who has the address may read the post that is not in the bin."""
    return post.state in OPEN_STATES and not _is_kept_back(post)


def may_see_hidden(actor: Actor, post: Post) -> bool:
    """Whether the actor may look at what waits for approval, or what readers saw until it or its author was hidden."""
    return actor.can(Permission.MODERATE) and (post.state in OPEN_STATES or waits(post))


def may_hide(actor: Actor, post: Post) -> bool:
    """Whether the actor may take the post from readers, and give it back, as a moderator."""
    was_out = post.state in OPEN_STATES or post.hidden_at is not None or waits(post)
    return actor.confirmed and actor.can(Permission.MODERATE) and post.deleted_at is None and was_out


def waits(post: Post) -> bool:
    """Whether the post waits for approval."""
    return post.held_at is not None and post.state in SHOWN_STATES


def is_unread(post: Post) -> bool:
    """Whether no reader has seen the post that waits: it was held before the moment under which it was published."""
    return post.held_at is not None and (post.published_at is None or post.published_at >= post.held_at)


def holds(policy: HoldPosts, verdict: Verdict, *, was_read: bool, in_doubt: bool) -> HeldFor | None:
    """What the post of a member whom nobody knows has to wait for, None where it may be read at once.

    What readers have had already, as from before the site held anything, waits only when it looks like spam. `in_doubt`
    is a member who joined together with very many, or whose comments were all taken for spam.
    """
    if policy is HoldPosts.NOBODY:
        return None
    if verdict.is_suspect:
        return HeldFor.SPAM
    return HeldFor.FIRST if (in_doubt or policy is HoldPosts.NEW) and not was_read else None


def may_be_held_later(post: Post, policy: HoldPosts) -> bool:
    """Whether a post that was not held when it was published may be, now that its author is in doubt."""
    is_out = post.state in SHOWN_STATES and post.deleted_at is None
    return is_out and post.held_at is None and post.hidden_at is None and policy is not HoldPosts.NOBODY


def _is_kept_back(post: Post) -> bool:
    return post.hidden_at is not None or post.held_at is not None or hidden_with_author(post)


def hidden_with_author(post: Post) -> bool:
    """Whether the post waits with its only author, who has asked to leave. `author` and `authors` must be loaded."""
    return post.author.deletion_asked_at is not None and len(post.authors) <= 1


def listed_at(post: Post) -> datetime | None:
    """The moment under which public lists show the post, None where they do not."""
    listed = post.state == PostState.PUBLISHED and post.deleted_at is None and not _is_kept_back(post)
    return post.published_at if listed else None


def may_write(actor: Actor) -> bool:
    """Whether the actor may begin a post: confirmed, not suspended (a suspended member holds no permission)."""
    return actor.confirmed and actor.can(Permission.WRITE)


def may_edit(actor: Actor, post: Post) -> bool:
    """Whether the actor may change text, tags, address and state of a post that is not in the bin."""
    allowed = may_write(actor) and (actor.is_administrator or is_author(actor, post))
    return allowed and post.deleted_at is None


def may_publish(actor: Actor, post: Post) -> bool:
    """Whether the actor may show the post to readers or hide it from them."""
    return may_edit(actor, post)


def may_delete(actor: Actor, post: Post) -> bool:
    """Whether the actor may put the post into the bin or take it out: its owner or an administrator."""
    return may_write(actor) and (actor.is_administrator or (actor.id is not None and actor.id == post.author_id))


def is_due(post: Post, now: datetime) -> bool:
    """Whether a scheduled post's moment has come."""
    return (
        post.state == PostState.SCHEDULED
        and post.deleted_at is None
        and post.publish_at is not None
        and post.publish_at <= now
    )


def check_schedule(at: datetime, now: datetime) -> None:
    """Refuse a moment that has passed, or is so far ahead that it can only be a slip of the hand."""
    if at < now - JUST_PASSED:
        sentence = "That moment has passed. Choose one to come, or publish now."
        raise Invalid("publish-at-passed", sentence, field="publish_at")
    if at - now > FARTHEST_AHEAD:
        sentence = f"{at.year} is too far ahead. Choose a moment within the next five years."
        raise Invalid("publish-at-too-far", sentence, field="publish_at")


def check_publishable(title: str, body: str) -> None:
    """Refuse to show readers a post without a title or without a text."""
    missing = {}
    if not title.strip():
        missing["title"] = "Give the post a title before you publish it."
    if not body.strip():
        missing["body"] = "Write something before you publish it."
    if missing:
        raise Invalid.of(missing, "not-publishable")
