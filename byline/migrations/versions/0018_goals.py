"""Goals, funnels, segments and annotations of a site."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from byline.kernel import db

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MOMENT = db.UtcDateTime(timezone=True)


def upgrade() -> None:
    _named(
        "goals",
        sa.Column("event", sa.String(length=200), nullable=False),
        sa.Column("props", sa.JSON(), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
    )
    _named("funnels", sa.Column("steps", sa.JSON(), nullable=False))
    _named("segments", sa.Column("filters", sa.JSON(), nullable=False))
    op.create_table(
        "annotations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=280), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_annotations_site_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotations")),
    )
    op.create_index("ix_annotations_site_id_day", "annotations", ["site_id", "day", "id"])


def downgrade() -> None:
    for table in ("annotations", "segments", "funnels", "goals"):
        op.drop_table(table)


def _named(table: str, *columns: sa.Column) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        *columns,
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f(f"fk_{table}_site_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("site_id", "name", name=op.f(f"uq_{table}_site_id_name")),
    )
