"""Reading comments: threads of a post page by page, one with what stands around it, what waits, what somebody wrote.

Visibility is part of each query, and so is the number of rows: no thread is long enough to make a page slow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CTE, ScalarSelect, Select, Subquery, exists, func, select, tuple_
from sqlalchemy.orm import aliased, joinedload, load_only, selectinload

from byline.accounts import rules as account_rules
from byline.accounts import shown
from byline.accounts.models import User
from byline.comments import rules
from byline.comments.models import Comment, CommentState, CommentVersion, Thread
from byline.kernel import db
from byline.kernel.access import Actor
from byline.posts import queries as posts
from byline.posts.models import Post, PostAddress, PostAuthor
from byline.social import queries as social
from byline.web import paging
from byline.web.paging import EPOCH, Cursor, Page

ROOTS_A_PAGE = 15
REPLIES_AT_FIRST = 8
"""Answers shown under a first comment before a link leads to the rest."""
THREAD_A_PAGE = 60
"""Comments of one thread on a page of its own."""
WAITING_SHOWN = 10

PERSON = shown.person()


class Order(StrEnum):
    """How first comments follow one another. Answers always follow as they were written."""

    NEWEST = "newest"
    OLDEST = "oldest"
    TOP = "top"

    @classmethod
    def named(cls, word: str | None) -> Order:
        """The order of that name, the newest first for any other word."""
        return cls(word) if word in set(cls) else cls.NEWEST


@dataclass(frozen=True, slots=True)
class Standing:
    """How the thread of a post stands."""

    decided: bool | None
    """Whether somebody closed it (True) or keeps it open however old it is (False); None where nobody decided."""
    number: int
    """How many comments readers see there."""


@dataclass(frozen=True, slots=True)
class Roots:
    """First comments of a post with the first answers to each, and the way to the next ones."""

    comments: Sequence[Comment]
    """In the order of the page, each first comment followed by its answers in theirs."""
    following: str | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """One comment, what it answers, and what answers it."""

    comment: Comment
    above: Sequence[Comment]
    below: Sequence[Comment]
    following: str | None


def post_at(actor: Actor, username: str, slug: str) -> Post | None:
    """The post at an address with its authors and without its text; an old address finds it too."""
    if "\0" in username or "\0" in slug:
        return None
    owner = select(User.id).where(User.username_key == account_rules.username_key(username)).scalar_subquery()
    found = db.session().scalar(_posts(actor).where(Post.author_id == owner, Post.slug == slug))
    if found is not None:
        return found
    once = select(PostAddress.post_id).where(PostAddress.author_id == owner, PostAddress.slug == slug)
    return db.session().scalar(_posts(actor).where(Post.id == once.scalar_subquery()))


def _posts(actor: Actor) -> Select[Post]:
    without_text = load_only(
        Post.author_id,
        Post.slug,
        Post.state,
        Post.title,
        Post.published_at,
        Post.deleted_at,
        Post.hidden_at,
        Post.held_at,
    )
    people = (joinedload(Post.author, innerjoin=True), selectinload(Post.authors))
    return select(Post).where(posts.visible(actor)).options(without_text, *people)


def decided(post_id: int) -> ScalarSelect[bool | None]:
    """What somebody decided about the thread of a post, None where nobody did: a column of somebody's query."""
    return select(Thread.is_closed).where(Thread.post_id == post_id).scalar_subquery()


def number_of(post_id: int) -> ScalarSelect[int]:
    """How many comments readers see under a post: a column of somebody's query."""
    seen = (Comment.post_id == post_id, Comment.shown_at.is_not(None))
    return select(func.count()).select_from(Comment).where(*seen).scalar_subquery()


def standing(post_id: int) -> Standing:
    """How the thread of a post stands."""
    return Standing(*db.session().execute(select(decided(post_id), number_of(post_id))).one())


def counts(post_ids: Sequence[int]) -> dict[int, int]:
    """The same for many posts in one statement; posts without any are missing."""
    if not post_ids:
        return {}
    shown = select(Comment.post_id, func.count()).where(Comment.post_id.in_(post_ids), Comment.shown_at.is_not(None))
    rows = db.session().execute(shown.group_by(Comment.post_id))
    return {row[0]: row[1] for row in rows}


