"""The log: every decision is one row, written in the transaction of what it does, and told to whom it concerns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from byline.accounts.models import User
from byline.kernel import bus, clock, db
from byline.kernel.access import Actor
from byline.moderation import wording
from byline.moderation.messages import DecisionTaken
from byline.moderation.models import Act, Decision, Kind
from byline.moderation.subjects import Subject

_silent: ContextVar[bool] = ContextVar("byline_moderation_silent", default=False)


@contextmanager
def silence() -> Iterator[None]:
    """Write nothing down of what rooms say has happened: it is part of an act that is written down as a whole."""
    before = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(before)


def is_silent() -> bool:
    """Whether what happens now is part of a larger act."""
    return _silent.get()


@dataclass(frozen=True, slots=True)
class Said:
    """What a decision says besides what it does: why, until when, and what taking it back must put right."""

    reason: str = ""
    until: datetime | None = None
    traces: dict[str, Any] | None = None


def write(actor_id: int | None, act: Act, subject: Subject, said: Said) -> Decision:
    """Write down what was decided and tell the member whom it is about."""
    names = _names(actor_id, subject.member_id)
    decision = Decision(
        at=clock.now(),
        actor_id=actor_id,
        actor_name=names.get(actor_id, "system"),
        act=act,
        kind=subject.kind,
        subject_id=subject.id,
        member_id=subject.member_id,
        member_name=names.get(subject.member_id, ""),
        reason=said.reason,
        excerpt=subject.excerpt,
        until=said.until,
        traces=said.traces,
    )
    db.session().add(decision)
    db.session().flush()
    tell(decision, act, said.reason)
    return decision


def tell(decision: Decision, act: Act, reason: str) -> None:
    """Say to the rooms above that this was done, unless the member did it to what is their own."""
    if decision.member_id is None or decision.member_id == decision.actor_id:
        return
    told = DecisionTaken(decision.id, decision.member_id, act, decision.kind, decision.subject_id, reason)
    bus.publish(told)


def latest_about(kind: str, subject_id: int, *, standing: bool = False) -> Decision | None:
    """What was decided last about a subject; with `standing` only what nobody has taken back."""
    about = select(Decision).where(Decision.kind == kind, Decision.subject_id == subject_id)
    if standing:
        about = about.where(Decision.undone_at.is_(None))
    return db.session().scalar(about.order_by(Decision.id.desc()).limit(1))


def since(seen: int, subject: Subject) -> Sequence[Decision]:
    """What was decided after the decision `seen` about a subject or about its author, and still stands."""
    this = and_(Decision.kind == subject.kind, Decision.subject_id == subject.id)
    newer = select(Decision).where(Decision.member_id == subject.member_id, Decision.id > seen)
    newer = newer.where(or_(this, Decision.kind == Kind.MEMBER), Decision.undone_at.is_(None))
    return db.session().scalars(newer.order_by(Decision.id.desc())).all()


def newest() -> int:
    """The number of the newest decision: what a page hands back, so that a later one of somebody else is noticed."""
    return db.session().scalar(select(func.max(Decision.id))) or 0


def standing_about(kind: Kind, subject_id: int, act: Act) -> Decision | None:
    """The last decision of this kind about a subject that nobody has taken back."""
    about = select(Decision).where(Decision.kind == kind, Decision.subject_id == subject_id, Decision.act == act)
    return db.session().scalar(about.where(Decision.undone_at.is_(None)).order_by(Decision.id.desc()).limit(1))


def sentence_about(decision: Decision) -> str:
    """What to tell a moderator who comes too late."""
    reason = f" The reason: {decision.reason}" if decision.reason else ""
    done = wording.PAST[Act(decision.act)]
    return f"@{decision.actor_name} was faster: {done} meanwhile.{reason} You have changed nothing."


def mark_undone(actor: Actor, decision: Decision) -> None:
    """Note in the log that a decision was taken back, and by whom."""
    decision.undone_at, decision.undone_by_id = clock.now(), actor.id
    db.session().flush()


def _names(*ids: int | None) -> dict[int | None, str]:
    rows = db.session().execute(select(User.id, User.username).where(User.id.in_([one for one in ids if one])))
    return {row.id: row.username for row in rows}
