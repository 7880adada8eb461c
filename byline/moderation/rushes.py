"""When a rush begins: what its first ones published, before it could be told from a good day, waits like the rest.

Nothing is lost by it: texts, comments and likes stay, and approval brings everything back under the moment it had.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, select

from byline.accounts import arrivals, discipline
from byline.accounts.messages import RushBegan
from byline.accounts.models import Role, User
from byline.comments import service as comments
from byline.comments.models import Comment, CommentState
from byline.kernel import bus, db, site
from byline.kernel.settings import Settings
from byline.kernel.site import HoldPosts
from byline.moderation import matters
from byline.moderation.messages import HeldBack, HoldRush
from byline.moderation.models import Act, Decision, Kind
from byline.posts import rules as post_rules
from byline.posts import service as posts
from byline.posts.models import Post, PostAuthor

AT_ONCE = 20
"""So many posts and comments wait after one piece of work; the worker goes on in portions of this size."""
LOOKED_AT = (Act.APPROVE, Act.KEEP, Act.RESTORE)
"""Decisions by which somebody has found what a member wrote to be in order."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that readers have and that is to wait."""

    kind: Kind
    id: int
    member_id: int


def begin(event: RushBegan) -> None:
    """Have the worker look at what was published before the rush was one."""
    hour = event.at.replace(minute=0, second=0, microsecond=0)
    bus.enqueue_once(HoldRush(hour.isoformat()))


def hold(task: HoldRush, _settings: Settings) -> None:
    """Have some of it wait, and go on while there is more. Safe to run twice; nothing happens once it is no rush.

    Whoever was vouched for, invited, or of whom anything was approved is left alone.
    """
    moment = datetime.fromisoformat(task.at)
    if not arrivals.is_rush(moment):
        return
    held = [_hold(moment, thing) for thing in _portion(moment)]
    if any(held):
        bus.enqueue(task)


def unknown(moment: datetime) -> Select[int]:
    """The numbers of those who joined in the hour of a moment, whom nobody knows, and who are no staff."""
    fine = exists().where(Decision.member_id == User.id, Decision.act.in_(LOOKED_AT), Decision.undone_at.is_(None))
    staff = select(Role.id).where(Role.permissions.op("&")(int(discipline.STAFF)) != 0)
    return arrivals.joined_in_hour_of(moment).where(~fine, User.role_id.not_in(staff))


def _portion(moment: datetime) -> list[Thing]:
    """What is to wait next, in one order of members, so that two workers cannot wait for each other."""
    posts = _posts(moment) if site.current().posts.hold is not HoldPosts.NOBODY else []
    found = [*posts, *_comments(moment)][:AT_ONCE]
    return sorted(found, key=lambda one: (one.member_id, one.kind, one.id))


def _posts(moment: datetime) -> list[Thing]:
    out = (Post.state.in_(post_rules.SHOWN_STATES), Post.deleted_at.is_(None))
    open_ = (Post.held_at.is_(None), Post.hidden_at.is_(None))
    query = select(Post.id, Post.author_id).where(Post.author_id.in_(unknown(moment)), *out, *open_)
    rows = db.session().execute(query.order_by(Post.author_id, Post.id).limit(AT_ONCE))
    return [Thing(Kind.POST, *row) for row in rows]


def _comments(moment: datetime) -> list[Thing]:
    """Those under posts of their own are left: they wait with the post, and nobody else would approve them."""
    own = exists().where(PostAuthor.post_id == Comment.post_id, PostAuthor.user_id == Comment.author_id)
    undecided = (Comment.state == CommentState.VISIBLE, Comment.decided_by_id.is_(None), ~own)
    query = select(Comment.id, Comment.author_id).where(Comment.author_id.in_(unknown(moment)), *undecided)
    rows = db.session().execute(query.order_by(Comment.author_id, Comment.id).limit(AT_ONCE))
    return [Thing(Kind.COMMENT, row.id, row.author_id or 0) for row in rows]


def _hold(moment: datetime, thing: Thing) -> bool:
    matters.lock(thing.member_id)
    if db.session().scalar(unknown(moment).where(User.id == thing.member_id)) is None:
        return False  # Somebody approved something of theirs since.
    does = posts.hold_unread if thing.kind is Kind.POST else comments.hold_unread
    if not does(thing.id):
        return False
    bus.publish(HeldBack(thing.member_id, thing.kind, thing.id))
    return True
