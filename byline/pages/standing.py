"""How an open post stands now, for everyone and for whoever reads it: what moves without the content."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sqlalchemy import select

from byline.comments import queries as comments
from byline.kernel import db, state
from byline.kernel.access import Actor
from byline.lists import bookmarks
from byline.posts import topics
from byline.reactions import queries as likes
from byline.web import context, pagecache


@dataclass(frozen=True, slots=True)
class Standing:
    """Likes and comments of a post, and what the reader did with it."""

    version: int
    """Of the post's topic, under which everything else here was true."""
    thread: comments.Standing
    likes: int
    liked: bool
    is_kept: bool


def of(post_id: int) -> Standing:
    """How a post stands with whoever reads it, in one statement. A member's is asked again only after a commit."""
    actor = context.current().actor
    if actor.is_authenticated:
        return context.memory().remember(("standing", actor.id, post_id), partial(_asked, actor, post_id))
    found = _asked(actor, post_id)
    pagecache.leans_on(topics.of_post(post_id), found.version)
    return found


def _asked(actor: Actor, post_id: int) -> Standing:
    version = state.version_of(topics.of_post(post_id))
    thread = (comments.decided(post_id), comments.number_of(post_id))
    mine = (likes.is_liked(actor, post_id), bookmarks.is_kept(actor, post_id)) if actor.is_authenticated else ()
    row = db.session().execute(select(version, *thread, likes.likes_of(post_id), *mine)).one()
    liked, is_kept = row[4:] or (False, False)
    return Standing(row[0], comments.Standing(row[1], row[2]), row[3], liked, is_kept)
