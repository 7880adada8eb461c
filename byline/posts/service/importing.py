"""Taking in a post that lived elsewhere: its text with its past, exactly as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from byline.accounts import vouching
from byline.kernel import bus, clock, db
from byline.kernel.access import Actor
from byline.kernel.errors import NotAllowed
from byline.posts import rules
from byline.posts.content import Content
from byline.posts.messages import PostsRelisted, PublishDue
from byline.posts.models import Post, PostAddress, PostAuthor, PostState
from byline.posts.service import addresses, composing, drafts, opening


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A whole post as another place knew it. Paths and slugs come without slashes around them."""

    content: Content
    owner_id: int
    co_author_ids: tuple[int, ...] = ()
    state: PostState = PostState.PUBLISHED
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None = None
    publish_at: datetime | None = None
    old_slugs: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    source_path: str | None = None
    source_digest: str | None = None
    front_matter: Mapping[str, Any] | None = None


def bring_in(actor: Actor, arrival: Arrival, *, post_id: int | None = None) -> Post:
    """Make a post of an arrival, or bring the post `post_id` to that state; a revision is kept if the text differs.

    Nobody is told that it was published: its readers knew it before. The content's slug is taken as it is; without one
    it comes from the title. Raises Invalid (`slug-taken` where another post has that address), NotAllowed.
    """
    if not actor.is_administrator:
        raise NotAllowed("may-not-import", "Only an administrator may import posts.")
    if post_id is None:
        made = drafts.create(actor, arrival.content, owner_id=arrival.owner_id, co_authors=arrival.co_author_ids)
        post = opening.for_change(actor, made.id, rules.may_edit)
    else:
        post = opening.for_change(actor, post_id, rules.may_edit)
        post = drafts.save(actor, post_id, arrival.content, based_on=post.version)
        _put_authors(post, arrival)
    vouching.vouch(arrival.owner_id)
    _put_past(post, arrival)
    composing.relist(post)
    db.session().flush()
    bus.publish(PostsRelisted((post.id,)))
    _put_old_slugs(post, arrival.old_slugs)
    addresses.lead_here(actor, post.id, arrival.paths)
    return post


def _put_past(post: Post, arrival: Arrival) -> None:
    if arrival.state in rules.SHOWN_STATES:
        rules.check_publishable(post.title, post.body)
    post.created_at, post.updated_at = arrival.created_at, arrival.updated_at
    post.state, post.published_at, post.publish_at = arrival.state, arrival.published_at, arrival.publish_at
    if post.state in rules.OPEN_STATES:
        post.published_at = post.published_at or arrival.created_at
    if post.state == PostState.SCHEDULED:
        post.publish_at = post.publish_at or clock.now()
        bus.enqueue(PublishDue(post.id), run_at=post.publish_at)
    post.source_path, post.source_digest = arrival.source_path, arrival.source_digest
    post.front_matter = dict(arrival.front_matter) if arrival.front_matter is not None else None


def _put_authors(post: Post, arrival: Arrival) -> None:
    present = {author.user_id: author for author in post.authors}
    people = tuple(dict.fromkeys((post.author_id, *arrival.co_author_ids)))
    if tuple(present) == people:
        return
    post.authors = [present.get(person) or PostAuthor(user_id=person) for person in people]
    for position, author in enumerate(post.authors):
        author.position = position


def _put_old_slugs(post: Post, slugs: tuple[str, ...]) -> None:
    wanted = {slug for slug in slugs if slug and slug != post.slug}
    if not wanted:
        return
    for slug in sorted(wanted - addresses.known_of(post)):
        addresses.forget_abandoned(post, slug)
        db.session().add(PostAddress(author_id=post.author_id, slug=slug, post_id=post.id))
    db.session().flush()
