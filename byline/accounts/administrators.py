"""The site is never left without somebody who can administer it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, select

from byline.accounts.models import Role, User
from byline.kernel import db
from byline.kernel.access import Permission
from byline.kernel.errors import Conflict
from byline.kernel.state import SiteState


def keep_one_besides(user_id: int) -> None:
    """Raise Conflict unless somebody other than this member can administer the site.

    Two administrators who remove each other at the same moment come one after the other, and the second is refused.
    """
    one_at_a_time()
    able = (User.suspended_at.is_(None), User.deletion_asked_at.is_(None), User.confirmed_at.is_not(None))
    if not is_there_one(User.id != user_id, *able):
        sentence = "This is the site's only administrator. Make somebody else administrator first."
        raise Conflict("last-administrator", sentence)


def is_there_one(*narrower: ColumnElement[bool]) -> bool:
    """Whether the role of any active member lets them administer; `narrower` says which members count."""
    bit = int(Permission.ADMINISTER)
    # From the few roles to their members by the index: the other way round walks all members of a large site.
    has_it = exists().where(User.role_id == Role.id, User.active, *narrower)
    may = exists().where(Role.permissions.op("&")(bit) == bit, has_it)
    return bool(db.session().scalar(select(may)))


def one_at_a_time() -> None:
    """Hold the site's row until the unit of work settles, so that acts that depend on each other come in turn."""
    db.session().execute(select(SiteState.id).with_for_update())


def administers(member: User) -> bool:
    """Whether the member's role lets them administer."""
    return bool(member.role.permissions & Permission.ADMINISTER)
