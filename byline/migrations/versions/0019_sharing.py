"""How numbers are shared and told by mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from byline.kernel import db

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MOMENT = db.UtcDateTime(timezone=True)


def upgrade() -> None:
    _shares()
    _report_mails()
    _alerts()


def downgrade() -> None:
    for table in ("site_alerts", "site_report_mails", "site_shares"):
        op.drop_table(table)


def _shares() -> None:
    op.create_table(
        "site_shares",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("shows", sa.String(length=100), nullable=False),
        sa.Column("origins", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_site_shares_site_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_shares")),
        sa.UniqueConstraint("token", name=op.f("uq_site_shares_token")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_site_shares_site_id_id", "site_shares", ["site_id", "id"])


def _report_mails() -> None:
    op.create_table(
        "site_report_mails",
        *_of_members("site_report_mails"),
        sa.Column("pace", sa.String(length=8), nullable=False),
        sa.Column("told_until", sa.Date(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("site_id", "user_id", "pace", name=op.f("uq_site_report_mails_site_id_user_id_pace")),
    )
    op.create_index("ix_site_report_mails_user_id", "site_report_mails", ["user_id"])
    op.create_index("ix_site_report_mails_due", "site_report_mails", ["pace", "told_until"])


def _alerts() -> None:
    op.create_table(
        "site_alerts",
        *_of_members("site_alerts"),
        sa.Column("watches", sa.String(length=8), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("noticed_at", MOMENT, nullable=True),
        sa.Column("raised_at", MOMENT, nullable=True),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("site_id", "user_id", "watches", name=op.f("uq_site_alerts_site_id_user_id_watches")),
    )
    op.create_index("ix_site_alerts_user_id", "site_alerts", ["user_id"])


def _of_members(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f(f"fk_{table}_site_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f(f"fk_{table}_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]
