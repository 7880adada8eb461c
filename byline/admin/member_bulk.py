"""One act for several members at once: each is done or refused by itself, and both are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import select

from byline.accounts import discipline, member_acts
from byline.accounts.models import User
from byline.kernel import db
from byline.kernel.access import Actor
from byline.kernel.errors import DomainError, Invalid

MOST = 50
"""Members at once; a page of the list shows fewer."""


class BulkAct(StrEnum):
    """What may be done to several members."""

    CONFIRM = "confirm"
    LOG_OUT = "log-out"
    LIFT = "lift"
    ROLE = "role"
    SUSPEND = "suspend"


@dataclass(frozen=True, slots=True)
class Order:
    """An act with what it needs."""

    act: BulkAct
    role_id: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Usernames of those it was done to, and for the others the sentence that says why not."""

    done: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


_ACTS: Mapping[BulkAct, Callable[[Actor, int, Order], object]] = {
    BulkAct.CONFIRM: lambda actor, user_id, _: member_acts.confirm(actor, user_id),
    BulkAct.LOG_OUT: lambda actor, user_id, _: member_acts.end_sessions(actor, user_id),
    BulkAct.LIFT: lambda actor, user_id, _: member_acts.lift_suspension(actor, user_id),
    BulkAct.ROLE: lambda actor, user_id, order: member_acts.give_role(actor, user_id, order.role_id),
    BulkAct.SUSPEND: lambda actor, user_id, order: member_acts.suspend(actor, user_id, order.reason),
}


def perform(actor: Actor, user_ids: Iterable[int], order: Order) -> Outcome:
    """Do it to each of these members; what is refused for one leaves the others alone.

    Invalid when nobody is chosen, too many are, or the order lacks what it needs for anybody.
    """
    member_acts.check(actor)
    chosen = _members(user_ids)
    if order.act is BulkAct.SUSPEND:
        discipline.checked(order.reason)
    outcome = Outcome()
    for member in chosen:
        try:
            with db.session().begin_nested():
                _ACTS[order.act](actor, member.id, order)
        except DomainError as refusal:
            outcome.refused[member.username] = refusal.message
        else:
            outcome.done.append(member.username)
    return outcome


def _members(user_ids: Iterable[int]) -> Sequence[User]:
    wanted = set(user_ids)
    if not wanted or len(wanted) > MOST:
        raise Invalid("nobody-chosen", f"Choose between 1 and {MOST} members first.", field="members")
    # In one order for everybody, so that two administrators at once do not wait for one another in a circle.
    return db.session().scalars(select(User).where(User.id.in_(wanted)).order_by(User.id)).all()
