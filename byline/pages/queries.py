"""Lists of posts as readers see them. Each follows an index from its newest row, so a page costs its rows only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Subquery, func, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, load_only, raiseload, selectinload, undefer
from sqlalchemy.orm.interfaces import ORMOption

from byline.accounts import shown
from byline.accounts.models import FormerName, User
from byline.kernel import db
from byline.lists import queries as lists
from byline.pages import tallies
from byline.pages.tallies import Tally
from byline.posts.models import Post, PostAuthor, PostTag, Tag
from byline.web import paging
from byline.web.paging import Cursor, Key, Page

LATELY = 200
"""How many of the newest posts say which tags are in use."""

IN_LISTS = load_only(
    Post.author_id,
    Post.slug,
    Post.state,
    Post.title,
    Post.standfirst,
    Post.excerpt,
    Post.reading_minutes,
    Post.cover_key,
    Post.published_at,
    Post.created_at,
    Post.updated_at,
    Post.listed_at,
    Post.deleted_at,
    Post.hidden_at,
    Post.held_at,
    raiseload=True,
)
PERSON = shown.person(User.about)


@dataclass(frozen=True, slots=True)
class Counted:
    """A tag and how many of the posts looked at carry it."""

    id: int
    slug: str
    name: str
    count: int


def with_people() -> tuple[ORMOption, ...]:
    """Owner and co-authors, in one more statement however many rows."""
    return (
        joinedload(Post.author, innerjoin=True).options(*PERSON),
        selectinload(Post.authors).joinedload(PostAuthor.user, innerjoin=True).options(*PERSON),
    )


def with_people_and_tags() -> tuple[ORMOption, ...]:
    """Owner, co-authors and tags, in two more statements however many rows."""
    return (*with_people(), selectinload(Post.tags).joinedload(PostTag.tag, innerjoin=True))


def latest(cursor: Cursor | None = None, *, full: bool = False) -> Page[Post]:
    """The site's listed posts, newest first; `full` brings their HTML and tags along."""
    query = select(Post).where(Post.listed_at.is_not(None))
    return _page(query, (Post.listed_at, Post.id), cursor, full=full)


def of_author(user_id: int, cursor: Cursor | None = None, *, full: bool = False) -> Page[Post]:
    """The listed posts somebody wrote, alone or with others."""
    query = select(Post).join(PostAuthor, PostAuthor.post_id == Post.id)
    query = query.where(PostAuthor.user_id == user_id, PostAuthor.listed_at.is_not(None))
    return _page(query, (PostAuthor.listed_at, PostAuthor.post_id), cursor, full=full)


def tagged(tag_id: int, cursor: Cursor | None = None, *, full: bool = False) -> Page[Post]:
    """The listed posts that carry a tag."""
    query = select(Post).join(PostTag, PostTag.post_id == Post.id)
    query = query.where(PostTag.tag_id == tag_id, PostTag.listed_at.is_not(None))
    return _page(query, (PostTag.listed_at, PostTag.post_id), cursor, full=full)


def between(begin: datetime, end: datetime, cursor: Cursor | None = None, *, size: int) -> Page[Post]:
    """The listed posts of a span of time, `end` not included."""
    query = select(Post).where(Post.listed_at >= begin, Post.listed_at < end)
    return _page(query, (Post.listed_at, Post.id), cursor, size=size)


def among(post_ids: Iterable[int]) -> dict[int, Post]:
    """Some posts by their numbers, as lists show them, in one statement.

    Whoever asks has made sure that the reader may see them.
    """
    wanted = set(post_ids)
    return {post.id: post for post in db.session().scalars(_among(wanted)).unique()} if wanted else {}


def among_with_tallies(post_ids: Iterable[int]) -> dict[int, tuple[Post, Tally]]:
    """The same with how many like each and how many comments it has, still in one statement."""
    wanted = set(post_ids)
    if not wanted:
        return {}
    query = _among(wanted).add_columns(*tallies.columns())
    return {post.id: (post, Tally(*numbers)) for post, *numbers in db.session().execute(query).unique()}


def _among(post_ids: set[int]) -> Select[Any]:
    # Outer joins, though every author is there: around an inner one SQLite would walk all authors of the site.
    authors = joinedload(Post.authors).joinedload(PostAuthor.user).options(*PERSON)
    owner = joinedload(Post.author, innerjoin=True).options(*PERSON)
    return select(Post).where(Post.id.in_(post_ids)).options(IN_LISTS, owner, authors)


def _page(
    query: Select[Post],
    columns: tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]],
    cursor: Cursor | None,
    *,
    full: bool = False,
    size: int = paging.PAGE_SIZE,
) -> Page[Post]:
    options = (*with_people_and_tags(), undefer(Post.html)) if full else with_people()
    rows = db.session().scalars(paging.narrow(query, columns, cursor, size).options(IN_LISTS, *options)).all()
    return paging.page(rows, cursor, _key, size)


def _key(post: Post) -> Key:
    if post.listed_at is None:
        raise ValueError(f"{post!r} is not listed.")
    return post.listed_at, post.id


def person(username_key: str) -> User | None:
    """The member with this address."""
    return db.session().scalar(select(User).where(User.username_key == username_key).options(raiseload(User.role)))


def formerly(username_key: str) -> User | None:
    """The member who had this address before."""
    query = select(User).join(FormerName, FormerName.user_id == User.id).where(FormerName.username_key == username_key)
    return db.session().scalar(query.options(raiseload(User.role)))


def counts_of(user_id: int) -> tuple[int, int]:
    """How many listed posts somebody wrote, counted in the index, and how many of their lists everybody may see."""
    written = select(func.count()).where(PostAuthor.user_id == user_id, PostAuthor.listed_at.is_not(None))
    columns = (written.select_from(PostAuthor).scalar_subquery(), lists.number_shown(user_id))
    found = db.session().execute(select(*columns)).one()
    return found[0], found[1]


def _newest() -> Subquery:
    """The `LATELY` newest posts: who asks these for something asks the same of a site of any size."""
    newest = select(Post.id, Post.author_id, Post.listed_at).where(Post.listed_at.is_not(None))
    return newest.order_by(Post.listed_at.desc(), Post.id.desc()).limit(LATELY).subquery()


def writing_lately(limit: int = 6) -> Sequence[User]:
    """Whose posts are the newest, whoever published last first."""
    recent = _newest()
    last = func.max(recent.c.listed_at).label("last")
    owners = select(recent.c.author_id, last).group_by(recent.c.author_id)
    found = owners.order_by(last.desc(), recent.c.author_id).limit(limit).subquery()
    query = select(User).join(found, found.c.author_id == User.id).where(User.deletion_asked_at.is_(None))
    return db.session().scalars(query.options(*PERSON).order_by(found.c.last.desc(), User.id)).all()


def tags_in_use(limit: int = 15) -> Sequence[Counted]:
    """The tags that the newest posts carry, most used first."""
    recent = _newest()
    count = func.count()
    query = (
        select(Tag.id, Tag.slug, Tag.name, count)
        .select_from(recent)
        .join(PostTag, PostTag.post_id == recent.c.id)
        .join(Tag, Tag.id == PostTag.tag_id)
        .group_by(Tag.id, Tag.slug, Tag.name)
        .order_by(count.desc(), Tag.slug)
        .limit(limit)
    )
    return [Counted(*row) for row in db.session().execute(query)]
