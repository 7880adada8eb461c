"""Going back: an earlier text of a post becomes its newest one."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from byline.kernel import db
from byline.kernel.access import Actor
from byline.kernel.errors import NotFound
from byline.posts import rules
from byline.posts.models import Post, Revision
from byline.posts.service import composing, drafts, opening


def restore(actor: Actor, post_id: int, number: int, *, based_on: int) -> Post:
    """Save revision `number` again as the newest version; nothing in between is lost.

    Raises NotFound where there is no such revision, ChangedMeanwhile when the post has moved on from version
    `based_on`, and whatever a save raises.
    """
    post = opening.for_change(actor, post_id, rules.may_edit)
    kept = db.session().scalar(select(Revision).where(Revision.post_id == post_id, Revision.number == number))
    if kept is None:
        raise NotFound("revision-unknown", "This post has no such revision.")
    then = replace(
        composing.content_of(post), title=kept.title, standfirst=kept.standfirst, body=kept.body, tags=tuple(kept.tags)
    )
    return drafts.save(actor, post_id, then, based_on=based_on)
