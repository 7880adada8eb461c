"""Who follows, blocks and mutes whom: single questions, and batch forms for pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from byline.accounts import rules as account_rules
from byline.accounts import shown
from byline.accounts.models import User
from byline.kernel import db
from byline.kernel.access import Actor
from byline.social import rules, tallies
from byline.social.models import Block, Follow, FollowCount, Mute
from byline.social.rules import State
from byline.web import paging
from byline.web.paging import Cursor, Page

MOST_MENTIONS = 50
"""Names looked up in one text; whoever calls more people together calls nobody in particular."""

PERSON = shown.person(User.about, User.suspended_at, User.active, User.claimed)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many follow a member, and how many the member follows. Those who are leaving are not counted."""

    followers: int
    following: int


@dataclass(frozen=True, slots=True)
class Since:
    """A person in a list, and the moment that put them there."""

    person: User
    at: datetime


@dataclass(frozen=True, slots=True)
class Named:
    """A member whom a text may call by name."""

    id: int
    username: str


def is_following(follower_id: int, followed_id: int) -> bool:
    """Whether one member follows another."""
    found = exists().where(Follow.follower_id == follower_id, Follow.followed_id == followed_id)
    return bool(db.session().scalar(select(found)))


def following_ids(user_id: int) -> frozenset[int]:
    """Whom a member follows, those who are leaving apart."""
    query = select(Follow.followed_id).where(Follow.follower_id == user_id, Follow.listed_at.is_not(None))
    return frozenset(db.session().scalars(query))


def blocked_with(user_id: int) -> frozenset[int]:
    """Everybody between whom and this member there is a block, whoever asked for it."""
    by_them = select(Block.blocked_id).where(Block.blocker_id == user_id)
    of_them = select(Block.blocker_id).where(Block.blocked_id == user_id)
    return frozenset(db.session().scalars(union_all(by_them, of_them)))


def are_apart(one_id: int, other_id: int) -> bool:
    """Whether there is a block between two members."""
    either = or_(
        (Block.blocker_id == one_id) & (Block.blocked_id == other_id),
        (Block.blocker_id == other_id) & (Block.blocked_id == one_id),
    )
    return bool(db.session().scalar(select(exists().where(either))))


def muted_by(user_id: int) -> frozenset[int]:
    """Whom a member would rather not hear of."""
    return frozenset(db.session().scalars(select(Mute.muted_id).where(Mute.muter_id == user_id)))


def apart_and_muted(user_id: int) -> tuple[frozenset[int], frozenset[int]]:
    """`blocked_with` and `muted_by` in one statement, for pages that need both."""
    by_them = select(Block.blocked_id, literal("apart")).where(Block.blocker_id == user_id)
    of_them = select(Block.blocker_id, literal("apart")).where(Block.blocked_id == user_id)
    muted = select(Mute.muted_id, literal("muted")).where(Mute.muter_id == user_id)
    rows = db.session().execute(union_all(by_them, of_them, muted)).all()
    apart = frozenset(other for other, what in rows if what == "apart")
    return apart, frozenset(other for other, what in rows if what == "muted")


def counts(user_id: int) -> Counts:
    """How many follow a member and how many they follow, exact whatever happens at once."""
    kept = select(FollowCount.followers).where(FollowCount.user_id == user_id).scalar_subquery()
    also = select(FollowCount.following).where(FollowCount.user_id == user_id).scalar_subquery()
    # The follows themselves are counted only where no tally is kept.
    followers = func.coalesce(kept, tallies.followers_of(user_id))
    following = func.coalesce(also, tallies.followed_by(user_id))
    return Counts(*db.session().execute(select(followers, following)).one())


def people_state(actor: Actor, ids: Iterable[int]) -> Mapping[int, State]:
    """How the actor stands to each of these members; one statement however many, none for a stranger."""
    wanted = set(ids)
    if actor.id is None or not wanted:
        return dict.fromkeys(wanted, rules.STRANGER)
    return states_of(actor, wanted, db.session().execute(union_all(*ties(actor.id, wanted))).all())


