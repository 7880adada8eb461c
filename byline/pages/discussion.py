"""The comments below a post: what everyone reads is kept, what is a member's own comes on top of it."""

from __future__ import annotations

from markupsafe import Markup

from byline.comments import section
from byline.comments.section import Place, Section, Shown
from byline.kernel import state
from byline.pages import pieces
from byline.posts import topics
from byline.web import context, pagecache


def of(place: Place) -> Shown:
    """The section under a post that readers see, nothing under any other."""
    if not place.is_open:
        return Shown(Markup())
    pagecache.leans_on(topics.of_post(place.id))
    return section.shown_to(context.current().actor, place, _everyones(place))


def _everyones(place: Place) -> Section:
    topic = topics.of_post(place.id)
    here = context.current()
    version = here.public_topics.get(topic)
    if version is None:
        version = context.memory().topic_version(topic)
    made: list[Section] = []

    def make() -> Section | None:
        made.append(section.everyones(place))
        # The request may read from a snapshot that is older than `version`; then nobody else should get this.
        return made[0] if topic in here.public_topics or state.topic_version(topic) == version else None

    return pieces.kept(("comments", place.id, version), make) or made[0]
