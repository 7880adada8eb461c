"""The comments below a post: what everyone reads is kept, what is a member's own comes on top of it."""

from __future__ import annotations

from markupsafe import Markup

from byline.comments import section
from byline.comments.section import Place
from byline.kernel import state
from byline.pages import pieces
from byline.posts import topics
from byline.web import context, pagecache


def of(place: Place) -> Markup:
    """The section under a post that readers see, nothing under any other."""
    if not place.is_open:
        return Markup()
    topic = topics.of_post(place.id)
    pagecache.leans_on(topic)
    # Asked of this request's own session: what is kept under a version must not be made from an older one.
    key = ("comments", place.id, state.topic_version(topic))
    found = pieces.kept(key, lambda: section.everyones(place))
    return section.shown_to(context.current().actor, place, found) if found else Markup()
