"""How many likes there are, and what a member likes: single answers, batch forms, and parts of others' queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import contains_eager, load_only

from byline.accounts.models import User
from byline.comments.models import Comment
from byline.kernel import db
from byline.kernel.access import Actor
from byline.kernel.errors import NotFound
from byline.posts import queries as posts
from byline.posts.models import Post
from byline.reactions.models import CommentLike, PostLike, PostLikeCount
from byline.social.models import Block, Mute
from byline.social.queries import PERSON, Since
from byline.web import paging
from byline.web.paging import Cursor, Page


@dataclass(frozen=True, slots=True)
class Liking:
    """How something stands: its counted likes, and whether the actor likes it."""

    likes: int
    liked: bool


def likes_of(post_id: int) -> ColumnElement[int]:
    """The number of a post's counted likes, as a column of somebody's query."""
    count = select(PostLikeCount.likes).where(PostLikeCount.post_id == post_id).scalar_subquery()
    return func.coalesce(count, 0)


def is_liked(actor: Actor, post_id: int) -> ColumnElement[bool]:
    """Whether the actor likes a post, as a column of somebody's query."""
    return exists().where(PostLike.post_id == post_id, PostLike.member_id == actor.id)


def of_post(actor: Actor, post_id: int) -> Liking:
    """How a post stands with the actor."""
    row = db.session().execute(select(likes_of(post_id), is_liked(actor, post_id))).one()
    return Liking(*row)


def likers(actor: Actor, post_id: int, cursor: Cursor | None = None) -> Page[Since]:
    """Who likes a post, the newest first, as this member sees it; one statement.

    Left out are whom the member muted, those on either side of a block, and whoever lists of people leave out.
    """
    query = select(User, PostLike.created_at).join(PostLike, PostLike.member_id == User.id)
    query = query.where(PostLike.post_id == post_id, PostLike.counted, *_is_shown_to(actor))
    columns = (PostLike.created_at, PostLike.member_id)
    rows = db.session().execute(paging.narrow(query, columns, cursor).options(*PERSON)).all()
    return paging.page([Since(*row) for row in rows], cursor, lambda row: (row.at, row.person.id))


def _is_shown_to(actor: Actor) -> Iterator[ColumnElement[bool]]:
    me = actor.id
    yield and_(User.active, User.suspended_at.is_(None), User.deletion_asked_at.is_(None), User.apart_at.is_(None))
    yield ~exists().where(Mute.muter_id == me, Mute.muted_id == User.id)
    yield ~exists().where(Block.blocker_id == me, Block.blocked_id == User.id)
    yield ~exists().where(Block.blocker_id == User.id, Block.blocked_id == me)


def counts_of(post_ids: Iterable[int]) -> dict[int, int]:
    """The counted likes of some posts, in one statement; posts without any are missing."""
    wanted = set(post_ids)
    if not wanted:
        return {}
    query = select(PostLikeCount.post_id, PostLikeCount.likes)
    found = db.session().execute(query.where(PostLikeCount.post_id.in_(wanted), PostLikeCount.likes > 0))
    return {row.post_id: row.likes for row in found}


def of_comment(actor: Actor, comment_id: int) -> Liking:
    """How a comment stands with the actor."""
    mine = exists().where(CommentLike.comment_id == comment_id, CommentLike.member_id == actor.id)
    row = db.session().execute(select(Comment.likes, mine).where(Comment.id == comment_id)).one()
    return Liking(*row)


def liked_comments(member_id: int, comment_ids: Collection[int]) -> Select[int]:
    """What finds which of some comments a member likes."""
    mine = select(CommentLike.comment_id).where(CommentLike.member_id == member_id)
    return mine.where(CommentLike.comment_id.in_(comment_ids))


def readable_comment(actor: Actor, comment_id: int) -> Comment:
    """A comment that everyone may read, under a post that the actor may read, both loaded; NotFound otherwise."""
    query = select(Comment).join(Post, Post.id == Comment.post_id)
    query = query.where(Comment.id == comment_id, Comment.shown_at.is_not(None), posts.visible(actor))
    seen = load_only(Comment.post_id, Comment.author_id, Comment.shown_at)
    post = contains_eager(Comment.post).load_only(Post.author_id, Post.slug)
    found = db.session().scalar(query.options(seen, post, post.joinedload(Post.author, innerjoin=True)))
    if found is None:
        raise NotFound("comment-unknown", "There is no such comment.")
    return found
