"""Posts hidden by a moderator, suspensions for a time, spammers; reports, decisions and answers to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from byline.kernel import db

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

OPEN = sa.text("closed_at IS NULL")
MOMENT = db.UtcDateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hidden_at", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("hidden_reason", sa.String(length=300), nullable=False, server_default=""))
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.alter_column("hidden_reason", existing_type=sa.String(length=300), server_default=None)
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("suspended_until", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("expelled_at", MOMENT, nullable=True))
    op.create_index("ix_comments_created_at_id", "comments", ["created_at", "id"])
    _decisions()
    _matters()
    _reports()
    _replies()


def downgrade() -> None:
    op.drop_table("decision_replies")
    op.drop_table("reports")
    op.drop_table("matters")
    op.drop_table("decisions")
    op.drop_index("ix_comments_created_at_id", table_name="comments")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_column("expelled_at")
        batch_op.drop_column("suspended_until")
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_column("hidden_reason")
        batch_op.drop_column("hidden_at")


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("member_name", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("excerpt", sa.String(length=400), nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("traces", sa.JSON(), nullable=True),
        sa.Column("batch", sa.String(length=32), nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        _key("decisions", "actor_id", "users", "SET NULL"),
        _key("decisions", "member_id", "users", "SET NULL"),
        _key("decisions", "undone_by_id", "users", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index("ix_decisions_at_id", "decisions", ["at", "id"])
    op.create_index("ix_decisions_member_id_at", "decisions", ["member_id", "at", "id"])
    op.create_index("ix_decisions_actor_id_at", "decisions", ["actor_id", "at", "id"])
    op.create_index("ix_decisions_kind_subject_id", "decisions", ["kind", "subject_id", "id"])
    op.create_index(op.f("ix_decisions_batch"), "decisions", ["batch"])
    op.create_index(op.f("ix_decisions_undone_by_id"), "decisions", ["undone_by_id"])


def _matters() -> None:
    op.create_table(
        "matters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("held_for", sa.String(length=32), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("bundle", sa.String(length=80), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("excerpt", sa.String(length=400), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("appealed_id", sa.Integer(), nullable=True),
        _key("matters", "member_id", "users", "CASCADE"),
        _key("matters", "decision_id", "decisions", "SET NULL"),
        _key("matters", "appealed_id", "decisions", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matters")),
    )
    only_open = {"sqlite_where": OPEN, "postgresql_where": OPEN}
    op.create_index("uq_matters_open", "matters", ["kind", "subject_id"], unique=True, **only_open)
    op.create_index("ix_matters_queue", "matters", ["bundle", "rank", "opened_at", "id"], **only_open)
    op.create_index("ix_matters_member_id_closed_at", "matters", ["member_id", "closed_at"])
    op.create_index(op.f("ix_matters_decision_id"), "matters", ["decision_id"])
    op.create_index(op.f("ix_matters_appealed_id"), "matters", ["appealed_id"])


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("is_trusted", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _key("reports", "matter_id", "matters", "CASCADE"),
        _key("reports", "reporter_id", "users", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("matter_id", "reporter_id", name=op.f("uq_reports_matter_id_reporter_id")),
    )
    op.create_index(op.f("ix_reports_reporter_id"), "reports", ["reporter_id"])


def _replies() -> None:
    op.create_table(
        "decision_replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("of_moderators", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _key("decision_replies", "decision_id", "decisions", "CASCADE"),
        _key("decision_replies", "author_id", "users", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_replies")),
    )
    op.create_index("ix_decision_replies_decision_id", "decision_replies", ["decision_id", "id"])
    op.create_index(op.f("ix_decision_replies_author_id"), "decision_replies", ["author_id"])


def _key(table: str, column: str, target: str, on_delete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=on_delete)
