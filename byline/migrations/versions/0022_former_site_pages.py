"""Former addresses of site pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_site_pages",
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["page_id"], ["site_pages.id"], name=op.f("fk_former_site_pages_page_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_former_site_pages")),
    )
    op.create_index(op.f("ix_former_site_pages_page_id"), "former_site_pages", ["page_id"])


def downgrade() -> None:
    op.drop_table("former_site_pages")
