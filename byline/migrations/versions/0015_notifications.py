"""Notifications and how they are told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from byline.kernel import db

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ABOUT = {
    "actor_id": "users",
    "post_id": "posts",
    "comment_id": "comments",
    "message_id": "messages",
    "decision_id": "decisions",
}


def upgrade() -> None:
    _notifications()
    op.create_table(
        "notification_likers",
        sa.Column("notification_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=False),
        _belongs("notification_likers", "notification_id", "notifications"),
        _belongs("notification_likers", "member_id", "users"),
        sa.PrimaryKeyConstraint("notification_id", "member_id", name=op.f("pk_notification_likers")),
    )
    op.create_index("ix_notification_likers_at", "notification_likers", ["notification_id", "at", "member_id"])
    op.create_index(op.f("ix_notification_likers_member_id"), "notification_likers", ["member_id"])
    op.create_table(
        "mail_choices",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("pace", sa.String(length=8), nullable=False),
        _belongs("mail_choices", "user_id", "users"),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_mail_choices")),
    )
    op.create_table(
        "mail_rounds",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("until", db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mail_rounds")),
    )


def _notifications() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("read_at", db.UtcDateTime(timezone=True), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ABOUT),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("mail", sa.String(length=8), nullable=False),
        sa.Column("written_at", db.UtcDateTime(timezone=True), nullable=True),
        _belongs("notifications", "user_id", "users"),
        *(_belongs("notifications", name, table) for name, table in ABOUT.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint("user_id", "topic", name=op.f("uq_notifications_user_id_topic")),
    )
    for name in ABOUT:
        op.create_index(op.f(f"ix_notifications_{name}"), "notifications", [name])
    unread, waiting = sa.text("read_at IS NULL"), sa.text("mail <> ''")
    line = ["user_id", "at", "id"]
    op.create_index("ix_notifications_listed", "notifications", line)
    op.create_index("ix_notifications_unread", "notifications", line, sqlite_where=unread, postgresql_where=unread)
    op.create_index(
        "ix_notifications_waiting",
        "notifications",
        ["mail", "user_id", "at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def _belongs(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")


def downgrade() -> None:
    op.drop_table("mail_rounds")
    op.drop_table("mail_choices")
    op.drop_table("notification_likers")
    op.drop_table("notifications")
