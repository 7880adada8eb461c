"""A bin for posts, a name for the form that made one, chosen pictures, and the window behind a working copy."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from byline.kernel import db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("deleted_at", db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("form_key", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("cover_chosen", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_unique_constraint(op.f("uq_posts_author_id_form_key"), ["author_id", "form_key"])
        batch_op.create_index(
            "ix_posts_deleted_at",
            ["deleted_at"],
            unique=False,
            sqlite_where=sa.text("deleted_at IS NOT NULL"),
            postgresql_where=sa.text("deleted_at IS NOT NULL"),
        )
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.alter_column("cover_chosen", existing_type=sa.Boolean(), server_default=None)
    with op.batch_alter_table("working_copies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("window", sa.String(length=32), nullable=False, server_default=""))
    with op.batch_alter_table("working_copies", schema=None) as batch_op:
        batch_op.alter_column("window", existing_type=sa.String(length=32), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("working_copies", schema=None) as batch_op:
        batch_op.drop_column("window")
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_index("ix_posts_deleted_at")
        batch_op.drop_constraint(op.f("uq_posts_author_id_form_key"), type_="unique")
        batch_op.drop_column("cover_chosen")
        batch_op.drop_column("form_key")
        batch_op.drop_column("deleted_at")
