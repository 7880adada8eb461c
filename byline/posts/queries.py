"""Reading posts: one at its address, a member's own, revisions, neighbours. Visibility is part of each query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute, defer, joinedload, selectinload, undefer

from byline.accounts import shown
from byline.accounts.models import User
from byline.kernel import db
from byline.kernel.access import Actor, Permission
from byline.kernel.errors import NotFound
from byline.posts import rules
from byline.posts.models import Post, PostAddress, PostAuthor, PostState, PostTag, Revision, Tag, WorkingCopy
from byline.web.paging import Cursor, Key, Page, narrow, page

BIN = "bin"
"""What the bin is called where posts are counted or listed by state."""


def visible(actor: Actor) -> ColumnElement[bool]:
    """Posts the actor may read at their address: the condition behind `rules.may_read`, for any query on posts.

    Public lists ask for `Post.listed_at IS NOT NULL` instead, which is stricter.
    """
    present = Post.deleted_at.is_(None)
    if actor.is_administrator:
        return present
    kept_back = or_(Post.hidden_at.is_not(None), Post.held_at.is_not(None), _hidden_with_author())
    open_to_all = and_(Post.state.in_(rules.OPEN_STATES), ~kept_back)
    if actor.can(Permission.MODERATE):
        waits = and_(Post.held_at.is_not(None), Post.state.in_(rules.SHOWN_STATES))
        open_to_all = or_(Post.state.in_(rules.OPEN_STATES), waits)
    return and_(present, or_(open_to_all, _written_by(actor.id)) if actor.id is not None else open_to_all)


def _written_by(user_id: int | None) -> ColumnElement[bool]:
    # The owner stands among the authors too, so one index finds both; an OR with the owner's column would use none.
    return Post.id.in_(select(PostAuthor.post_id).where(PostAuthor.user_id == user_id))


def _hidden_with_author() -> ColumnElement[bool]:
    leaving = exists().where(User.id == Post.author_id, User.deletion_asked_at.is_not(None))
    others = exists().where(PostAuthor.post_id == Post.id, PostAuthor.user_id != Post.author_id)
    return and_(leaving, ~others)


def by_address(actor: Actor, username: str, slug: str) -> Post | None:
    """The post at `/@username/slug` with everything its page shows, None where the actor may see none.

    An old address finds it too: it has moved where the answer's own `author.username` and `slug` differ. Whatever the
    post has, three statements.
    """
    return db.session().scalar(whole().where(_at(username, slug), visible(actor)))


def for_reading(actor: Actor, username: str, slug: str) -> Post | None:
    """The same without tags and Markdown, in one statement: `around` reads the tags with what else stands there."""
    query = select(Post).where(_at(username, slug), visible(actor))
    # Outer joins, though every author is there: around an inner one SQLite would walk all authors of the site.
    people = joinedload(Post.authors).joinedload(PostAuthor.user).options(*shown.person(User.about))
    owner = joinedload(Post.author, innerjoin=True).options(*shown.person(User.about))
    text = (undefer(Post.html), undefer(Post.toc), defer(Post.body, raiseload=True))
    query = query.options(owner, people, *text)
    return db.session().scalars(query).unique().one_or_none()


def by_id(actor: Actor, post_id: int) -> Post | None:
    """The same by number, for acts that must find a post whatever its address has become meanwhile."""
    return db.session().scalar(whole().where(Post.id == post_id, visible(actor)))


def owner_of(actor: Actor, post_id: int) -> int | None:
    """Who owns a post that the actor may read."""
    return db.session().scalar(select(Post.author_id).where(Post.id == post_id, visible(actor)))


def for_readers_act(actor: Actor, post_id: int) -> Post:
    """The post with its authors and without its text, for what a reader does with it; NotFound where they see none."""
    query = select(Post).where(Post.id == post_id, visible(actor))
    people = (joinedload(Post.author, innerjoin=True), selectinload(Post.authors))
    found = db.session().scalar(query.options(*people, defer(Post.body)))
    if found is None:
        raise NotFound("post-unknown", "There is no such post.")
    return found


def whole() -> Select[Post]:
    """Posts with author, co-authors, tags and rendered text: four statements for any number of them."""
    return select(Post).options(
        joinedload(Post.author, innerjoin=True),
        selectinload(Post.authors).joinedload(PostAuthor.user, innerjoin=True),
        selectinload(Post.tags).joinedload(PostTag.tag, innerjoin=True),
        undefer(Post.html),
        undefer(Post.toc),
    )


def _at(username: str, slug: str) -> ColumnElement[bool]:
    """The post that has this address, or had it before: no two have, as an old one is never given again."""
    owner = select(User.id).where(User.username_key == username.casefold()).scalar_subquery()
    now = select(Post.id).where(Post.author_id == owner, Post.slug == slug).correlate(None)
    once = select(PostAddress.post_id).where(PostAddress.author_id == owner, PostAddress.slug == slug)
    return Post.id.in_(union_all(now, once))


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A post of the same author, published before or after one."""

    username: str
    """Under whose name it lives."""
    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tag of a post."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the text of a post."""

    tags: tuple[Tagged, ...]
    older: Neighbour | None = None
    newer: Neighbour | None = None


