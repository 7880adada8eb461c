"""Reads for those who administer members: lists, one member, counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select

from byline.accounts.models import LoginSession, Role, User
from byline.kernel import db
from byline.kernel.errors import NotFound
from byline.web import paging
from byline.web.paging import Cursor, Page

LONGEST_SEARCH = 100


class MemberState(StrEnum):
    """How a member stands, the gravest first."""

    SUSPENDED = "suspended"
    LEAVING = "leaving"
    UNCLAIMED = "unclaimed"
    UNCONFIRMED = "unconfirmed"
    ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which members a list shows."""

    search: str = ""
    role_id: int | None = None
    state: MemberState | None = None


_SUSPENDED = or_(User.suspended_at.is_not(None), ~User.active)
_LEAVING = ~_SUSPENDED & User.deletion_asked_at.is_not(None)
_HERE = ~_SUSPENDED & User.deletion_asked_at.is_(None)
STATES: Mapping[MemberState, ColumnElement[bool]] = {
    MemberState.SUSPENDED: _SUSPENDED,
    MemberState.LEAVING: _LEAVING,
    MemberState.UNCLAIMED: _HERE & ~User.claimed,
    MemberState.UNCONFIRMED: _HERE & User.claimed & User.confirmed_at.is_(None),
    MemberState.ACTIVE: _HERE & User.claimed & User.confirmed_at.is_not(None),
}


def state_of(member: User) -> MemberState:
    """How the member stands; the same decision as `STATES`, for a row that is loaded."""
    if member.suspended_at is not None or not member.active:
        return MemberState.SUSPENDED
    if member.deletion_asked_at is not None:
        return MemberState.LEAVING
    if not member.claimed:
        return MemberState.UNCLAIMED
    return MemberState.UNCONFIRMED if member.confirmed_at is None else MemberState.ACTIVE


def members(wanted: Wanted, cursor: Cursor | None = None) -> Page[User]:
    """A page of members with their roles, newest first; one statement whatever is wanted."""
    query = select(User)
    if wanted.search:
        query = query.where(_named(wanted.search[:LONGEST_SEARCH]))
    if wanted.role_id is not None:
        query = query.where(User.role_id == wanted.role_id)
    if wanted.state is not None:
        query = query.where(STATES[wanted.state])
    rows = db.session().scalars(paging.narrow(query, (User.member_since, User.id), cursor)).all()
    return paging.page(rows, cursor, lambda member: (member.member_since, member.id))


def _named(search: str) -> ColumnElement[bool]:
    plain = search.strip().removeprefix("@")
    folded = plain.casefold()
    return or_(
        User.username_key.contains(folded, autoescape=True),
        User.email.contains(folded, autoescape=True),
        User.pending_email.contains(folded, autoescape=True),
        User.name.icontains(plain, autoescape=True),
    )


def member(username: str) -> User:
    """The member of that name, in whatever case it is written; NotFound when there is none."""
    known = username.isprintable()
    found = db.session().scalar(select(User).where(User.username_key == username.casefold())) if known else None
    if found is None:
        raise NotFound("member-unknown", "There is no such member.")
    return found


def counts() -> dict[MemberState, int]:
    """How many members stand how; one statement."""
    columns = [func.count().filter(condition) for condition in STATES.values()]
    row = db.session().execute(select(*columns).select_from(User)).one()
    return dict(zip(STATES, row, strict=True))


def sessions_of(user_id: int) -> int:
    """In how many browsers the member is logged in."""
    return db.session().scalar(select(func.count()).where(LoginSession.user_id == user_id)) or 0


def roles() -> list[tuple[Role, int]]:
    """Every role with how many members have it, those Byline begins with first."""
    query = select(Role, func.count(User.id)).outerjoin(User, User.role_id == Role.id).group_by(Role.id)
    return [(role, number) for role, number in db.session().execute(query.order_by(Role.id))]
