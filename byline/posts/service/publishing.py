"""Showing a post to readers and hiding it from them: now, later, to everyone, to whoever has the link, to nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

from byline.kernel import bus, clock, db
from byline.kernel.access import SYSTEM, Actor
from byline.kernel.errors import Invalid
from byline.posts import rules
from byline.posts.messages import PostHidden, PostPublished, PublishDue
from byline.posts.models import Post, PostState
from byline.posts.service import composing, holding, opening

WAIT_FOR_LEAVERS = timedelta(hours=1)


def publish(actor: Actor, post_id: int, *, at: datetime | None = None) -> Post:
    """Show the post to everyone: at once, or at the moment `at` if that is still to come.

    A post that readers have seen keeps its date; only the machine may give one in the past. That of a member whom
    nobody knows yet may have to wait for approval. Raises Invalid for a post without title or text, for a moment that
    has passed or is too far ahead, and while too many of theirs wait; NotAllowed, NotFound.
    """
    post = opening.for_change(actor, post_id, rules.may_publish)
    rules.check_publishable(post.title, post.body)
    now = clock.now()
    if at is not None and actor is not SYSTEM:
        rules.check_schedule(at, now)
    was_held = _look(actor, post)
    if at is not None and at > now:
        _schedule(post, at)
    else:
        _show(post, PostState.PUBLISHED, at if at is not None and actor is SYSTEM else now)
    holding.tell(post, was_held=was_held)
    return post


def bring_to(actor: Actor, post_id: int, state: PostState, *, at: datetime | None = None) -> Post:
    """Bring the post to a state by its name, as a form or a program asks for it; `at` is when to publish.

    Raises Invalid where a scheduled post has no moment or a moment is given to what cannot wait, and whatever the
    function of that state raises.
    """
    if state == PostState.SCHEDULED and at is None:
        raise Invalid("publish-at-missing", "Choose the day and time it should be published.", field="publish_at")
    if state in (PostState.PUBLISHED, PostState.SCHEDULED):
        return publish(actor, post_id, at=at)
    if at is not None and state == PostState.UNLISTED:
        sentence = "Only a post for everyone can be published later. Choose everyone, or publish it now."
        raise Invalid("publish-at-unlisted", sentence, field="publish_at")
    acts = {PostState.UNLISTED: unlist, PostState.WITHDRAWN: withdraw, PostState.DRAFT: back_to_draft}
    return acts[state](actor, post_id)


def unlist(actor: Actor, post_id: int) -> Post:
    """Show the post to whoever has its address and in no list. Raises Invalid, NotAllowed, NotFound."""
    post = opening.for_change(actor, post_id, rules.may_publish)
    rules.check_publishable(post.title, post.body)
    was_held = _look(actor, post)
    _show(post, PostState.UNLISTED, clock.now())
    holding.tell(post, was_held=was_held)
    return post


def withdraw(actor: Actor, post_id: int) -> Post:
    """Take the post back from readers; its authors still see it at its address. Raises NotAllowed, NotFound."""
    return _hide(actor, post_id, PostState.WITHDRAWN)


def back_to_draft(actor: Actor, post_id: int) -> Post:
    """Make the post a draft again. It keeps the date it was first published. Raises NotAllowed, NotFound."""
    return _hide(actor, post_id, PostState.DRAFT)


def publish_due(post_id: int) -> bool:
    """Publish a scheduled post whose moment has come, dated that moment; answer whether it was done now.

    Safe to run twice and too early. While its owner is leaving the post waits, should they stay; when its owner is
    suspended it goes back to draft.
    """
    post = opening.locked(post_id)
    if post is None or not rules.is_due(post, clock.now()):
        return False
    if post.author.deletion_asked_at is not None:
        bus.enqueue(PublishDue(post.id), run_at=clock.now() + WAIT_FOR_LEAVERS)
        return False
    if post.author.suspended_at is not None or not post.author.active:
        _set_state(post, PostState.DRAFT)
        db.session().flush()
        return False
    _show(post, PostState.PUBLISHED, post.publish_at or clock.now())
    return True


def _look(actor: Actor, post: Post) -> bool:
    """See whether the post has to wait for approval; answer whether it did before."""
    was_held = post.held_at is not None
    holding.look(actor, post, was_read=post.published_at is not None and not was_held)
    return was_held


def _schedule(post: Post, at: datetime) -> None:
    was_listed = post.listed_at is not None
    _set_state(post, PostState.SCHEDULED)
    post.publish_at = at
    bus.enqueue(PublishDue(post.id), run_at=at)
    db.session().flush()
    _tell_hidden(post, was_listed)


def _show(post: Post, state: PostState, moment: datetime) -> None:
    before, was_listed = post.published_at, post.listed_at is not None
    post.published_at = before or moment
    _set_state(post, state)
    db.session().flush()
    if post.listed_at is not None and not was_listed:
        bus.publish(PostPublished(post.id, post.author_id, first_time=before is None))
    _tell_hidden(post, was_listed)


def _hide(actor: Actor, post_id: int, state: PostState) -> Post:
    post = opening.for_change(actor, post_id, rules.may_publish)
    was_listed = post.listed_at is not None
    _set_state(post, state)
    db.session().flush()
    _tell_hidden(post, was_listed)
    return post


def _set_state(post: Post, state: PostState) -> None:
    post.state = state
    post.publish_at = None
    if state not in rules.SHOWN_STATES:
        holding.end(post)
    composing.relist(post)


def _tell_hidden(post: Post, was_listed: bool) -> None:
    if was_listed and post.listed_at is None:
        bus.publish(PostHidden(post.id))
