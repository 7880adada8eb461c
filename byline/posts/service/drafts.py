"""Writing: a post begun and saved."""

from __future__ import annotations

from sqlalchemy import select

from byline.accounts.models import User
from byline.kernel import bus, clock, db
from byline.kernel.access import Actor
from byline.posts import content, rules
from byline.posts.content import ChangedMeanwhile, Content
from byline.posts.messages import PostHidden, PostSaved
from byline.posts.models import Post, PostAuthor, PostState
from byline.posts.service import addresses, composing, holding, opening, working_copies
from byline.posts.service.working_copies import Autosaved, Typed

LONGEST_FORM_KEY = 64


def create(
    actor: Actor, given: Content, *, owner_id: int | None = None, co_authors: tuple[int, ...] = (), form_key: str = ""
) -> Post:
    """Begin a draft of the actor, or of `owner_id` where the actor administers the site.

    `form_key` names the form that was sent: sent twice, it makes one post and the second answer is that post, saved
    anew where the text differs. Raises Invalid, NotAllowed.
    """
    opening.check_may_write(actor)
    tidy = content.checked(given)
    owner = addresses.lock(opening.owner_for(actor, owner_id))
    if form_key and (made := made_by(owner.id, form_key)):
        return save(actor, made, tidy, based_on=1)
    post = _blank(owner, co_authors, form_key)
    post.slug = addresses.from_title(owner.id, tidy.title)
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
    """Keep the text as the post's next version; what readers see follows at once where the post is published,
    except that what looks like spam and comes from somebody whom nobody knows yet waits for approval.

    The same text again changes nothing. Raises ChangedMeanwhile with the actor's text when the post has moved on from
    version `based_on`, Invalid, NotAllowed, NotFound. The actor's working copy is done with afterwards.
    """
    post = opening.for_change(actor, post_id, rules.may_edit)
    tidy = content.checked(given)
    if post.state in rules.SHOWN_STATES:
        rules.check_publishable(tidy.title, tidy.body)
    if is_same(post, tidy):
        working_copies.discard(actor, post_id)
        return post
    if post.version != based_on:
        raise ChangedMeanwhile(post.id, tidy, based_on=based_on, version=post.version)
    was_listed, was_held = post.listed_at is not None, post.held_at is not None
    composing.put_address(post, tidy)
    composing.put(post, tidy)
    if post.state in rules.SHOWN_STATES:
        holding.look(actor, post, was_read=True)
    composing.relist(post)
    post.version += 1
    post.updated_at = clock.now()
    composing.keep_revision(actor, post)
    working_copies.discard(actor, post_id)
    db.session().flush()
    bus.publish(PostSaved(post.id, post.version))
    if was_listed and post.listed_at is None:
        bus.publish(PostHidden(post.id))
    holding.tell(post, was_held=was_held)
    return post


def begin(actor: Actor, typed: Typed, *, form_key: str) -> Autosaved:
    """Keep the first words typed into a new form: a draft, made once per `form_key`, and the working copy in it.

    Raises Invalid while there is nothing to keep, Conflict like `autosave`, NotAllowed.
    """
    opening.check_may_write(actor)
    owner = addresses.lock(opening.owner_for(actor, None))
    post_id = made_by(owner.id, form_key) or create(actor, Content(typed.title, typed.body), form_key=form_key).id
    return working_copies.autosave(actor, post_id, typed)


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


def made_by(owner_id: int, form_key: str) -> int | None:
    """The post that a form made when it was sent before."""
    made = select(Post.id).where(Post.author_id == owner_id, Post.form_key == _tidy(form_key))
    return db.session().scalar(made)


def _tidy(form_key: str) -> str:
    return content.without_forbidden(form_key)[:LONGEST_FORM_KEY]


def _blank(owner: User, co_authors: tuple[int, ...], form_key: str) -> Post:
    now = clock.now()
    post = Post(
        author_id=owner.id,
        author=owner,
        state=PostState.DRAFT,
        version=1,
        created_at=now,
        updated_at=now,
        form_key=_tidy(form_key) or None,
        authors=[],
        tags=[],
    )
    people = dict.fromkeys((owner.id, *co_authors))
    post.authors = [PostAuthor(user_id=person, position=position) for position, person in enumerate(people)]
    return post
