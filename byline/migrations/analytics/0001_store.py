"""Hits, visits, their sums, and where the ingester stands."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

VISIT_COLUMNS = (
    "entry",
    "exit",
    "source",
    "channel",
    "referrer",
    "utm_medium",
    "utm_campaign",
    "utm_content",
    "utm_term",
    "country",
    "language",
    "browser",
    "system",
    "device",
    "screen",
    "host",
)
SUMS = (
    "visitors",
    "visits",
    "pageviews",
    "events",
    "bounces",
    "duration_s",
    "engaged_ms",
    "scroll_sum",
    "scroll_views",
    "reads",
)
LATER = sa.text("other_visitor <> 0")


def upgrade() -> None:
    _table(
        "measured",
        ["site_id"],
        _number("site_id"),
        _text("time_zone", 64),
        _number("next_word"),
        _number("pruned_before"),
    )
    _table(
        "words",
        ["site_id", "id"],
        _number("site_id"),
        _number("id"),
        _large("digest"),
        sa.Column("text", sa.Text(), nullable=False),
    )
    op.create_index("ix_words_digest", "words", ["site_id", "digest"], unique=True)
    _visits()
    _events()
    sums = [_large(name) for name in SUMS]
    _table(
        "daily",
        ["site_id", "dimension", "day", "word_id", "origin"],
        _number("site_id"),
        _small("dimension"),
        *(_number(name) for name in ("day", "word_id", "origin")),
        *sums,
    )
    key = ["site_id", "hour", "origin"]
    _table("hourly", key, _number("site_id"), _large("hour"), _number("origin"), *(_large(name) for name in SUMS))
    _table(
        "refusals",
        ["site_id", "day", "reason"],
        _number("site_id"),
        _number("day"),
        _text("reason", 32),
        _large("number"),
    )
    _table("spool_positions", ["file"], _text("file", 64), _large("offset"))
    op.create_table(
        "salts",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_salts")),
    )
    turns = op.create_table(
        "turns",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        _large("number"),
        _large("next_visit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turns")),
    )
    op.bulk_insert(turns, [{"id": 1, "number": 0, "next_visit": 1}])


def _visits() -> None:
    _table(
        "visits",
        ["site_id", "id"],
        _number("site_id"),
        _large("id"),
        _number("origin"),
        _large("visitor"),
        _large("other_visitor"),
        _number("day"),
        _large("began_at"),
        _large("last_at"),
        *(_number(name) for name in ("events", "pageviews", "interactions")),
        _large("engaged_ms"),
        _small("is_bounce"),
        *(_number(name) for name in VISIT_COLUMNS),
    )
    op.create_index("ix_visits_visitor", "visits", ["site_id", "day", "visitor"])
    later = ["site_id", "other_visitor"]
    op.create_index("ix_visits_other_visitor", "visits", later, sqlite_where=LATER, postgresql_where=LATER)


def _events() -> None:
    _table(
        "events",
        ["site_id", "visit_id", "number"],
        _number("site_id"),
        _large("visit_id"),
        _number("number"),
        _large("at"),
        _large("visitor"),
        _small("kind"),
        _number("path_id"),
        _number("name_id"),
        sa.Column("props", sa.Text(), nullable=True),
        _number("engaged_ms"),
        _small("scroll"),
        _small("is_read"),
        _number("view"),
    )
    op.create_index("ix_events_page", "events", ["site_id", "path_id", "visit_id"])


def _table(name: str, key: list[str], *columns: sa.Column) -> None:
    primary = sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}"))
    op.create_table(name, *columns, primary, sqlite_with_rowid=False)


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _small(name: str) -> sa.Column:
    return sa.Column(name, sa.SmallInteger(), nullable=False)


def _large(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _text(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length), nullable=False)


def downgrade() -> None:
    tables = (
        "turns",
        "salts",
        "spool_positions",
        "refusals",
        "hourly",
        "daily",
        "events",
        "visits",
        "words",
        "measured",
    )
    for name in tables:
        op.drop_table(name)
