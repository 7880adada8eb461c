"""Deciding at one stroke: about everything of one member, or a flood of thousands that the worker carries on with.

What is decided so leaves the queue at once, has a batch in common, and is taken back together.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update

from byline.accounts.models import User
from byline.kernel import bus, clock, db
from byline.kernel.access import Actor
from byline.kernel.errors import Conflict, DomainError, Invalid, NotFound
from byline.kernel.settings import Settings
from byline.moderation import deciding, recording, rules, undoing
from byline.moderation.deciding import DecidedMeanwhile, Wish
from byline.moderation.messages import CarryOn, TakeBack
from byline.moderation.models import Act, Decision, Kind, Matter, Rank

AT_ONCE = 20
"""So many are decided about while a moderator waits; the worker goes on in portions of this size."""
IN_BULK = frozenset({Act.KEEP, Act.HIDE, Act.SPAM})
LONGEST_BUNDLE = 80


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: how many things, the batch they share, and whether the worker is still at it."""

    number: int
    batch: str
    goes_on: bool = False


def decide_all(actor: Actor, bundle: str, wish: Wish) -> Outcome:
    """Decide in the same way about everything that waits together. `Act.KEEP` approves what was held.

    Raises Conflict when nothing of it waits any more, with what somebody else decided; Invalid, NotAllowed.
    """
    rules.require_moderator(actor)
    if wish.act not in IN_BULK:
        raise Invalid("act-unknown", "This cannot be done with many things at once.", field="act")
    reason = rules.checked_reason(wish.reason, needed=wish.act in rules.NEEDS_REASON)
    number = waiting_in(bundle)
    if not number:
        raise _gone(bundle, wish.seen)
    batch = secrets.token_hex(8)
    task = CarryOn(batch, actor.id or 0, wish.act, reason)
    taken = update(Matter).where(Matter.bundle == bundle, Matter.closed_at.is_(None))
    db.session().execute(taken.values(bundle=_taken(batch), rank=Rank.CLEARING))
    _portion(actor, task)
    goes_on = waiting_in(_taken(batch)) > 0
    if goes_on:
        bus.enqueue(task)
    return Outcome(number, batch, goes_on)


def carry_on(task: CarryOn, _settings: Settings) -> None:
    """Decide about the next portion. Safe to run twice; stops when the moderator is none any more."""
    actor = _actor(task.actor_id)
    if actor is None or not rules.may_moderate(actor):
        _put_back(task.batch)
        return
    _portion(actor, task)
    if waiting_in(_taken(task.batch)):
        bus.enqueue(task)


def undo_all(actor: Actor, batch: str) -> Outcome:
    """Take back what was decided at one stroke. Raises Conflict when nothing of it can be taken back any more."""
    rules.require_moderator(actor)
    stood = select(func.count()).where(Decision.batch == batch, Decision.undone_at.is_(None))
    number = db.session().scalar(stood) or 0
    _put_back(batch)
    if not number:
        raise Conflict("undone-already", "This has been taken back already.")
    task = TakeBack(batch, actor.id or 0)
    goes_on = _undo_portion(actor, task)
    if goes_on:
        bus.enqueue(task)
    return Outcome(number, batch, goes_on)


def take_back(task: TakeBack, _settings: Settings) -> None:
    """Take back the next portion. Safe to run twice."""
    actor = _actor(task.actor_id)
    if actor is not None and rules.may_moderate(actor) and _undo_portion(actor, task):
        bus.enqueue(task)


def waiting_in(bundle: str) -> int:
    """How much waits together."""
    count = select(func.count()).where(Matter.bundle == bundle, Matter.closed_at.is_(None))
    return db.session().scalar(count.select_from(Matter)) or 0


def _taken(batch: str) -> str:
    return f"x:{batch}"


def _portion(actor: Actor, task: CarryOn) -> None:
    mine = select(Matter).where(Matter.bundle == _taken(task.batch), Matter.closed_at.is_(None))
    for matter in db.session().scalars(mine.order_by(Matter.id).limit(AT_ONCE)).all():
        if matter.closed_at is not None:
            continue  # An earlier one of the same spammer has settled it.
        wish = Wish(Act(task.act), task.reason, batch=task.batch)
        try:
            with db.session().begin_nested():
                deciding.decide(actor, Kind(matter.kind), matter.subject_id, wish)
        except NotFound:
            matter.closed_at = clock.now()
        except DomainError:
            _leave(matter)
        db.session().flush()


def _leave(matter: Matter) -> None:
    """Put one back that this moderator may not decide about, to be looked at by itself."""
    matter.bundle, matter.rank = f"m:{matter.member_id}", Rank.ORDINARY


def _put_back(batch: str) -> None:
    left = (Matter.bundle == _taken(batch), Matter.closed_at.is_(None))
    db.session().execute(update(Matter).where(*left).values(rank=Rank.LAST))


def _undo_portion(actor: Actor, task: TakeBack) -> bool:
    """Take some back; answer whether there are more. What cannot be taken back any more loses its batch."""
    stood = select(Decision).where(Decision.batch == task.batch, Decision.undone_at.is_(None))
    rows: Sequence[Decision] = db.session().scalars(stood.order_by(Decision.id.desc()).limit(AT_ONCE)).all()
    for decision in rows:
        try:
            with db.session().begin_nested():
                undoing.undo(actor, decision.id)
        except DomainError:
            decision.batch = None
            db.session().flush()
    return len(rows) == AT_ONCE


def _actor(user_id: int) -> Actor | None:
    member = db.session().get(User, user_id)
    return member.actor if member is not None else None


def _gone(bundle: str, seen: int | None) -> Conflict:
    """What to say when nothing waits there any more: who decided, where that is known."""
    settled = select(Decision).join(Matter, Matter.decision_id == Decision.id)
    if bundle.startswith("m:") and bundle[2:].isdecimal():
        settled = settled.where(Matter.member_id == int(bundle[2:]), Decision.id > (seen or 0))
        newer = db.session().scalar(settled.order_by(Decision.id.desc()).limit(1))
        if newer is not None:
            return DecidedMeanwhile(newer, recording.sentence_about(newer))
    return Conflict("nothing-waits", "Somebody else was faster: nothing of this waits any more.")
