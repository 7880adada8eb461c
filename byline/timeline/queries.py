"""Followed tags, and when a member last read their timeline. The timeline itself is in `reading`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select

from byline.accounts.models import User
from byline.kernel import db
from byline.posts import tags
from byline.posts.models import Tag
from byline.social.models import Follow
from byline.timeline import reading, rules
from byline.timeline.models import TagFollow, TimelineVisit
from byline.web import paging
from byline.web.paging import Cursor, Page


@dataclass(frozen=True, slots=True)
class FollowedTag:
    """A tag that a member follows since a moment. It has a page while a listed post carries it."""

    tag: Tag
    at: datetime
    has_page: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """A member's visit to their timeline."""

    since: datetime | None
    """When the visit before this one ended; None on the first."""
    is_worth_noting: bool
    follows_anything: bool
    has_away: bool
    """Whether the member keeps anybody away: what `reading.keys` must know."""


def followed_tags(user_id: int, cursor: Cursor | None = None) -> Page[FollowedTag]:
    """The tags a member follows, the newest first."""
    query = select(Tag, TagFollow.created_at, tags.is_listed()).join(TagFollow, TagFollow.tag_id == Tag.id)
    query = query.where(TagFollow.user_id == user_id)
    columns = (TagFollow.created_at, TagFollow.tag_id)
    rows = [FollowedTag(*row) for row in db.session().execute(paging.narrow(query, columns, cursor))]
    return paging.page(rows, cursor, lambda row: (row.at, row.tag.id))


def followed_tag(user_id: int | None, slug: str) -> Tag | None:
    """The tag with this address, if the member follows it."""
    query = select(Tag).join(TagFollow, TagFollow.tag_id == Tag.id)
    return db.session().scalar(query.where(TagFollow.user_id == user_id, Tag.slug == slug)) if user_id else None


def followed_among(user_id: int | None, tag_ids: Iterable[int]) -> frozenset[int]:
    """Which of these tags a member follows; one statement, none for a stranger."""
    wanted = set(tag_ids)
    if user_id is None or not wanted:
        return frozenset()
    query = select(TagFollow.tag_id).where(TagFollow.user_id == user_id, TagFollow.tag_id.in_(wanted))
    return frozenset(db.session().scalars(query))


def visit(user_id: int, now: datetime) -> Visit:
    """The visit under way, as far as it was noted: one statement."""
    person = exists().where(Follow.follower_id == user_id, Follow.listed_at.is_not(None))
    follows = or_(person, exists().where(TagFollow.user_id == user_id))
    mine = TimelineVisit.user_id == User.id
    known = (follows, reading.keeps_away(user_id))
    columns: tuple[Any, ...] = (TimelineVisit.seen_at, TimelineVisit.before_at, *known)
    query = select(*columns).select_from(User).outerjoin(TimelineVisit, mine)
    seen_at, before_at, *others = db.session().execute(query.where(User.id == user_id)).one()
    if seen_at is None:
        return Visit(None, True, *others)
    return Visit(rules.since_when(seen_at, before_at, now), rules.is_worth_noting(seen_at, now), *others)
