"""Likes and their counts, and versions for topics of kept pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from byline.kernel import db

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "page_topics",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_page_topics")),
    )
    op.create_table(
        "post_likes",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_post_likes_post_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["member_id"], ["users.id"], name=op.f("fk_post_likes_member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "member_id", name=op.f("pk_post_likes")),
    )
    op.create_index("ix_post_likes_member_id_post_id", "post_likes", ["member_id", "post_id"])
    op.create_table(
        "post_like_counts",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("likes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_post_like_counts_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_post_like_counts")),
    )
    op.create_table(
        "comment_likes",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_comment_likes_comment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["users.id"], name=op.f("fk_comment_likes_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("comment_id", "member_id", name=op.f("pk_comment_likes")),
    )
    op.create_index("ix_comment_likes_member_id_comment_id", "comment_likes", ["member_id", "comment_id"])


def downgrade() -> None:
    op.drop_index("ix_comment_likes_member_id_comment_id", table_name="comment_likes")
    op.drop_table("comment_likes")
    op.drop_table("post_like_counts")
    op.drop_index("ix_post_likes_member_id_post_id", table_name="post_likes")
    op.drop_table("post_likes")
    op.drop_table("page_topics")
