"""Comments, what they said before, and which threads are closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from byline.kernel import db

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comment_threads",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_comment_threads_decided_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_comment_threads_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_comment_threads")),
    )
    with op.batch_alter_table("comment_threads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comment_threads_decided_by_id"), ["decided_by_id"], unique=False)
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("root_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=60), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("state_before", sa.String(length=16), nullable=True),
        sa.Column("held_for", sa.String(length=32), nullable=True),
        sa.Column("spam_score", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("edited_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("first_shown_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("shown_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("placed_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("shown_below", sa.Integer(), nullable=False),
        sa.Column("likes", sa.Integer(), nullable=False),
        sa.CheckConstraint("depth >= 0", name=op.f("ck_comments_depth")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_comments_author_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_comments_decided_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["comments.id"], name=op.f("fk_comments_parent_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_comments_post_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["root_id"], ["comments.id"], name=op.f("fk_comments_root_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.create_index("ix_comments_author_id_shown_at", ["author_id", "shown_at", "id"], unique=False)
        batch_op.create_index("ix_comments_author_id_created_at", ["author_id", "created_at", "id"], unique=False)
        batch_op.create_index("ix_comments_author_id_state", ["author_id", "state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comments_decided_by_id"), ["decided_by_id"], unique=False)
        batch_op.create_index("ix_comments_digest_created_at", ["digest", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_comments_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index("ix_comments_post_id_shown_at", ["post_id", "shown_at"], unique=False)
        batch_op.create_index("ix_comments_post_id_state", ["post_id", "state", "created_at", "id"], unique=False)
        batch_op.create_index("ix_comments_root_id_path", ["root_id", "path"], unique=False)
        batch_op.create_index(
            "ix_comments_roots",
            ["post_id", "placed_at", "id"],
            unique=False,
            sqlite_where=sa.text("depth = 0 AND placed_at IS NOT NULL"),
            postgresql_where=sa.text("depth = 0 AND placed_at IS NOT NULL"),
        )
        batch_op.create_index("ix_comments_state", ["state", "created_at", "id"], unique=False)
        batch_op.create_index(
            "ix_comments_top",
            ["post_id", "likes", "id"],
            unique=False,
            sqlite_where=sa.text("depth = 0 AND placed_at IS NOT NULL"),
            postgresql_where=sa.text("depth = 0 AND placed_at IS NOT NULL"),
        )
    op.create_table(
        "comment_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("written_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_comment_versions_comment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_versions")),
        sa.UniqueConstraint("comment_id", "number", name=op.f("uq_comment_versions_comment_id_number")),
    )


def downgrade() -> None:
    op.drop_table("comment_versions")
    op.drop_table("comments")
    op.drop_table("comment_threads")
