"""What a member takes along of moderation: what they reported, what was decided about them, what they answered."""

from __future__ import annotations

from sqlalchemy import select

from byline.kernel import db
from byline.moderation import log
from byline.moderation.models import Matter, Reply, Report


def portion(member_id: int) -> tuple[str, object]:
    """The file's name and its content. Who reported them, and who decided, is not among it."""
    return "moderation.json", {
        "reports": _reports(member_id),
        "decisions": [
            {
                "at": row.at.isoformat(),
                "act": row.act,
                "about": row.kind,
                "reason": row.reason,
                "until": row.until.isoformat() if row.until else None,
                "taken_back_at": row.undone_at.isoformat() if row.undone_at else None,
            }
            for row in log.of_member(member_id)
        ],
        "answers": _answers(member_id),
    }


def _reports(member_id: int) -> list[dict[str, str]]:
    query = select(Report, Matter.kind, Matter.excerpt).join(Matter, Matter.id == Report.matter_id)
    rows = db.session().execute(query.where(Report.reporter_id == member_id).order_by(Report.id))
    return [
        {"at": report.created_at.isoformat(), "about": kind, "words": excerpt, "reason": report.reason}
        | {"note": report.note}
        for report, kind, excerpt in rows
    ]


def _answers(member_id: int) -> list[dict[str, str]]:
    mine = select(Reply).where(Reply.author_id == member_id, ~Reply.of_moderators).order_by(Reply.id)
    return [{"at": row.created_at.isoformat(), "text": row.text} for row in db.session().scalars(mine)]
