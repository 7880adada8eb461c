"""The bin: a deleted post waits there, may come back as it was, and is removed for good after a month."""

from __future__ import annotations

from sqlalchemy import select

from byline.kernel import bus, clock, db
from byline.kernel.access import SYSTEM, Actor
from byline.kernel.errors import Conflict
from byline.posts import rules
from byline.posts.messages import PostDeleted, PostHidden, PostHoldEnded, PostsRelisted, PublishDue
from byline.posts.models import Post, PostState
from byline.posts.service import composing, holding, opening

AT_ONCE = 100


def delete(actor: Actor, post_id: int) -> Post:
    """Put the post into the bin, where nobody reads it. Twice is once. Raises NotAllowed, NotFound."""
    post = opening.for_change(actor, post_id, rules.may_delete)
    was_listed = post.listed_at is not None
    post.deleted_at = post.deleted_at or clock.now()
    composing.relist(post)
    db.session().flush()
    if was_listed:
        bus.publish(PostHidden(post.id))
    if post.held_at is not None:
        bus.publish(PostHoldEnded(post.id))
    return post


def bring_back(actor: Actor, post_id: int) -> Post:
    """Take the post out of the bin, in the state it had. One that came due in there is published now."""
    post = opening.for_change(actor, post_id, rules.may_delete)
    post.deleted_at = None
    composing.relist(post)
    if post.state == PostState.SCHEDULED and post.publish_at is not None:
        bus.enqueue(PublishDue(post.id), run_at=max(post.publish_at, clock.now()))
    db.session().flush()
    bus.publish(PostsRelisted((post.id,)))
    holding.tell(post, was_held=False)
    return post


def delete_for_good(actor: Actor, post_id: int) -> None:
    """Remove a post that is in the bin, with its revisions, addresses and tags. There is no way back.

    Raises Conflict when it was brought back meanwhile, NotAllowed, NotFound.
    """
    post = opening.for_change(actor, post_id, rules.may_delete)
    if post.deleted_at is None:
        raise Conflict("not-in-the-bin", "This post is not in the bin any more. Delete it first.")
    db.session().delete(post)
    db.session().flush()
    bus.publish(PostDeleted(post_id))


def empty_bin() -> int:
    """Remove for good what has been in the bin long enough, some at a time; answer how many posts those were."""
    old = select(Post.id).where(Post.deleted_at < clock.now() - rules.BIN_KEEPS).order_by(Post.deleted_at)
    gone = db.session().scalars(old.limit(AT_ONCE)).all()
    for post_id in gone:
        delete_for_good(SYSTEM, post_id)
    return len(gone)
