"""What a moderator does to a post: taken from readers with a reason its authors read, and given back."""

from __future__ import annotations

from byline.kernel import bus, clock, db, tidy
from byline.kernel.access import Actor
from byline.kernel.errors import Invalid
from byline.posts import rules
from byline.posts.messages import PostHidden, PostsRelisted
from byline.posts.models import Post
from byline.posts.service import composing, holding, opening


def hide(actor: Actor, post_id: int, reason: str) -> Post:
    """Take the post from every reader but its authors and moderators, whatever its authors do with it meanwhile.

    Hiding what is hidden keeps the first moment and takes the new reason. Raises Invalid without a reason, NotAllowed,
    NotFound.
    """
    post = opening.for_change(actor, post_id, rules.may_hide)
    reason = tidy.one_line(reason)
    if not reason or len(reason) > rules.LONGEST_HIDING_REASON:
        sentence = f"Say why, in at most {rules.LONGEST_HIDING_REASON} characters. The author reads it."
        raise Invalid("reason-missing", sentence, field="reason")
    was_listed = post.listed_at is not None
    post.hidden_at, post.hidden_reason = post.hidden_at or clock.now(), reason
    composing.relist(post)
    db.session().flush()
    if was_listed:
        bus.publish(PostHidden(post.id))
    return post


def unhide(actor: Actor, post_id: int) -> Post:
    """Give the post back to readers under the state and moment it has. Twice is once. Raises NotAllowed, NotFound.

    One that waited for approval when it was hidden waits again.
    """
    post = opening.for_change(actor, post_id, rules.may_hide)
    if post.hidden_at is None:
        return post
    post.hidden_at, post.hidden_reason = None, ""
    composing.relist(post)
    db.session().flush()
    bus.publish(PostsRelisted((post.id,)))
    holding.tell(post, was_held=False)
    return post
