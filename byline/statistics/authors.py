"""What authors know of the readers of their posts: numbers of this Byline's own site, gathered by post."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, literal, select, union_all

from byline.accounts.models import FormerName, User
from byline.analytics.sites.models import THIS_BYLINE, Site
from byline.comments.models import Comment, CommentState
from byline.kernel import db
from byline.posts.models import Post, PostAddress, PostAuthor
from byline.reactions.models import PostLike
from byline.social.models import Follow

MOST_POSTS = 500
"""Posts of one member whose numbers are put together on a page, those published last."""


@dataclass(frozen=True, slots=True)
class Written:
    """A post as it stands in a list of numbers."""

    id: int
    title: str
    address: str
    """Its path, without the end that leads to its statistics."""


@dataclass(frozen=True, slots=True)
class Echo:
    """What readers left besides their visits."""

    followers: int
    comments: int
    likes: int


@dataclass(frozen=True, slots=True)
class Places:
    """Where posts are and were, and the clock by which their days are counted."""

    paths: Mapping[int, Sequence[str]]
    """The path of today first."""
    zone: str


def places(post_ids: Sequence[int]) -> Places:
    """Every address that posts have and had, also under their owners' former names; one statement."""
    zone = select(Site.time_zone).where(Site.id == THIS_BYLINE).scalar_subquery()
    here = Post.id.in_(post_ids)
    named = select(Post.id.label("post_id"), Post.author_id, User.username.label("name"), literal(0).label("rank"))
    named = named.join(User, User.id == Post.author_id).where(here)
    before = select(Post.id, Post.author_id, FormerName.username_key, literal(1))
    before = before.join(FormerName, FormerName.user_id == Post.author_id).where(here)
    names = union_all(named, before).subquery()
    slugs = union_all(
        select(Post.id.label("post_id"), Post.slug.label("slug"), literal(0).label("rank")).where(here),
        select(PostAddress.post_id, PostAddress.slug, literal(1)).where(PostAddress.post_id.in_(post_ids)),
    ).subquery()
    query = select(names.c.post_id, names.c.name, slugs.c.slug, zone).join(slugs, slugs.c.post_id == names.c.post_id)
    found: dict[int, list[str]] = {}
    time_zone = "UTC"
    for post_id, name, slug, told in db.session().execute(query.order_by(names.c.rank, slugs.c.rank)):
        found.setdefault(post_id, []).append(f"/@{name}/{slug}")
        time_zone = told or time_zone
    return Places(found, time_zone)


def own(member_id: int) -> Sequence[Written]:
    """A member's posts that were ever published, the last published first, those in the bin apart; one statement."""
    mine = Post.id.in_(select(PostAuthor.post_id).where(PostAuthor.user_id == member_id))
    query = select(Post.id, Post.title, User.username, Post.slug).join(User, User.id == Post.author_id)
    query = query.where(mine, Post.deleted_at.is_(None), Post.published_at.is_not(None))
    rows = db.session().execute(query.order_by(Post.published_at.desc(), Post.id.desc()).limit(MOST_POSTS))
    return [Written(number, title or "Untitled", f"/@{name}/{slug}") for number, title, name, slug in rows]


def echo(post_ids: Sequence[int], member_ids: Sequence[int], first: date, last: date, zone: str) -> Echo:
    """Followers that members gained between two days, and comments and likes of posts; one statement."""
    begins, ends = (datetime.combine(day, time(), ZoneInfo(zone)) for day in (first, last + timedelta(days=1)))

    def within(moment: Any) -> ColumnElement[bool]:
        fits: ColumnElement[bool] = (moment >= begins) & (moment < ends)
        return fits

    gained = select(func.count()).select_from(Follow)
    gained = gained.where(Follow.followed_id.in_(member_ids), Follow.listed_at.is_not(None), within(Follow.created_at))
    comments = select(func.count()).select_from(Comment).where(Comment.post_id.in_(post_ids))
    comments = comments.where(Comment.state == CommentState.VISIBLE, within(Comment.shown_at))
    likes = select(func.count()).select_from(PostLike).where(PostLike.post_id.in_(post_ids), PostLike.counted)
    likes = likes.where(within(PostLike.created_at))
    return Echo(*db.session().execute(select(*(each.scalar_subquery() for each in (gained, comments, likes)))).one())