def roots(post_id: int, order: Order, cursor: str | None = None, size: int = ROOTS_A_PAGE) -> Roots:
    """First comments that have a place on the page, with the first answers to each, in one statement."""
    placed = (Comment.post_id == post_id, Comment.depth == 0, Comment.placed_at.is_not(None))
    first = _ordered(select(Comment.id, Comment.path).where(*placed), order, cursor).limit(size + 1)
    bounds = _with_first_answers(first.subquery("firsts"))
    until = (Comment.root_id == bounds.c.id, Comment.path <= bounds.c.last, Comment.placed_at.is_not(None))
    found: list[Comment] = []
    below: dict[int | None, list[Comment]] = {}
    for row in sorted(db.session().scalars(_whole().where(*until)), key=lambda one: one.path):
        below.setdefault(row.root_id, []).append(row) if row.depth else found.append(row)
    shown = _in_order(found, order)[:size]
    rows = [one for root in shown for one in (root, *(below.get(root.id, ()) if root.shown_below else ()))]
    return Roots(rows, _cursor(shown[-1], order) if len(found) > size else None)


def _with_first_answers(firsts: Subquery) -> CTE:
    """First comments with the path of the last answer that is shown: a long thread costs what a short one does."""
    reply = aliased(Comment)
    inside = (reply.root_id == firsts.c.id, reply.placed_at.is_not(None))
    # The first comment is the first of its own thread, so this is the answer after as many as are shown but one.
    last = select(reply.path).where(*inside).order_by(reply.root_id, reply.path).offset(REPLIES_AT_FIRST).limit(1)
    # A path is made of digits, which every collation puts before letters.
    until = func.coalesce(last.scalar_subquery(), firsts.c.path + "z").label("last")
    # Unless told so, a database may look for the last answer once more for every comment it compares with it.
    return select(firsts.c.id, until).cte("bounds").prefix_with("MATERIALIZED")


def _in_order(found: Iterable[Comment], order: Order) -> list[Comment]:
    """First comments as the page shows them."""
    if order is Order.TOP:
        return sorted(found, key=lambda one: (one.likes, one.id), reverse=True)
    return sorted(found, key=lambda one: (one.created_at, one.id), reverse=order is Order.NEWEST)


def _ordered(query: Select[int, str], order: Order, cursor: str | None) -> Select[int, str]:
    moment, number = paging.decode(cursor) if cursor else (None, 0)
    if order is Order.TOP:
        query = query.order_by(Comment.likes.desc(), Comment.id.desc())
        key = (_likes(moment), number) if moment else None
        return query.where(tuple_(Comment.likes, Comment.id) < key) if key else query
    if order is Order.OLDEST:
        query = query.order_by(Comment.placed_at, Comment.id)
        return query.where(tuple_(Comment.placed_at, Comment.id) > (moment, number)) if moment else query
    query = query.order_by(Comment.placed_at.desc(), Comment.id.desc())
    return query.where(tuple_(Comment.placed_at, Comment.id) < (moment, number)) if moment else query


def _cursor(last: Comment, order: Order) -> str:
    """The key of a row as an opaque text. A count of likes travels as microseconds, so that all keys look alike."""
    moment = EPOCH + timedelta(microseconds=last.likes) if order is Order.TOP else last.created_at
    return paging.encode((moment, last.id))


def _likes(moment: Any) -> int:
    likes: int = (moment - EPOCH) // timedelta(microseconds=1)
    return min(likes, 2**31 - 1)


def _replies_to(root_id: int) -> Select[int]:
    placed = (Comment.root_id == root_id, Comment.depth > 0, Comment.placed_at.is_not(None))
    return select(Comment.id).where(*placed).order_by(Comment.root_id, Comment.path)


def conversation(actor: Actor, post: Post, comment_id: int, after: str | None = None) -> Conversation | None:
    """One comment with what stands above and below it; None where the actor may know of none.

    `after` continues below a page that was shown already. At most four statements.
    """
    comment = db.session().scalar(_whole().where(Comment.id == comment_id, Comment.post_id == post.id))
    if comment is None or not (comment.placed_at is not None or rules.may_read(actor, comment, post)):
        return None
    ids = [int(comment.path[at : at + 10]) for at in range(0, len(comment.path) - 10, 10)]
    above = (
        db.session().scalars(_whole().where(Comment.id.in_(ids), Comment.placed_at.is_not(None))).all() if ids else ()
    )
    below = _below(comment, after)
    following = below[THREAD_A_PAGE - 1].path if len(below) > THREAD_A_PAGE else None
    return Conversation(comment, sorted(above, key=lambda one: one.path), below[:THREAD_A_PAGE], following)


def _below(comment: Comment, after: str | None) -> Sequence[Comment]:
    start = comment.path
    if after and after.isascii() and after.isdecimal() and after.startswith(start):
        start = after
    inside = (Comment.root_id == comment.root_id, Comment.path > start, Comment.path.like(comment.path + "%"))
    query = _whole().where(*inside, Comment.placed_at.is_not(None)).order_by(Comment.root_id, Comment.path)
    return db.session().scalars(query.limit(THREAD_A_PAGE + 1)).all()


