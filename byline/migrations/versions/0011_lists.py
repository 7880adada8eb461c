"""Bookmarks and reading lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from byline.kernel import db

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bookmarks",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["users.id"], name=op.f("fk_bookmarks_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_bookmarks_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("member_id", "post_id", name=op.f("pk_bookmarks")),
    )
    op.create_index(op.f("ix_bookmarks_post_id"), "bookmarks", ["post_id"])
    op.create_index("ix_bookmarks_member_id_created_at", "bookmarks", ["member_id", "created_at", "post_id"])
    op.create_table(
        "reading_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("published_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("was_published", sa.Boolean(), nullable=False),
        sa.Column("hidden_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_reading_lists_owner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_lists")),
        sa.UniqueConstraint("owner_id", "slug", name=op.f("uq_reading_lists_owner_id_slug")),
    )
    op.create_index("ix_reading_lists_owner_id_updated_at", "reading_lists", ["owner_id", "updated_at", "id"])
    op.create_index("ix_reading_lists_owner_id_published_at", "reading_lists", ["owner_id", "published_at", "id"])
    op.create_table(
        "reading_list_items",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("added_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["reading_lists.id"], name=op.f("fk_reading_list_items_list_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_reading_list_items_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("list_id", "post_id", name=op.f("pk_reading_list_items")),
    )
    op.create_index(op.f("ix_reading_list_items_post_id"), "reading_list_items", ["post_id"])
    op.create_index("ix_reading_list_items_list_id_position", "reading_list_items", ["list_id", "position", "post_id"])


def downgrade() -> None:
    op.drop_index("ix_reading_list_items_list_id_position", table_name="reading_list_items")
    op.drop_index(op.f("ix_reading_list_items_post_id"), table_name="reading_list_items")
    op.drop_table("reading_list_items")
    op.drop_index("ix_reading_lists_owner_id_published_at", table_name="reading_lists")
    op.drop_index("ix_reading_lists_owner_id_updated_at", table_name="reading_lists")
    op.drop_table("reading_lists")
    op.drop_index("ix_bookmarks_member_id_created_at", table_name="bookmarks")
    op.drop_index(op.f("ix_bookmarks_post_id"), table_name="bookmarks")
    op.drop_table("bookmarks")
