"""The log of administrative acts, each written in the transaction of its act. What was done, and by whom, stays."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from byline.accounts.models import AuditEntry
from byline.kernel import clock, db
from byline.kernel.access import Actor
from byline.web import paging
from byline.web.paging import Cursor, Page

LONGEST_SUBJECT = 200
TELLS_ADDRESS = ("member.confirmed", "member.email")
"""Acts whose detail is an e-mail address."""


def note(actor: Actor, act: str, subject: str = "", detail: str = "") -> AuditEntry:
    """Write down that `actor` did `act` (a stable name such as `member.suspended`) to `subject`; the entry."""
    entry = AuditEntry(
        at=clock.now(),
        actor_id=actor.id,
        actor_name=actor.username,
        act=act,
        subject=subject[:LONGEST_SUBJECT],
        detail=detail,
    )
    db.session().add(entry)
    return entry


def forget_addresses(names: Collection[str], addresses: Collection[str]) -> None:
    """Take the e-mail addresses of a deleted member out; `names` are the usernames they had, in small letters."""
    subject = func.lower(AuditEntry.subject)
    theirs = update(AuditEntry).where(subject.in_([f"@{name}" for name in names]), AuditEntry.act.in_(TELLS_ADDRESS))
    db.session().execute(theirs.values(detail=""))
    db.session().execute(update(AuditEntry).where(subject.in_(addresses)).values(subject=""))


def latest(cursor: Cursor | None = None, *, subject: str = "", kind: str = "", by: str = "") -> Page[AuditEntry]:
    """A page of entries, newest first, with those who acted; one statement.

    Narrowed to one subject, to acts of one kind (`member` for `member.suspended`), to what one username did.
    """
    query = select(AuditEntry).options(joinedload(AuditEntry.actor))
    if subject:
        query = query.where(AuditEntry.subject == subject)
    if kind:
        query = query.where(AuditEntry.act.startswith(f"{kind}.", autoescape=True))
    if by:
        query = query.where(AuditEntry.actor_name == by)
    rows = db.session().scalars(paging.narrow(query, (AuditEntry.at, AuditEntry.id), cursor)).all()
    return paging.page(rows, cursor, lambda entry: (entry.at, entry.id))
