"""First posts that wait for approval, who is known, who is left out of lists, and addresses that may not come back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from byline.kernel import db

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = db.UtcDateTime(timezone=True)
# Who was read before anything was held goes on being read.
KNOWN = """
UPDATE users SET vouched_at = member_since
WHERE invited_by_id IS NOT NULL OR NOT claimed
OR id IN (SELECT user_id FROM post_authors WHERE listed_at IS NOT NULL)
"""


def upgrade() -> None:
    op.add_column("posts", sa.Column("held_at", MOMENT, nullable=True))
    op.add_column("posts", sa.Column("held_for", sa.String(16), nullable=False, server_default=""))
    op.add_column("posts", sa.Column("spam_score", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("posts", sa.Column("digest", sa.String(64), nullable=True))
    present = sa.text("digest IS NOT NULL")
    op.create_index("ix_posts_digest", "posts", ["digest"], sqlite_where=present, postgresql_where=present)
    op.add_column("users", sa.Column("vouched_at", MOMENT, nullable=True))
    op.add_column("users", sa.Column("apart_at", MOMENT, nullable=True))
    op.execute(KNOWN)
    op.create_table(
        "barred_addresses",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("barred_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_barred_addresses_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_barred_addresses")),
    )
    op.create_index(op.f("ix_barred_addresses_user_id"), "barred_addresses", ["user_id"])


def downgrade() -> None:
    op.drop_table("barred_addresses")
    op.drop_column("users", "apart_at")
    op.drop_column("users", "vouched_at")
    op.drop_index("ix_posts_digest", "posts")
    for name in ("digest", "spam_score", "held_for", "held_at"):
        op.drop_column("posts", name)
