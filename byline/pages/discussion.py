"""The comments below a post: what everyone reads is kept, what is a member's own comes on top of it."""

from __future__ import annotations

from markupsafe import Markup

from byline.comments import rules, section
from byline.kernel import state
from byline.pages import pieces
from byline.posts import topics
from byline.posts.models import Post
from byline.web import context, pagecache


def of(post: Post) -> Markup:
    """The section under a post that readers see, nothing under any other. `post` may be detached."""
    if not rules.is_open(post):
        return Markup()
    topic = topics.of_post(post.id)
    pagecache.leans_on(topic)
    # Asked of this request's own session: what is kept under a version must not be made from an older one.
    key = ("comments", post.id, state.topic_version(topic))
    found = pieces.kept(key, lambda: section.everyones(post))
    return section.shown_to(context.current().actor, post, found) if found else Markup()
