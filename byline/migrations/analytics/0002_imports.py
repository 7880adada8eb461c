"""What imports of access logs brought."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    salt = [sa.Column("salt", sa.LargeBinary(length=32), nullable=False), _large("used_at")]
    _table("import_salts", ["site_id", "origin", "day"], _number("day"), *salt)
    _table("import_days", ["site_id", "origin", "day"], _number("day"))
    _table("import_lines", ["site_id", "origin", "day", "digest"], _number("day"), _large("digest"), _large("batch"))
    refused = [_number("day"), sa.Column("reason", sa.String(length=32), nullable=False), _large("number")]
    _table("import_refusals", ["site_id", "origin", "batch", "day", "reason"], _large("batch"), *refused)


def downgrade() -> None:
    for name in ("import_refusals", "import_lines", "import_days", "import_salts"):
        op.drop_table(name)


def _table(name: str, key: list[str], *columns: sa.Column) -> None:
    own = (_number("site_id"), _number("origin"))
    keyed = sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}"))
    op.create_table(name, *own, *columns, keyed, sqlite_with_rowid=False)


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def _large(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)
