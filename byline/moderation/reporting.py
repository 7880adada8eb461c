"""Reporting: a member says that a post, a comment, a message or another member needs to be looked at."""

from __future__ import annotations

from sqlalchemy import select

from byline.kernel import clock, db
from byline.kernel.access import Actor
from byline.kernel.errors import Conflict, TooMany
from byline.moderation import matters, rules, subjects, trusting
from byline.moderation.models import Cause, Kind, Matter, Report


def report(actor: Actor, kind: Kind, subject_id: int, reason: str, note: str = "") -> Report:
    """Put it into the queue, or add to what waits there already. Who reported is shown to nobody.

    A second report of the same member takes the place of the first. Raises Invalid by field, Conflict for what is
    one's own, TooMany while too many of theirs wait, NotAllowed, NotAuthenticated, NotFound.
    """
    reporter_id = rules.require_reporter(actor)
    subject = subjects.seen_by(actor, kind, subject_id)
    if subject.member_id == reporter_id:
        raise Conflict("own-report", "This is your own. You can change or delete it yourself.")
    chosen, note = rules.checked_report(reason, note)
    matters.lock(subject.member_id)
    waiting = matters.of_subject(kind, subject_id)
    earlier = _earlier(waiting, reporter_id)
    if earlier is not None:
        earlier.reason, earlier.note = chosen, note
        db.session().flush()
        return earlier
    is_trusted = trusting.is_trusted(reporter_id)
    _check_number(reporter_id, is_trusted=is_trusted)
    rank = rules.rank_of_reports((waiting.reports if waiting else 0) + 1, by_trusted=is_trusted)
    matter = matters.open_(subject, Cause.REPORTED, matters.of_member(subject.member_id, rank))
    matter.reports += 1
    made = Report(matter_id=matter.id, reporter_id=reporter_id, reason=chosen, note=note, is_trusted=is_trusted)
    made.created_at = clock.now()
    db.session().add(made)
    db.session().flush()
    return made


def _earlier(waiting: Matter | None, reporter_id: int) -> Report | None:
    if waiting is None:
        return None
    mine = select(Report).where(Report.matter_id == waiting.id, Report.reporter_id == reporter_id)
    return db.session().scalar(mine)


def _check_number(reporter_id: int, *, is_trusted: bool) -> None:
    if matters.waiting_reports_of(reporter_id) >= rules.MOST_OPEN_REPORTS[is_trusted]:
        sentence = "Many of your reports still wait to be looked at. Report more when some of them are answered."
        raise TooMany("too-many-reports", sentence, retry_after_seconds=3600)
