"""Tables of what imports brought: which lines were counted, and the salts of days that may still be repeated."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, PrimaryKeyConstraint, String, Table

from byline.analytics.store.tables import metadata

import_salts = Table(
    "import_salts",
    metadata,
    Column("site_id", Integer, nullable=False),
    Column("origin", Integer, nullable=False),
    Column("day", Integer, nullable=False),  # UTC, days since 1970.
    Column("salt", LargeBinary(32), nullable=False),
    Column("used_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("site_id", "origin", "day"),
    sqlite_with_rowid=False,
)

import_days = Table(
    "import_days",
    metadata,
    Column("site_id", Integer, nullable=False),
    Column("origin", Integer, nullable=False),
    Column("day", Integer, nullable=False),  # UTC; of which something was counted, whether its salt is left or not.
    PrimaryKeyConstraint("site_id", "origin", "day"),
    sqlite_with_rowid=False,
)

import_lines = Table(
    "import_lines",
    metadata,
    Column("site_id", Integer, nullable=False),
    Column("origin", Integer, nullable=False),
    Column("day", Integer, nullable=False),  # UTC.
    Column("digest", BigInteger, nullable=False),  # Of a line, keyed with the salt of its day.
    Column("batch", BigInteger, nullable=False),
    PrimaryKeyConstraint("site_id", "origin", "day", "digest"),
    sqlite_with_rowid=False,
)

import_refusals = Table(
    "import_refusals",
    metadata,
    Column("site_id", Integer, nullable=False),
    Column("origin", Integer, nullable=False),
    Column("batch", BigInteger, nullable=False),
    Column("day", Integer, nullable=False),  # On the site's clock, as in `refusals`, of which this is a part.
    Column("reason", String(32), nullable=False),
    Column("number", BigInteger, nullable=False),
    PrimaryKeyConstraint("site_id", "origin", "batch", "day", "reason"),
    sqlite_with_rowid=False,
)

ALL = (import_lines, import_refusals, import_days, import_salts)
