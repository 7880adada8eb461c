"""Reading the log of decisions: all of it for moderators, what readers notice for everyone, if the site says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, raiseload

from byline.accounts.models import User
from byline.comments.models import Comment, CommentState
from byline.kernel import db
from byline.moderation import looks
from byline.moderation.looks import Look, Ref
from byline.moderation.models import Act, Decision, Kind
from byline.web import paging
from byline.web.paging import Cursor, Page

PUBLIC_ACTS = (Act.HIDE, Act.RESTORE, Act.SUSPEND, Act.LIFT, Act.SPAM)
"""What everyone may read: what was taken from readers and given back. What was let through changes nothing for them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries a moderator looks for."""

    member: str = ""
    moderator: str = ""
    act: str = ""


def entries(wanted: Wanted, cursor: Cursor | None = None) -> Page[Decision]:
    """A page of the log with the people it names, newest first; one statement."""
    query = select(Decision)
    if wanted.member:
        query = query.where(Decision.member_id == _id_of(wanted.member))
    if wanted.moderator:
        query = query.where(Decision.actor_id == _id_of(wanted.moderator))
    if wanted.act:
        query = query.where(Decision.act == wanted.act)
    people = (
        joinedload(Decision.actor).raiseload(User.role),
        joinedload(Decision.member).raiseload(User.role),
    )
    rows = db.session().scalars(paging.narrow(query, (Decision.at, Decision.id), cursor).options(*people)).all()
    return paging.page(rows, cursor, lambda row: (row.at, row.id))


def public_entries(cursor: Cursor | None = None) -> Page[Decision]:
    """The same for everyone: only acts that readers notice, none that was taken back, no words of the member's."""
    query = select(Decision).where(Decision.act.in_(PUBLIC_ACTS), Decision.undone_at.is_(None))
    rows = db.session().scalars(paging.narrow(query, (Decision.at, Decision.id), cursor)).all()
    return paging.page(rows, cursor, lambda row: (row.at, row.id))


def of_member(user_id: int, limit: int = 200) -> Sequence[Decision]:
    """What was decided about a member, newest first, without who decided: for what they may take along."""
    about = select(Decision).where(Decision.member_id == user_id).order_by(Decision.at.desc(), Decision.id.desc())
    return db.session().scalars(about.limit(limit)).all()


def comments(cursor: Cursor | None = None) -> Page[Look]:
    """Every comment of the site in whatever state, newest first; two statements. Deleted ones are left out."""
    query = select(Comment.created_at, Comment.id).where(Comment.state != CommentState.DELETED)
    rows = db.session().execute(paging.narrow(query, (Comment.created_at, Comment.id), cursor)).all()
    page = paging.page(rows, cursor, lambda row: (row.created_at, row.id))
    refs: list[Ref] = [(Kind.COMMENT, row.id) for row in page.items]
    found = looks.of(refs)
    return Page([found[ref] for ref in refs if ref in found], page.older, page.newer)


def kept_as_spam(cursor: Cursor | None = None) -> Page[tuple[Comment, User]]:
    """Comments that were taken for spam as they came, newest first, so that somebody can look once in a while.

    Those of members who were marked as spammers are left out: they come back with their author.
    """
    query = select(Comment, User).join(User, User.id == Comment.author_id)
    query = query.where(Comment.state == CommentState.SPAM, User.expelled_at.is_(None)).options(raiseload(User.role))
    rows = db.session().execute(paging.narrow(query, (Comment.created_at, Comment.id), cursor)).all()
    pairs = [(row[0], row[1]) for row in rows]
    return paging.page(pairs, cursor, lambda pair: (pair[0].created_at, pair[0].id))


def _id_of(username: str) -> int | None:
    key = username.strip().removeprefix("@").casefold()
    return db.session().scalar(select(User.id).where(User.username_key == key)) if key.isprintable() else None
