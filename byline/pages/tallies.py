"""How many like each post of a list and how many comments it has.

The cards of a list are drawn once for everyone and leave a place open for these numbers, which change far more often
than the cards. They are read for every page in one statement and put in.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, String, cast, func, literal, select, union_all

from byline.comments.models import Comment
from byline.kernel import db
from byline.kernel.state import PageTopic
from byline.posts import topics
from byline.posts.models import Post
from byline.reactions.models import PostLikeCount
from byline.web import context, pagecache

_PLACE = re.compile(r"<!--tally (\d+)-->")


@dataclass(frozen=True, slots=True)
class Tally:
    """The numbers of one post."""

    likes: int = 0
    comments: int = 0

    @property
    def html(self) -> Markup:
        """The numbers as a card shows them; empty where there are none."""
        if not (self.likes or self.comments):
            return Markup("")
        drawn: Any = current_app.jinja_env.get_template("pages/_tally.html").module
        return Markup(drawn.tally(self.likes, self.comments))  # noqa: S704  (our own template escaped it)


def place_for(post_id: int) -> Markup:
    """A place in a kept piece of a page, for `fill`. What people write cannot look so: it is escaped."""
    return Markup(f"<!--tally {int(post_id)}-->")  # noqa: S704  (digits)


def fill(html: Markup) -> Markup:
    """The piece with every place filled in; one statement, none for a piece without places.

    A member's is remembered until anybody commits. One for strangers is made anew, as its page notes what it leans on.
    """
    if context.current().public_version is not None:
        return _filled(html)
    return context.memory().remember(("tallied", html), lambda: _filled(html))


def _filled(html: Markup) -> Markup:
    ids = {int(found) for found in _PLACE.findall(html)}
    if not ids:
        return html
    found = of(ids)
    return Markup(_PLACE.sub(lambda place: found[int(place[1])].html, html))  # noqa: S704  (as it was)


def of(post_ids: Collection[int]) -> Mapping[int, Tally]:
    """The numbers of these posts in one statement, however many.

    A page for strangers leans on them loosely: it is looked at anew every half minute, and made anew where one differs.
    """
    if not post_ids:
        return {}
    may_be_kept = context.current().public_version is not None
    rows = db.session().execute(union_all(*_parts(post_ids, with_topics=may_be_kept))).all()
    numbers = {(row.kind, row.key): int(row.number) for row in rows}
    if may_be_kept:
        names = [topics.of_post(post_id) for post_id in post_ids]
        pagecache.leans_loosely_on({name: numbers.get(("topic", name), 0) for name in names})
    keys = {post_id: str(post_id) for post_id in post_ids}
    return {one: Tally(numbers.get(("like", key), 0), numbers.get(("comment", key), 0)) for one, key in keys.items()}


def columns() -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The numbers of a post, in the order of `Tally`, as columns of a query on posts."""
    liked = select(PostLikeCount.likes).where(PostLikeCount.post_id == Post.id).scalar_subquery()
    said = select(func.count()).where(Comment.post_id == Post.id, Comment.shown_at.is_not(None))
    return func.coalesce(liked, 0), said.select_from(Comment).scalar_subquery()


def _parts(post_ids: Collection[int], *, with_topics: bool) -> list[Select[Any]]:
    liked = select(*_row("like", PostLikeCount.post_id, PostLikeCount.likes))
    said = select(*_row("comment", Comment.post_id, func.count())).group_by(Comment.post_id)
    parts = [
        liked.where(PostLikeCount.post_id.in_(post_ids)),
        said.where(Comment.post_id.in_(post_ids), Comment.shown_at.is_not(None)),
    ]
    if with_topics:
        names = [topics.of_post(post_id) for post_id in post_ids]
        parts.append(select(*_row("topic", PageTopic.name, PageTopic.version)).where(PageTopic.name.in_(names)))
    return parts


def _row(kind: str, key: Any, number: Any) -> list[Any]:
    return [literal(kind).label("kind"), cast(key, String).label("key"), number.label("number")]
