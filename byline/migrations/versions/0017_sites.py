"""Sites that are measured, their teams and write keys; site 1 is this Byline itself."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from byline.kernel import db

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MOMENT = db.UtcDateTime(timezone=True)
ASKED = sa.text("deletion_asked_at IS NOT NULL")
LIVE = sa.text("revoked_at IS NULL")


def upgrade() -> None:
    _sites()
    op.create_table(
        "site_members",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_site_members_site_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_site_members_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site_id", "user_id", name=op.f("pk_site_members")),
    )
    op.create_index(op.f("ix_site_members_user_id"), "site_members", ["user_id"])
    op.create_table(
        "write_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=8), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_write_keys_site_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_write_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_write_keys_digest")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_write_keys_site_id_id", "write_keys", ["site_id", "id"])
    op.create_index("ix_write_keys_live", "write_keys", ["site_id", "digest"], sqlite_where=LIVE, postgresql_where=LIVE)


def downgrade() -> None:
    op.drop_table("write_keys")
    op.drop_table("site_members")
    op.drop_table("sites")


def _sites() -> None:
    sites = op.create_table(
        "sites",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("hostnames", sa.JSON(), nullable=False),
        sa.Column("excluded_paths", sa.JSON(), nullable=False),
        sa.Column("excluded_addresses", sa.JSON(), nullable=False),
        sa.Column("honours_dnt", sa.Boolean(), nullable=False),
        sa.Column("counts_outbound", sa.Boolean(), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("hidden_at", MOMENT, nullable=True),
        sa.Column("deletion_asked_at", MOMENT, nullable=True),
        sa.Column("offered_to_id", sa.Integer(), nullable=True),
        sa.Column("offered_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_sites_owner_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["offered_to_id"], ["users.id"], name=op.f("fk_sites_offered_to_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sites_owner_id_id", "sites", ["owner_id", "id"])
    op.create_index("ix_sites_offered_to_id", "sites", ["offered_to_id"])
    op.create_index(
        "ix_sites_deletion_asked_at", "sites", ["deletion_asked_at"], sqlite_where=ASKED, postgresql_where=ASKED
    )
    # Every start writes the public address and its host into this row.
    first = {"name": "This Byline", "url": "", "time_zone": "UTC", "created_at": datetime.now(UTC)}
    empty = {"hostnames": [], "excluded_paths": [], "excluded_addresses": []}
    switches = {"honours_dnt": True, "counts_outbound": True, "is_public": False}
    op.bulk_insert(sites, [{"id": 1, **first, **empty, **switches}])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('sites', 'id'), 1)")
