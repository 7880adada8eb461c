"""The sign in the bar of those who moderate: how many lines wait to be looked at."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup
from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select
from sqlalchemy.orm import aliased

from byline.accounts.models import Role, User
from byline.kernel.access import Permission
from byline.moderation.models import Matter, Rank
from byline.web.bar import Entry

MOST_COUNTED = 99
"""The bar counts no further."""


def waiting_counted(member_id: int | ScalarSelect[int]) -> Select[int]:
    """What counts the lines of the queue for a moderator, up to one more than `MOST_COUNTED`; nothing for others.

    Whoever is leaving is left out, as in the queue, and so is what was decided and the worker is at.
    """
    owner = aliased(User)
    leaving = select(owner.id).where(owner.id == Matter.member_id, owner.deletion_asked_at.is_not(None))
    waits = (Matter.closed_at.is_(None), Matter.rank > Rank.CLEARING, ~leaving.correlate(Matter).exists())
    lines = select(Matter.bundle).where(_may_moderate(member_id), *waits).group_by(Matter.bundle)
    return select(func.count()).select_from(lines.limit(MOST_COUNTED + 1).subquery())


def _may_moderate(member_id: int | ScalarSelect[int]) -> ColumnElement[bool]:
    # Other names than those of the query around it, which would otherwise take them for its own rows.
    member, role = aliased(User), aliased(Role)
    may = role.permissions.op("&")(int(Permission.MODERATE)) != 0
    here = (member.id == member_id, member.confirmed_at.is_not(None), member.suspended_at.is_(None), may)
    return select(member.id).join(role, role.id == member.role_id).where(*here).correlate(None).exists()


def _drawn(lines: int) -> Markup:
    if not lines:
        return Markup()
    drawn = render_template("moderation/_sign.html", lines=lines, most=MOST_COUNTED)
    return Markup(drawn)  # noqa: S704  (our own template escaped it)


entry = Entry(waiting_counted, _drawn)
"""The way to the queue with the number of its lines; nothing where it is empty, as the menu leads there always."""
