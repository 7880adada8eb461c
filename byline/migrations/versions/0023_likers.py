"""The order in which a page lists who likes a post."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_post_likes_post_id_created_at", "post_likes", ["post_id", "created_at", "member_id"])


def downgrade() -> None:
    op.drop_index("ix_post_likes_post_id_created_at", "post_likes")
