"""Closing the comments under a post, and opening them again."""

from __future__ import annotations

from byline.comments import rules
from byline.comments.models import Thread
from byline.comments.service import opening
from byline.kernel import clock, db, state
from byline.kernel.access import Actor
from byline.kernel.errors import NotAllowed
from byline.posts import topics


def close(actor: Actor, post_id: int) -> Thread:
    """Take no more comments under a post. Raises NotAllowed, NotFound."""
    return _decide(actor, post_id, is_closed=True)


def reopen(actor: Actor, post_id: int) -> Thread:
    """Take comments again, however old the post is. Raises NotAllowed, NotFound."""
    return _decide(actor, post_id, is_closed=False)


def _decide(actor: Actor, post_id: int, *, is_closed: bool) -> Thread:
    post = opening.post_for(actor, post_id)
    if not rules.may_close(actor, post):
        raise NotAllowed("not-your-thread", "Only the authors of a post and moderators decide about its comments.")
    session = db.session()
    thread = session.get(Thread, post_id)
    if thread is None:
        thread = Thread(post_id=post_id)
        session.add(thread)
    thread.is_closed, thread.decided_by_id, thread.decided_at = is_closed, actor.id, clock.now()
    session.flush()
    state.renew(topics.of_post(post_id))
    return thread