def around(post: Post) -> Around:
    """A post's tags and the owner's listed posts next to it, none of those for an unlisted one: one statement."""
    tags = select(literal("tag"), PostTag.position, literal(""), Tag.slug, Tag.name)
    parts = [tags.join(Tag, Tag.id == PostTag.tag_id).where(PostTag.post_id == post.id)]
    if post.listed_at is not None:
        key = (PostAuthor.listed_at, PostAuthor.post_id)
        here = tuple_(literal(post.listed_at), literal(post.id))
        newest_first = (key[0].desc(), key[1].desc())
        parts.append(_neighbour("older", post, tuple_(*key) < here, newest_first))
        parts.append(_neighbour("newer", post, tuple_(*key) > here, key))
    found = sorted(db.session().execute(union_all(*parts)), key=lambda row: row[1])
    beside = {kind: Neighbour(*row) for kind, _, *row in found if kind != "tag"}
    named = tuple(Tagged(slug, name) for kind, _, _, slug, name in found if kind == "tag")
    return Around(named, beside.get("older"), beside.get("newer"))


def _neighbour(
    kind: str, post: Post, where: ColumnElement[bool], order: Sequence[Any]
) -> Select[Any, *tuple[Any, ...]]:
    mine = select(PostAuthor.post_id).where(PostAuthor.user_id == post.author_id, PostAuthor.listed_at.is_not(None))
    one = mine.where(where).order_by(*order).limit(1).scalar_subquery()
    named = select(literal(kind), literal(0), User.username, Post.slug, Post.title)
    return named.join(User, User.id == Post.author_id).where(Post.id == one)


def own(actor: Actor, state: PostState, cursor: Cursor | None = None) -> Page[Post]:
    """The actor's posts in one state, those last saved first, with tags and author; co-authored ones too."""
    mine = and_(Post.deleted_at.is_(None), Post.state == state, _written_by(actor.id))
    return _own_page(mine, Post.updated_at, cursor)


def binned(actor: Actor, cursor: Cursor | None = None) -> Page[Post]:
    """The actor's deleted posts, the last deleted first."""
    mine = and_(Post.deleted_at.is_not(None), Post.author_id == actor.id)
    return _own_page(mine, Post.deleted_at, cursor)


def _own_page(mine: ColumnElement[bool], moment: InstrumentedAttribute[Any], cursor: Cursor | None) -> Page[Post]:
    tags = selectinload(Post.tags).joinedload(PostTag.tag, innerjoin=True)
    query = select(Post).where(mine).options(joinedload(Post.author, innerjoin=True), tags)
    rows = db.session().scalars(narrow(query, (moment, Post.id), cursor)).all()

    def key(post: Post) -> Key:
        at: datetime = getattr(post, moment.key)
        return at, post.id

    return page(rows, cursor, key)


def own_counts(actor: Actor) -> dict[str, int]:
    """How many posts the actor has in each state, and in the bin under `bin`; states without any are missing."""
    mine = select(Post.state, Post.deleted_at.is_not(None), func.count()).where(_written_by(actor.id))
    counts: dict[str, int] = {}
    for state, is_binned, number in db.session().execute(mine.group_by(Post.state, Post.deleted_at.is_not(None))):
        kind = BIN if is_binned else state
        counts[kind] = counts.get(kind, 0) + number
    return counts


def working_copy(actor: Actor, post_id: int) -> WorkingCopy | None:
    """What the actor has typed into a post and not saved."""
    mine = (WorkingCopy.post_id == post_id) & (WorkingCopy.user_id == actor.id)
    return db.session().scalar(select(WorkingCopy).where(mine))


def typed_titles(actor: Actor, post_ids: Sequence[int]) -> dict[int, str]:
    """The titles the actor has typed into some of these posts since their last save."""
    if not post_ids:
        return {}
    query = select(WorkingCopy.post_id, WorkingCopy.title)
    mine = query.where(WorkingCopy.user_id == actor.id, WorkingCopy.post_id.in_(post_ids))
    return {row.post_id: row.title for row in db.session().execute(mine)}


@dataclass(frozen=True, slots=True)
class Kept:
    """One revision in a list: its number, when, by whom, and how long it was."""

    number: int
    title: str
    created_at: datetime
    editor: User | None
    characters: int


def revisions(post: Post, cursor: Cursor | None = None) -> Page[Kept]:
    """The revisions of a post that the caller may edit, newest first."""
    rows = db.session().execute(narrow(_kept_of(post), (Revision.created_at, Revision.id), cursor)).all()
    kept = page(rows, cursor, lambda row: (row.created_at, row.id))
    return Page([Kept(*row[:5]) for row in kept.items], kept.older, kept.newer)


def kept(post: Post, number: int) -> Kept | None:
    """One row of that list."""
    row = db.session().execute(_kept_of(post).where(Revision.number == number)).first()
    return Kept(*row[:5]) if row else None


def _kept_of(post: Post) -> Select[Any]:
    length = func.length(Revision.body)
    columns = (Revision.number, Revision.title, Revision.created_at, User, length, Revision.id)
    return select(*columns).outerjoin(User, User.id == Revision.editor_id).where(Revision.post_id == post.id)


def revision(post: Post, number: int) -> Revision | None:
    """One revision of a post that the caller may edit."""
    return db.session().scalar(select(Revision).where(Revision.post_id == post.id, Revision.number == number))
