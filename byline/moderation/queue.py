"""Reading the queue: what waits, the most pressing first, and one bundle of it with everything a moderator needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from byline.accounts import discipline
from byline.accounts.models import User
from byline.comments import trust
from byline.comments.trust import Trust
from byline.kernel import clock, db
from byline.kernel.access import Actor
from byline.kernel.errors import NotFound
from byline.moderation import looks
from byline.moderation.looks import Look, Ref
from byline.moderation.models import Decision, Kind, Matter, Rank, Reply, Report
from byline.web import paging

BUNDLES = 30
ITEMS = 10
PAST = 5
UNDO_SHOWN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue: what is decided together, and the oldest thing of it."""

    rank: Rank
    since: datetime
    number: int
    members: int
    reports: int
    first: Matter
    member: User

    @property
    def bundle(self) -> str:
        """The key of the bundle."""
        return self.first.bundle

    @property
    def kind(self) -> str:
        """What sort of bundle it is: m, w, j, a or x."""
        return self.bundle[:1]


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the queue, how many lines it has in all, and where the next page begins."""

    rows: Sequence[Row]
    total: int
    more: str


@dataclass(frozen=True, slots=True)
class Appeal:
    """What a member answered to a decision."""

    decision: Decision
    replies: Sequence[Reply]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a bundle: why it waits, what it says, what was reported about it. No reporter is named."""

    matter: Matter | None
    look: Look
    reports: Sequence[Report] = ()
    appeal: Appeal | None = None
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """What moderators know of one member."""

    member: User
    trust: Trust
    decisions: Sequence[Decision]
    is_staff: bool


@dataclass(frozen=True, slots=True)
class Pane:
    """One bundle opened. `file` is there when all of it is one member's; `seen` goes back with every form."""

    bundle: str
    items: Sequence[Item]
    number: int
    members: int
    seen: int
    file: File | None = None
    more: int | None = None

    @property
    def kind(self) -> str:
        """What sort of bundle it is; empty for a single thing that does not wait."""
        return self.bundle[:1]


def waiting(after: str = "") -> Queue:
    """A page of the queue in one statement: by rank, then what waits longest. Members who are leaving are left out."""
    rank, since, first = func.max(Matter.rank), func.min(Matter.opened_at), func.min(Matter.id)
    leaving = select(User.id).where(User.id == Matter.member_id, User.deletion_asked_at.is_not(None)).exists()
    grouped = (
        select(
            rank.label("rank"),
            since.label("since"),
            first.label("first"),
            func.count().label("number"),
            func.count(Matter.member_id.distinct()).label("members"),
            func.sum(Matter.reports).label("reports"),
            func.count().over().label("total"),
        )
        .where(Matter.closed_at.is_(None), ~leaving)
        .group_by(Matter.bundle)
        .subquery()
    )
    cut = select(grouped).order_by(grouped.c.rank.desc(), grouped.c.since, grouped.c.first).limit(BUNDLES + 1)
    if after:
        cut = cut.where(_follows(grouped.c, after))
    shown = cut.subquery()
    query = select(shown, Matter, User).join(Matter, Matter.id == shown.c.first).join(User, User.id == Matter.member_id)
    found = db.session().execute(query.order_by(shown.c.rank.desc(), shown.c.since, shown.c.first)).all()
    rows = [Row(Rank(one[0]), one[1], one[3], one[4], int(one[5]), one[7], one[8]) for one in found]
    more = _cursor(rows[BUNDLES - 1]) if len(rows) > BUNDLES else ""
    return Queue(rows[:BUNDLES], found[0].total if found else 0, more)


def _cursor(row: Row) -> str:
    return f"{int(row.rank) + 1}{paging.encode((row.since, row.first.id))}"


def _follows(columns: Any, after: str) -> ColumnElement[bool]:
    if not after[:1].isdecimal() or not after.isascii():
        raise NotFound("no-such-page", "There is no such page.")
    rank, (since, first) = int(after[0]) - 1, paging.decode(after[1:])
    return or_(
        columns["rank"] < rank,
        and_(columns["rank"] == rank, columns["since"] > since),
        and_(columns["rank"] == rank, columns["since"] == since, columns["first"] > first),
    )


def count() -> int:
    """How many lines the queue has."""
    return db.session().scalar(select(func.count(Matter.bundle.distinct())).where(Matter.closed_at.is_(None))) or 0


