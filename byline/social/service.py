"""The one door for every change between two members: follow, block, mute, and taking each of them back.

Each function answers whether it changed anything: doing something twice is no mistake.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select

from byline.accounts.models import User
from byline.kernel import bus, clock, db
from byline.kernel.access import Actor
from byline.kernel.errors import NotAllowed, NotAuthenticated, NotFound
from byline.social import queries, rules, tallies
from byline.social.messages import MemberBlocked, MemberFollowed, MemberUnblocked, MemberUnfollowed
from byline.social.models import Block, Follow, Mute


def follow(actor: Actor, user_id: int) -> bool:
    """Follow a member from now on.

    Raises NotFound for nobody and for somebody who is leaving, Invalid for oneself, NotAllowed for an actor who may
    not follow, under a block whoever asked for it, and for a member who is suspended.
    """
    me = _someone(actor)
    # One's own row is enough: a block between the two locks it too, and nobody waits for the fans of somebody famous.
    hold_still(me)
    other = _member(user_id)
    if refusal := rules.wrong_with_following(actor, queries.state(actor, user_id)):
        raise refusal
    if not other.active or other.suspended_at is not None:
        raise NotAllowed("follow-suspended", "This member is suspended at the moment and cannot be followed.")
    now = clock.now()
    is_listed = other.apart_at is None and db.session().get_one(User, me).apart_at is None
    row = {"follower_id": me, "followed_id": user_id, "created_at": now, "listed_at": now if is_listed else None}
    wish = db.insert_into(Follow).values(row)
    is_new = _happened(wish.on_conflict_do_nothing().returning(Follow.followed_id))
    if is_new and is_listed:
        tallies.add([(me, user_id)], 1)
        bus.publish(MemberFollowed(me, user_id))
    return is_new


def unfollow(actor: Actor, user_id: int) -> bool:
    """Follow a member no more. Raises NotAuthenticated; whoever is suspended may still let go."""
    me = _someone(actor)
    return _end((Follow.follower_id == me) & (Follow.followed_id == user_id))


def block(actor: Actor, user_id: int) -> bool:
    """Keep a member away: neither follows, mentions, answers or writes to the other any more.

    Raises NotFound, Invalid for oneself.
    """
    me = _turning_away(actor, user_id)
    hold_still(me, user_id)
    wish = db.insert_into(Block).values(blocker_id=me, blocked_id=user_id, created_at=clock.now())
    is_new = _happened(wish.on_conflict_do_nothing().returning(Block.blocked_id))
    if is_new:
        _end(
            or_(
                (Follow.follower_id == me) & (Follow.followed_id == user_id),
                (Follow.follower_id == user_id) & (Follow.followed_id == me),
            )
        )
        bus.publish(MemberBlocked(me, user_id))
    return is_new


def unblock(actor: Actor, user_id: int) -> bool:
    """Take a block back. Whoever followed before has to follow again."""
    me = _someone(actor)
    mine = (Block.blocker_id == me, Block.blocked_id == user_id)
    gone = _happened(delete(Block).where(*mine).returning(Block.blocked_id))
    if gone:
        bus.publish(MemberUnblocked(me, user_id))
    return gone


def mute(actor: Actor, user_id: int) -> bool:
    """Hear no more of a member, who is not told. A follow stays. Raises NotFound, Invalid for oneself."""
    me = _turning_away(actor, user_id)
    wish = db.insert_into(Mute).values(muter_id=me, muted_id=user_id, created_at=clock.now())
    return _happened(wish.on_conflict_do_nothing().returning(Mute.muted_id))


def unmute(actor: Actor, user_id: int) -> bool:
    """Hear of a member again."""
    me = _someone(actor)
    return _happened(delete(Mute).where(Mute.muter_id == me, Mute.muted_id == user_id).returning(Mute.muted_id))


def hold_still(*ids: int) -> None:
    """Let one change of members' ties happen at a time, so that a follow cannot slip past a block.

    By their rows, in the order of their numbers. SQLite has one writer anyway.
    """
    rows = select(User.id).where(User.id.in_(ids)).order_by(User.id)
    db.session().execute(rows.with_for_update(key_share=True, of=User)).all()


def _someone(actor: Actor) -> int:
    if actor.id is None:
        raise NotAuthenticated("log-in-first", "Log in first.")
    return actor.id


def _member(user_id: int) -> User:
    """Somebody who is here, and does not leave until the unit of work settles."""
    stay = {"read": True, "key_share": True}
    member = db.session().get(User, user_id, with_for_update=stay, populate_existing=True)
    if member is None or member.deletion_asked_at is not None:
        raise NotFound("no-such-member", "Nobody here has this name.")
    return member


def _turning_away(actor: Actor, user_id: int) -> int:
    me = _someone(actor)
    _member(user_id)
    if refusal := rules.wrong_with_turning_away(actor, rules.State(is_self=me == user_id)):
        raise refusal
    return me


def _end(which: ColumnElement[bool]) -> bool:
    """End follows, say so, and answer whether there were any."""
    ended = delete(Follow).where(which).returning(Follow.follower_id, Follow.followed_id, Follow.listed_at)
    rows = db.session().execute(ended).all()
    tallies.add([(follower_id, followed_id) for follower_id, followed_id, listed_at in rows if listed_at], -1)
    for follower_id, followed_id, _ in rows:
        bus.publish(MemberUnfollowed(follower_id, followed_id))
    return bool(rows)


def _happened(statement: Any) -> bool:
    """Run a statement that answers the rows it touched; whether there was anything to do."""
    return db.session().execute(statement).first() is not None
