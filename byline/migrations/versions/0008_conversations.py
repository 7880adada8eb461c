"""Messages between members."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from byline.kernel import db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("low_id", sa.Integer(), nullable=True),
        sa.Column("high_id", sa.Integer(), nullable=True),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_message_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("low_id < high_id", name=op.f("ck_conversations_ordered")),
        sa.ForeignKeyConstraint(["low_id"], ["users.id"], name=op.f("fk_conversations_low_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["high_id"], ["users.id"], name=op.f("fk_conversations_high_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["users.id"], name=op.f("fk_conversations_started_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("low_id", "high_id", name=op.f("uq_conversations_low_id_high_id")),
    )
    op.create_index(op.f("ix_conversations_high_id"), "conversations", ["high_id"])
    op.create_index("ix_conversations_started_by_id_created_at", "conversations", ["started_by_id", "created_at"])
    op.create_table(
        "participants",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("last_message_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("unread_count", sa.Integer(), nullable=False),
        sa.Column("removed_to_id", sa.Integer(), nullable=False),
        sa.Column("has_written", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_participants_conversation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_participants_user_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other_id"], ["users.id"], name=op.f("fk_participants_other_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("conversation_id", "user_id", name=op.f("pk_participants")),
    )
    op.create_index("ix_participants_listed", "participants", ["user_id", "last_message_at", "conversation_id"])
    op.create_index(op.f("ix_participants_other_id"), "participants", ["other_id"])
    unread = sa.text("unread_count > 0")
    op.create_index("ix_participants_unread", "participants", ["user_id"], sqlite_where=unread, postgresql_where=unread)
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("sender_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sent_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("hidden_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_messages_conversation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sender_id"], ["users.id"], name=op.f("fk_messages_sender_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("sender_id", "form_key", name=op.f("uq_messages_sender_id_form_key")),
    )
    op.create_index("ix_messages_conversation_id_sent_at", "messages", ["conversation_id", "sent_at", "id"])
    op.create_table(
        "message_settings",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("welcomes", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_message_settings_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_message_settings")),
    )


def downgrade() -> None:
    op.drop_table("message_settings")
    op.drop_table("messages")
    op.drop_table("participants")
    op.drop_table("conversations")