def opened(bundle: str, start: int = 0) -> Pane | None:
    """A bundle with its things, from the row `start` on; None when nothing of it waits any more."""
    here = (Matter.bundle == bundle, Matter.closed_at.is_(None))
    number = select(func.count(Matter.id)).where(*here).scalar_subquery()
    members = select(func.count(Matter.member_id.distinct())).where(*here).scalar_subquery()
    newest = select(func.max(Decision.id)).scalar_subquery()
    query = select(Matter, User, number, members, newest).join(User, User.id == Matter.member_id).where(*here)
    found = db.session().execute(query.where(Matter.id >= start).order_by(Matter.id).limit(ITEMS + 1)).all()
    if not found:
        return None
    _, _, count, people, seen = found[0]
    rows = [row[0] for row in found[:ITEMS]]
    file = file_of(found[0][1]) if people == 1 else None
    more = found[ITEMS][0].id if len(found) > ITEMS else None
    return Pane(bundle, _items(rows), count, people, seen or 0, file, more)


def one(kind: Kind, subject_id: int) -> Pane:
    """A single thing as if it waited; NotFound when there is none."""
    ref = (kind, subject_id)
    look = looks.of([ref]).get(ref)
    if look is None or look.author is None:
        raise NotFound("subject-unknown", "This does not exist any more.")
    query = select(User, select(func.max(Decision.id)).scalar_subquery()).where(User.id == look.author.id)
    member, seen = db.session().execute(query.execution_options(populate_existing=True)).one()
    waits = select(Matter).where(Matter.kind == kind, Matter.subject_id == subject_id, Matter.closed_at.is_(None))
    matter = db.session().scalar(waits)
    items = _items([matter], {ref: look}) if matter is not None else [Item(None, look)]
    return Pane("", items, 1, 1, seen or 0, file_of(member))


def _items(rows: Sequence[Matter], known: Mapping[Ref, Look] | None = None) -> list[Item]:
    seen = known or looks.of([(row.kind, row.subject_id) for row in rows])
    reports, appeals = _reports(rows), _appeals(rows)
    return [
        Item(
            row,
            look=seen.get((row.kind, row.subject_id)) or _gone(row),
            reports=reports.get(row.id, ()),
            appeal=appeals.get(row.appealed_id or 0),
            is_gone=(row.kind, row.subject_id) not in seen,
        )
        for row in rows
    ]


def _gone(row: Matter) -> Look:
    return Look(Kind(row.kind), row.subject_id, None, row.opened_at, ("Gone", ""), text=row.excerpt)


def _reports(rows: Sequence[Matter]) -> Mapping[int, Sequence[Report]]:
    reported = [row.id for row in rows if row.reports]
    found: dict[int, list[Report]] = {}
    if reported:
        query = select(Report).where(Report.matter_id.in_(reported)).order_by(Report.is_trusted.desc(), Report.id)
        for report in db.session().scalars(query.limit(20 * ITEMS)):
            found.setdefault(report.matter_id, []).append(report)
    return found


def _appeals(rows: Sequence[Matter]) -> Mapping[int, Appeal]:
    wanted = [row.appealed_id for row in rows if row.appealed_id]
    if not wanted:
        return {}
    query = select(Decision, Reply).outerjoin(Reply, Reply.decision_id == Decision.id).where(Decision.id.in_(wanted))
    decisions: dict[int, Decision] = {}
    replies: dict[int, list[Reply]] = {}
    # An outer join: there may be no reply, which the types of the query do not say.
    found: Iterable[Any] = db.session().execute(query.order_by(Decision.id, Reply.id))
    for decision, reply in found:
        decisions[decision.id] = decision
        replies.setdefault(decision.id, []).extend([reply] if reply is not None else [])
    return {number: Appeal(decision, replies[number]) for number, decision in decisions.items()}


def file_of(member: User) -> File:
    """What moderators know of a member: two statements."""
    past = select(Decision).where(Decision.member_id == member.id).order_by(Decision.at.desc(), Decision.id.desc())
    decisions = db.session().scalars(past.limit(PAST)).all()
    return File(member, trust.of(member.id), decisions, discipline.is_staff(member))


def just_done(actor: Actor) -> Decision | None:
    """What the moderator decided last, while it is new enough to be offered for taking back."""
    mine = select(Decision).where(Decision.actor_id == actor.id, Decision.at > clock.now() - UNDO_SHOWN)
    mine = mine.where(Decision.undone_at.is_(None)).order_by(Decision.at.desc(), Decision.id.desc()).limit(1)
    return db.session().scalar(mine.options(joinedload(Decision.member).raiseload(User.role)))
