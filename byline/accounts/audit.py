"""The log of administrative acts: written beside the act, in its transaction; nothing here changes an entry."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from byline.accounts.models import AuditEntry
from byline.kernel import clock, db
from byline.kernel.access import Actor
from byline.web import paging
from byline.web.paging import Cursor, Page

LONGEST_SUBJECT = 200


def note(actor: Actor, act: str, subject: str = "", detail: str = "") -> None:
    """Write down that `actor` did `act` (a stable name such as `member.suspended`) to `subject`."""
    entry = AuditEntry(
        at=clock.now(),
        actor_id=actor.id,
        actor_name=actor.username,
        act=act,
        subject=subject[:LONGEST_SUBJECT],
        detail=detail,
    )
    db.session().add(entry)


def latest(cursor: Cursor | None = None, *, subject: str = "") -> Page[AuditEntry]:
    """A page of entries, newest first, with those who acted; one statement. `subject` narrows it to one subject."""
    query = select(AuditEntry).options(joinedload(AuditEntry.actor))
    if subject:
        query = query.where(AuditEntry.subject == subject)
    rows = db.session().scalars(paging.narrow(query, (AuditEntry.at, AuditEntry.id), cursor)).all()
    return paging.page(rows, cursor, lambda entry: (entry.at, entry.id))
