"""The one door for reading lists. Each function checks the rule, writes and flushes; none commits.

A change of a published list renews the cached pages, a change of a private one renews none.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from byline.accounts import audit
from byline.accounts.models import User
from byline.kernel import clock, db, text
from byline.kernel.access import Actor, Permission
from byline.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from byline.lists import rules
from byline.lists.models import ListItem, ReadingList
from byline.lists.rules import Outline
from byline.posts import queries as posts
from byline.posts.models import Post
from byline.social import queries as social

SENT_TWICE = timedelta(minutes=1)
"""Within this time the same form again is a slip of the hand, not a second list."""


def create(actor: Actor, given: Outline) -> ReadingList:
    """Begin a private list. The same one again within a minute is the first; Invalid beyond what a member may have."""
    owner_id = rules.keeper(actor)
    tidy = rules.checked(given)
    _lock_owner(owner_id)
    twin = _named(owner_id, tidy.title)
    if twin is not None and twin.description == tidy.description and twin.created_at > clock.now() - SENT_TWICE:
        return twin
    _check_name(twin, tidy.title)
    count = select(func.count()).select_from(ReadingList).where(ReadingList.owner_id == owner_id)
    if (db.session().scalar(count) or 0) >= rules.MOST_LISTS:
        sentence = f"You have {rules.MOST_LISTS} lists, which is the most. Delete one you no longer need."
        raise Invalid("too-many-lists", sentence, field="title")
    now = clock.now()
    made = ReadingList(
        owner_id=owner_id,
        slug=_free_slug(owner_id, tidy.title),
        title=tidy.title,
        description=tidy.description,
        created_at=now,
        updated_at=now,
    )
    db.session().add(made)
    db.session().flush()
    return made


def change(actor: Actor, list_id: int, given: Outline) -> ReadingList:
    """Rename and describe a list. Its address follows the name until others have seen it; then it stays."""
    owner_id = rules.keeper(actor)
    tidy = rules.checked(given)
    _lock_owner(owner_id)
    found = locked(actor, list_id)
    if found.title != tidy.title:
        twin = _named(owner_id, tidy.title)
        _check_name(twin if twin is not found else None, tidy.title)
        if not found.was_published:
            found.slug = _free_slug(owner_id, tidy.title, besides=found.id)
    found.title, found.description = tidy.title, tidy.description
    _changed(found)
    return found


def publish(actor: Actor, list_id: int) -> ReadingList:
    """Show a list to everybody at its address. Raises NotAllowed for whoever may not write, and for a hidden list."""
    found = locked(actor, list_id)
    rules.check_may_publish(actor)
    if found.hidden_at is not None:
        raise NotAllowed("list-hidden", "A moderator has hidden this list, so only you can see it.")
    if found.published_at is None:
        found.published_at, found.was_published = clock.now(), True
        _changed(found)
    return found


def take_back(actor: Actor, list_id: int) -> ReadingList:
    """Make a list private again; its address waits for it."""
    found = locked(actor, list_id)
    if found.published_at is not None:
        _changed(found)
        found.published_at = None
        db.session().flush()
    return found


def delete(actor: Actor, list_id: int) -> ReadingList:
    """Delete a list; the posts on it stay what they are."""
    found = locked(actor, list_id)
    _changed(found)
    db.session().delete(found)
    db.session().flush()
    return found


def add(actor: Actor, list_id: int, post_id: int, *, note: str = "", place: int | None = None) -> ReadingList:
    """Put a post on a list, at its end or at `place` from 0; one that stands there already stays where it is.

    Raises NotFound for a list that is not the actor's and a post they cannot read, NotAllowed under a block,
    Conflict where the list is full, Invalid for a long note.
    """
    tidy = rules.checked_note(note)
    found = locked(actor, list_id)
    post = posts.for_readers_act(actor, post_id)
    _check_not_apart(rules.keeper(actor), post)
    items = _items(found)
    if any(item.post_id == post_id for item in items):
        return found
    if len(items) >= rules.MOST_ITEMS:
        raise Conflict("list-full", f"“{found.title}” is full: a list holds {rules.MOST_ITEMS} posts. Begin another.")
    item = ListItem(list_id=found.id, post_id=post_id, position=0, note=tidy, added_at=clock.now())
    items.insert(len(items) if place is None else min(max(place, 0), len(items)), item)
    db.session().add(item)
    _number(items)
    _changed(found)
    return found


def remove(actor: Actor, list_id: int, post_id: int) -> tuple[ReadingList, int | None, str]:
    """Take a post off a list; answers the list, and where the post stood with which note, so that it can come back.

    The place is None when the post was not on it.
    """
    found = locked(actor, list_id)
    items = _items(found)
    for place, item in enumerate(items):
        if item.post_id == post_id:
            db.session().delete(item)
            _changed(found)
            return found, place, item.note
    return found, None, ""


def annotate(actor: Actor, list_id: int, post_id: int, note: str) -> ReadingList:
    """Say something about a post on a list. Raises Invalid for a long note, NotFound for a post that is not on it."""
    tidy = rules.checked_note(note)
    found = locked(actor, list_id)
    _item(found, post_id).note = tidy
    _changed(found)
    return found


def move(actor: Actor, list_id: int, post_id: int, *, by: int) -> ReadingList:
    """Move a post on a list by some places, towards the top where `by` is negative; at an end it stops."""
    found = locked(actor, list_id)
    items = _items(found)
    item = _item(found, post_id)
    place = items.index(item)
    items.pop(place)
    items.insert(min(max(place + by, 0), len(items)), item)
    _number(items)
    _changed(found)
    return found


def place(actor: Actor, list_id: int, post_id: int, to: int) -> ReadingList:
    """Put a post of a list into a place, counted from 0 at the top; beyond the end it is the last."""
    found = locked(actor, list_id)
    items = _items(found)
    item = _item(found, post_id)
    items.remove(item)
    items.insert(min(max(to, 0), len(items)), item)
    _number(items)
    _changed(found)
    return found


def put_on(actor: Actor, post_id: int, list_ids: Iterable[int], *, among: Iterable[int]) -> list[ReadingList]:
    """Let a post stand on exactly these of the lists `among` which the actor chose; answers the lists that changed.

    Lists that the form did not name, such as one begun in another window meanwhile, stay as they are.
    """
    wanted = set(list_ids)
    changed = []
    # In the order of their numbers, so that two forms sent at once cannot wait for one another.
    for list_id in sorted({*among} | wanted):
        stands = any(item.post_id == post_id for item in _items(locked(actor, list_id)))
        if stands != (list_id in wanted):
            act: Callable[..., object] = remove if stands else add
            act(actor, list_id, post_id)
            changed.append(locked(actor, list_id))
    return changed


def hide(actor: Actor, list_id: int) -> ReadingList:
    """Keep a published list from everybody but its owner, until a moderator shows it again. Twice is once."""
    return _judge(actor, list_id, is_hidden=True)


def show(actor: Actor, list_id: int) -> ReadingList:
    """Let everybody see again what a moderator has hidden. Twice is once."""
    return _judge(actor, list_id, is_hidden=False)


def _judge(actor: Actor, list_id: int, *, is_hidden: bool) -> ReadingList:
    if not actor.can(Permission.MODERATE):
        raise NotAllowed("not-permitted", "Only a moderator may do that.")
    query = select(ReadingList).where(ReadingList.id == list_id, ReadingList.was_published)
    owner = joinedload(ReadingList.owner, innerjoin=True)
    found = db.session().scalar(query.options(owner).with_for_update(of=ReadingList))
    if found is None:
        raise NotFound("list-unknown", "There is no such list.")
    if (found.hidden_at is not None) != is_hidden:
        found.hidden_at = clock.now() if is_hidden else None
        audit.note(actor, "list.hidden" if is_hidden else "list.shown", f"list {found.id}", found.title)
        db.session().flush()
        db.content_changed()
    return found


def locked(actor: Actor, list_id: int) -> ReadingList:
    """A list of the actor's own, locked until the unit of work settles; NotFound for everybody else's."""
    mine = select(ReadingList).where(ReadingList.id == list_id, ReadingList.owner_id == rules.keeper(actor))
    found = db.session().scalar(mine.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound("list-unknown", "There is no such list.")
    return found


def _changed(found: ReadingList) -> None:
    found.updated_at = clock.now()
    db.session().flush()
    if found.published_at is not None:
        db.content_changed()


def _items(found: ReadingList) -> list[ListItem]:
    query = select(ListItem).where(ListItem.list_id == found.id).order_by(ListItem.position, ListItem.post_id)
    return list(db.session().scalars(query))


def _item(found: ReadingList, post_id: int) -> ListItem:
    item = db.session().get(ListItem, (found.id, post_id))
    if item is None:
        raise NotFound("not-on-list", "This post is not on the list any more.")
    return item


def _number(items: Iterable[ListItem]) -> None:
    for position, item in enumerate(items):
        item.position = position


def _lock_owner(owner_id: int) -> None:
    """Let one list of a member at a time choose its name and address. SQLite has one writer anyway."""
    db.session().execute(select(User.id).where(User.id == owner_id).with_for_update(key_share=True))


def _named(owner_id: int, title: str) -> ReadingList | None:
    return db.session().scalar(
        select(ReadingList).where(ReadingList.owner_id == owner_id, ReadingList.title == title).limit(1)
    )


def _check_name(twin: ReadingList | None, title: str) -> None:
    if twin is not None:
        raise Invalid(
            "list-name-taken", f"You have a list called “{title}” already. Choose another name.", field="title"
        )


def _free_slug(owner_id: int, title: str, *, besides: int | None = None) -> str:
    stem = text.slugify(title, "list")
    taken = set(
        db.session().scalars(
            select(ReadingList.slug).where(
                ReadingList.owner_id == owner_id,
                ReadingList.slug.startswith(stem, autoescape=True),
                ReadingList.id != (besides or 0),
            )
        )
    )
    numbered = (f"{stem}-{number}" for number in itertools.count(2))
    return next(slug for slug in itertools.chain((stem,), numbered) if slug not in taken)


def _check_not_apart(member_id: int, post: Post) -> None:
    authors = {post.author_id, *(author.user_id for author in post.authors)}
    if authors & social.blocked_with(member_id):
        raise NotAllowed(
            "blocked", "There is a block between you and the author, so the post can go on no list of yours."
        )
