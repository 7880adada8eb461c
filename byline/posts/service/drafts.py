"""Writing: a post begun, saved, typed further between saves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from byline.kernel import bus, clock, db
from byline.kernel.access import Actor
from byline.kernel.errors import Conflict
from byline.posts import content, rules
from byline.posts.content import ChangedMeanwhile, Content
from byline.posts.messages import PostSaved
from byline.posts.models import Post, PostAuthor, PostState, WorkingCopy
from byline.posts.service import addresses, composing, opening

LONGEST_FORM_KEY = 64


def create(
    actor: Actor, given: Content, *, owner_id: int | None = None, co_authors: tuple[int, ...] = (), form_key: str = ""
) -> Post:
    """Begin a draft of the actor, or of `owner_id` where the actor administers the site.

    `form_key` names the form that was sent: sent twice, it makes one post and the second answer is that post, saved
    anew where the text differs. Raises Invalid, NotAllowed.
    """
    opening.check_may_write(actor)
    owner = opening.owner_for(actor, owner_id)
    tidy = content.checked(given)
    addresses.lock(owner)
    if form_key and (made := _made_by(owner, form_key)):
        return save(actor, made, tidy, based_on=1)
    post = _begin(owner, co_authors, form_key)
    post.slug = addresses.from_title(owner, tidy.title)
    db.session().add(post)
    composing.put(post, tidy)
    db.session().flush()
    addresses.forget_abandoned(post, post.slug)
    if tidy.slug:
        post.slug = addresses.typed(post, tidy.slug)
    composing.keep_revision(actor, post)
    db.session().flush()
    bus.publish(PostSaved(post.id, post.version))
    return post


def save(actor: Actor, post_id: int, given: Content, *, based_on: int) -> Post:
    """Keep the text as the post's next version; what readers see follows at once where the post is published.

    The same text again changes nothing. Raises ChangedMeanwhile with the actor's text when the post has moved on from
    version `based_on`, Invalid, NotAllowed, NotFound. The actor's working copy is done with afterwards.
    """
    post = opening.for_change(actor, post_id, rules.may_edit)
    tidy = content.checked(given)
    if post.state in (PostState.PUBLISHED, PostState.UNLISTED, PostState.SCHEDULED):
        rules.check_publishable(tidy.title, tidy.body)
    if is_same(post, tidy):
        discard(actor, post_id)
        return post
    if post.version != based_on:
        raise ChangedMeanwhile(post.id, tidy, based_on=based_on, version=post.version)
    composing.put_address(post, tidy)
    composing.put(post, tidy)
    composing.relist(post)
    post.version += 1
    post.updated_at = clock.now()
    composing.keep_revision(actor, post)
    discard(actor, post_id)
    db.session().flush()
    bus.publish(PostSaved(post.id, post.version))
    return post


def is_same(post: Post, given: Content) -> bool:
    """Whether saving this content would change nothing."""
    now = composing.content_of(post)
    slug = given.slug in ("", post.slug)
    return slug and (now.title, now.body, now.tags, now.standfirst, now.cover) == (
        given.title,
        given.body,
        given.tags,
        given.standfirst,
        given.cover,
    )


@dataclass(frozen=True, slots=True)
class Typed:
    """What one browser window has typed since the last save.

    `based_on` is the post's version it started from, `window` names the window, `sequence` counts what it sent, and
    `seen` is the sequence of the working copy that it found when it opened.
    """

    title: str
    body: str
    standfirst: str = ""
    tags: str = ""
    based_on: int = 1
    window: str = ""
    sequence: int = 1
    seen: int = 0


def autosave(actor: Actor, post_id: int, typed: Typed) -> WorkingCopy:
    """Keep what was typed as the actor's working copy; neither the post nor its readers see it.

    A late request of the same window changes nothing. Raises Conflict when another window has written meanwhile,
    Invalid for text that could not be saved either, NotAllowed, NotFound.
    """
    opening.check(actor, post_id, rules.may_edit)
    content.check_keepable(typed.title, typed.body, typed.standfirst, typed.tags)
    copy = working_copy(actor, post_id)
    if copy is None:
        copy = _insert_copy(actor, post_id)
    elif copy.window != typed.window and copy.sequence > typed.seen:
        raise Conflict(
            "other-window",
            "This post is open in another window too, and that one wrote last. Nothing was overwritten.",
        )
    elif copy.window == typed.window and copy.sequence >= typed.sequence:
        return copy
    _put_typed(copy, typed)
    db.session().flush()
    return copy


def discard(actor: Actor, post_id: int) -> None:
    """Forget what the actor typed since the last save; nothing happens when there is nothing."""
    mine = (WorkingCopy.post_id == post_id) & (WorkingCopy.user_id == actor.id)
    db.session().execute(delete(WorkingCopy).where(mine))


def working_copy(actor: Actor, post_id: int) -> WorkingCopy | None:
    """The actor's working copy of a post, locked until the unit of work settles."""
    mine = (WorkingCopy.post_id == post_id) & (WorkingCopy.user_id == actor.id)
    query = select(WorkingCopy).where(mine).with_for_update().execution_options(populate_existing=True)
    return db.session().scalar(query)


def _insert_copy(actor: Actor, post_id: int) -> WorkingCopy:
    # Two windows may begin in the same moment; the later insert waits, does nothing and finds the other's row.
    blank: dict[str, Any] = {
        "post_id": post_id,
        "user_id": actor.id,
        "title": "",
        "standfirst": "",
        "body": "",
        "tags": "",
    }
    blank |= {"base_version": 1, "sequence": 0, "window": "", "updated_at": clock.now()}
    db.session().execute(db.insert_into(WorkingCopy).values(blank).on_conflict_do_nothing())
    copy = working_copy(actor, post_id)
    if copy is None:
        raise Conflict("other-window", "Another window saved this post in the same moment. Nothing was overwritten.")
    return copy


def _put_typed(copy: WorkingCopy, typed: Typed) -> None:
    copy.title, copy.body = typed.title, typed.body
    copy.standfirst, copy.tags = typed.standfirst, typed.tags
    copy.base_version, copy.window, copy.sequence = typed.based_on, typed.window, typed.sequence
    copy.updated_at = clock.now()


def _made_by(owner_id: int, form_key: str) -> int | None:
    made = select(Post.id).where(Post.author_id == owner_id, Post.form_key == form_key[:LONGEST_FORM_KEY])
    return db.session().scalar(made)


def _begin(owner_id: int, co_authors: tuple[int, ...], form_key: str) -> Post:
    now = clock.now()
    post = Post(
        author_id=owner_id,
        state=PostState.DRAFT,
        version=1,
        created_at=now,
        updated_at=now,
        form_key=form_key[:LONGEST_FORM_KEY] or None,
        authors=[],
        tags=[],
    )
    people = dict.fromkeys((owner_id, *co_authors))
    post.authors = [PostAuthor(user_id=person, position=position) for position, person in enumerate(people)]
    return post