def states_of(actor: Actor, ids: Iterable[int], found: Iterable[Any]) -> Mapping[int, State]:
    """The same out of `ties` that were read along with something else."""
    is_let = rules.is_let(actor)
    states = {user_id: State(is_self=user_id == actor.id, is_let=is_let) for user_id in ids}
    for user_id, what in found:
        states[user_id] = replace(states[user_id], **{what: True})
    return states


def state(actor: Actor, user_id: int) -> State:
    """How the actor stands to one member."""
    return people_state(actor, (user_id,))[user_id]


def ties(me: int, wanted: Collection[int]) -> list[Select[int, str]]:
    """What finds every tie between a member and others, each named as in `State`: parts of one statement."""
    sides = (
        ("follows", Follow.followed_id, Follow.follower_id),
        ("follows_back", Follow.follower_id, Follow.followed_id),
        ("blocks", Block.blocked_id, Block.blocker_id),
        ("is_blocked", Block.blocker_id, Block.blocked_id),
        ("mutes", Mute.muted_id, Mute.muter_id),
    )
    return [select(other, literal(what)).where(mine == me, other.in_(wanted)) for what, other, mine in sides]


def followers(user_id: int, cursor: Cursor | None = None) -> Page[Since]:
    """Who follows a member, the newest first."""
    query = select(User, Follow.listed_at).join(Follow, Follow.follower_id == User.id)
    query = query.where(Follow.followed_id == user_id, Follow.listed_at.is_not(None))
    return _page(query, (Follow.listed_at, Follow.follower_id), cursor)


def following(user_id: int, cursor: Cursor | None = None) -> Page[Since]:
    """Whom a member follows, the newest first."""
    query = select(User, Follow.listed_at).join(Follow, Follow.followed_id == User.id)
    query = query.where(Follow.follower_id == user_id, Follow.listed_at.is_not(None))
    return _page(query, (Follow.listed_at, Follow.followed_id), cursor)


def blocked_by(user_id: int, cursor: Cursor | None = None) -> Page[Since]:
    """Whom a member blocked, the newest first."""
    query = select(User, Block.created_at).join(Block, Block.blocked_id == User.id)
    return _page(query.where(Block.blocker_id == user_id), (Block.created_at, Block.blocked_id), cursor)


def people_muted_by(user_id: int, cursor: Cursor | None = None) -> Page[Since]:
    """Whom a member muted, the newest first."""
    query = select(User, Mute.created_at).join(Mute, Mute.muted_id == User.id)
    return _page(query.where(Mute.muter_id == user_id), (Mute.created_at, Mute.muted_id), cursor)


def _page(
    query: Select[Any, *tuple[Any, ...]],
    columns: tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]],
    cursor: Cursor | None,
) -> Page[Since]:
    rows: Sequence[Any] = db.session().execute(paging.narrow(query, columns, cursor).options(*PERSON)).all()
    found = [Since(person, at) for person, at in rows]
    return paging.page(found, cursor, lambda row: (row.at, row.person.id))


def mentionable_people(author_id: int | None, usernames: Iterable[str]) -> Mapping[str, Named]:
    """Whom an author may call by name, by username key: members who are here and not apart from the author.

    One statement; at most `MOST_MENTIONS` names are looked up, the first ones.
    """
    keys = list(dict.fromkeys(account_rules.username_key(name) for name in usernames if "\0" not in name))
    if not keys:
        return {}
    here = (User.username_key.in_(keys[:MOST_MENTIONS]), User.deletion_asked_at.is_(None))
    query = select(User.username_key, User.id, User.username).where(*here)
    if author_id is not None:
        apart = or_(
            (Block.blocker_id == author_id) & (Block.blocked_id == User.id),
            (Block.blocked_id == author_id) & (Block.blocker_id == User.id),
        )
        query = query.where(~exists().where(apart))
    return {key: Named(user_id, username) for key, user_id, username in db.session().execute(query)}


def mentionable(author_id: int | None, usernames: Iterable[str]) -> dict[str, str]:
    """The usernames, as they are spelled, of whom an author may call by name, by username key."""
    return {key: named.username for key, named in mentionable_people(author_id, usernames).items()}
