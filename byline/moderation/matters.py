"""What waits to be looked at: put into the queue in the right place, and taken out when somebody decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from byline.accounts.models import User
from byline.kernel import bus, clock, db
from byline.moderation.messages import ReportAnswered
from byline.moderation.models import Cause, Decision, Kind, Matter, Rank, Report
from byline.moderation.subjects import Subject


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the queue something stands: how soon, and with what it is decided together."""

    rank: Rank
    bundle: str


def of_member(member_id: int, rank: Rank) -> Place:
    """The place beside everything else of one member."""
    return Place(rank, f"m:{member_id}")


def lock(member_id: int) -> User | None:
    """The member, locked until the unit of work settles, so that what is decided about them comes in turn."""
    return db.session().get(User, member_id, with_for_update={"of": User}, populate_existing=True)


def open_(subject: Subject, cause: Cause, place: Place, *, held_for: str = "") -> Matter:
    """The subject in the queue: a new row, or the one that waits already, moved up where this is more pressing."""
    waiting = of_subject(subject.kind, subject.id)
    if waiting is None:
        waiting = _new(subject, cause, place, held_for) or of_subject(subject.kind, subject.id)
    if waiting is None:
        raise RuntimeError("A matter was closed while it was opened.")
    if place.rank > waiting.rank:
        waiting.rank, waiting.bundle = place.rank, place.bundle
    db.session().flush()
    return waiting


def _new(subject: Subject, cause: Cause, place: Place, held_for: str) -> Matter | None:
    matter = Matter(
        kind=subject.kind,
        subject_id=subject.id,
        member_id=subject.member_id,
        cause=cause,
        held_for=held_for,
        rank=place.rank,
        bundle=place.bundle,
        excerpt=subject.excerpt,
        opened_at=clock.now(),
    )
    try:
        with db.session().begin_nested():
            db.session().add(matter)
            db.session().flush()
    except IntegrityError:
        return None  # Somebody else reported the same at the same moment.
    return matter


def of_subject(kind: str, subject_id: int) -> Matter | None:
    """What waits about a subject."""
    waiting = select(Matter).where(Matter.kind == kind, Matter.subject_id == subject_id, Matter.closed_at.is_(None))
    return db.session().scalar(waiting)


def of_everything_by(member_id: int) -> Sequence[Matter]:
    """Whatever waits that is a member's, or about them."""
    return db.session().scalars(select(Matter).where(Matter.member_id == member_id, Matter.closed_at.is_(None))).all()


def close(waiting: Sequence[Matter], decision: Decision | None = None) -> None:
    """Take these out of the queue. With a decision those who reported them are told that somebody looked."""
    now = clock.now()
    for matter in waiting:
        matter.closed_at, matter.decision_id = now, decision.id if decision else None
    db.session().flush()
    reported = [matter.id for matter in waiting if matter.reports]
    if decision is None or not reported:
        return
    for report in db.session().scalars(select(Report).where(Report.matter_id.in_(reported)).order_by(Report.id)):
        bus.publish(ReportAnswered(report.id, report.reporter_id))


def reopen(decision: Decision) -> None:
    """Put back into the queue what a decision had settled, except where the same waits again already."""
    for matter in db.session().scalars(select(Matter).where(Matter.decision_id == decision.id)):
        if of_subject(matter.kind, matter.subject_id) is None:
            matter.closed_at, matter.decision_id = None, None
            db.session().flush()


def forget_subject(kind: Kind, subject_id: int) -> None:
    """Take something out of the queue that is gone by itself."""
    here = (Matter.kind == kind, Matter.subject_id == subject_id, Matter.closed_at.is_(None))
    db.session().execute(update(Matter).where(*here).values(closed_at=clock.now()))


def waiting_reports_of(reporter_id: int) -> int:
    """How many reports of a member nobody has looked at yet."""
    mine = select(func.count()).select_from(Report).join(Matter, Matter.id == Report.matter_id)
    return db.session().scalar(mine.where(Report.reporter_id == reporter_id, Matter.closed_at.is_(None))) or 0
