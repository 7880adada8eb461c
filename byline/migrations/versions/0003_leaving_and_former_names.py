"""Why a member is suspended, names they had before, data packed for them, and who an administrator was at the time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from byline.kernel import db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("suspension_reason", sa.String(length=300), nullable=False, server_default=""))
    op.add_column("audit_entries", sa.Column("actor_name", sa.String(length=64), nullable=False, server_default=""))
    op.create_table(
        "former_names",
        sa.Column("username_key", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_former_names_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("username_key", name=op.f("pk_former_names")),
    )
    op.create_index(op.f("ix_former_names_user_id"), "former_names", ["user_id"])
    op.create_table(
        "data_exports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ready_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("expires_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("file_name", sa.String(length=100), nullable=True),
        sa.Column("size_bytes", sa.Integer(), nullable=True),
        sa.Column("problem", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_data_exports_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_exports")),
    )
    op.create_index(op.f("ix_data_exports_expires_at"), "data_exports", ["expires_at"])
    op.create_index("ix_data_exports_user_id_asked_at", "data_exports", ["user_id", "asked_at"])


def downgrade() -> None:
    op.drop_table("data_exports")
    op.drop_table("former_names")
    op.drop_column("audit_entries", "actor_name")
    op.drop_column("users", "suspension_reason")