def not_shown(actor: Actor, post_id: int, *, decides: bool) -> Sequence[Comment]:
    """What of a thread waits for the actor: what they may approve, or their own that readers do not see."""
    if actor.id is None:
        return ()
    query = _whole().where(Comment.post_id == post_id)
    if decides:
        query = query.where(Comment.state == CommentState.HELD)
    else:
        states = (CommentState.HELD, CommentState.SPAM, CommentState.HIDDEN)
        query = query.where(Comment.author_id == actor.id, Comment.state.in_(states))
    return db.session().scalars(query.order_by(Comment.created_at.desc()).limit(WAITING_SHOWN)).all()


def waiting_for(actor: Actor, cursor: Cursor | None = None) -> Page[Comment]:
    """Held comments under the posts the actor wrote, the newest first, with their posts; none by somebody apart."""
    mine = exists().where(PostAuthor.post_id == Comment.post_id, PostAuthor.user_id == actor.id)
    apart = social.blocked_with(actor.id) if actor.id is not None else ()
    query = _whole().where(Comment.state == CommentState.HELD, mine, Comment.author_id.not_in(apart))
    query = query.options(_with_post())
    rows = db.session().scalars(paging.narrow(query, (Comment.created_at, Comment.id), cursor)).all()
    return paging.page(rows, cursor, lambda one: (one.created_at, one.id))


def own(actor: Actor, cursor: Cursor | None = None) -> Page[Comment]:
    """What the actor commented, the newest first, whether readers see it or not, with the posts it stands under."""
    mine = (Comment.author_id == actor.id, Comment.state != CommentState.DELETED)
    query = _whole().where(*mine).options(_with_post())
    rows = db.session().scalars(paging.narrow(query, (Comment.created_at, Comment.id), cursor)).all()
    return paging.page(rows, cursor, lambda one: (one.created_at, one.id))


def by_member(user_id: int, cursor: Cursor | None = None) -> Page[Comment]:
    """What everyone may read of a member's comments, the newest first, with the posts they stand under."""
    readable = Comment.post_id.in_(select(Post.id).where(Post.listed_at.is_not(None)))
    query = _whole().where(Comment.author_id == user_id, Comment.shown_at.is_not(None), readable).options(_with_post())
    rows = db.session().scalars(paging.narrow(query, (Comment.shown_at, Comment.id), cursor)).all()
    return paging.page(rows, cursor, lambda one: (one.created_at, one.id))


def versions(comment_id: int) -> Sequence[CommentVersion]:
    """What a comment said before, the oldest first. Its author has had half an hour, so these are few."""
    mine = select(CommentVersion).where(CommentVersion.comment_id == comment_id)
    return db.session().scalars(mine.order_by(CommentVersion.number)).all()


def comment_in(actor: Actor, post: Post, comment_id: int) -> Comment | None:
    """One comment under a post whose words the actor may read."""
    comment = db.session().scalar(_whole().where(Comment.id == comment_id, Comment.post_id == post.id))
    return comment if comment is not None and rules.may_read(actor, comment, post) else None


def is_on_first_page(comment: Comment) -> bool:
    """Whether the page of the post, in its usual order, shows the comment without another click."""
    if comment.root_id is None or comment.shown_at is None:
        return True
    root = db.session().get_one(Comment, comment.root_id)
    newer = (Comment.post_id == root.post_id, Comment.depth == 0, Comment.placed_at > root.created_at)
    ahead = db.session().scalar(select(func.count()).select_from(select(Comment.id).where(*newer).limit(20).subquery()))
    before = _replies_to(root.id).where(Comment.path < comment.path).order_by(None).limit(REPLIES_AT_FIRST)
    earlier = db.session().scalar(select(func.count()).select_from(before.subquery()))
    return (ahead or 0) < ROOTS_A_PAGE and (earlier or 0) < REPLIES_AT_FIRST


def _whole() -> Select[Comment]:
    """Comments with those who wrote them, in one statement."""
    return select(Comment).options(joinedload(Comment.author).options(*PERSON))


def _with_post() -> Any:
    lean = load_only(Post.author_id, Post.slug, Post.title, Post.state, Post.deleted_at, Post.hidden_at, Post.held_at)
    return joinedload(Comment.post, innerjoin=True).options(
        lean, joinedload(Post.author, innerjoin=True).options(*PERSON)
    )
