"""Wrong passwords and codes, counted by member: after ten in a row an account rests for a quarter of an hour.

Sessions, passkeys and a new password by mail stay open meanwhile, so that nobody is locked out by a stranger.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import case, update

from byline.accounts.models import User
from byline.kernel import clock, db
from byline.kernel.state import SiteState

MOST = 10
REST = timedelta(minutes=15)


def is_resting(member: User) -> bool:
    """Whether no password or code of this member counts at the moment."""
    return member.locked_until is not None and member.locked_until > clock.now()


def note_failure(member: User | None) -> None:
    """Count a wrong try, in a transaction of its own: the answer to it rolls everything else back.

    For nobody something is written too. A disk takes its time, which would tell who has an account.
    """
    user_id = member.id if member else None
    db.after_settling(lambda: _count(user_id) if user_id is not None else _write_the_same())


def _count(user_id: int) -> None:
    full = User.failed_logins + 1 >= MOST
    values = {
        "failed_logins": case((full, 0), else_=User.failed_logins + 1),
        "locked_until": case((full, clock.now() + REST), else_=User.locked_until),
    }
    db.session().execute(update(User).where(User.id == user_id).values(values))


def _write_the_same() -> None:
    db.session().execute(update(SiteState).values(first_link_digest=SiteState.first_link_digest))


def forget(member: User) -> None:
    """Begin to count anew, and end a rest."""
    if member.failed_logins or member.locked_until:
        member.failed_logins = 0
        member.locked_until = None
