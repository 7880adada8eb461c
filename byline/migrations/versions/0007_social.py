"""Follows, blocks and mutes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from byline.kernel import db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _pairs(
        "follows", "follower_id", "followed_id", sa.Column("listed_at", db.UtcDateTime(timezone=True), nullable=True)
    )
    op.create_index("ix_follows_followed_id_listed", "follows", ["followed_id", "listed_at", "follower_id"])
    op.create_index("ix_follows_follower_id_listed", "follows", ["follower_id", "listed_at", "followed_id"])
    op.create_table(
        "follow_counts",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("followers", sa.Integer(), nullable=False),
        sa.Column("following", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_follow_counts_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_follow_counts")),
    )
    _pairs("blocks", "blocker_id", "blocked_id")
    op.create_index("ix_blocks_blocker_id_created_at", "blocks", ["blocker_id", "created_at", "blocked_id"])
    op.create_index("ix_blocks_blocked_id_blocker_id", "blocks", ["blocked_id", "blocker_id"])
    _pairs("mutes", "muter_id", "muted_id")
    op.create_index("ix_mutes_muter_id_created_at", "mutes", ["muter_id", "created_at", "muted_id"])
    op.create_index(op.f("ix_mutes_muted_id"), "mutes", ["muted_id"])


def downgrade() -> None:
    op.drop_table("mutes")
    op.drop_table("blocks")
    op.drop_table("follow_counts")
    op.drop_table("follows")


def _pairs(table: str, one: str, other: str, *more: sa.Column) -> None:
    op.create_table(
        table,
        sa.Column(one, sa.Integer(), nullable=False),
        sa.Column(other, sa.Integer(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        *more,
        sa.ForeignKeyConstraint([one], ["users.id"], name=op.f(f"fk_{table}_{one}"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint([other], ["users.id"], name=op.f(f"fk_{table}_{other}"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint(one, other, name=op.f(f"pk_{table}")),
    )
