"""Tables of the store. Numbers are small on purpose: there is a row for each event.

Moments are whole seconds since 1970, UTC. Days are days since 1970-01-01 on the site's own clock, hours the second at
which an hour of that clock began. Texts stand once per site in `words`; rows hold their numbers.

**A visit's number tells the UTC day on which it began** (`first_visit_of`), so the primary keys keep visits and events
of one site and time together: a range of time is a range of keys. `sql.during_visits` and `sql.during_events` make
the condition; one on `began_at` or `at` alone reads the whole site.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

from byline.kernel.db import NAMING

DAY_SECONDS = 86_400
VISIT_BITS = 26
"""How many bits of a visit's number count the visits of its day."""
LOOK_BACK_DAYS = 2
"""How many UTC days before a moment the visit that it belongs to may have begun, as reports see it."""

metadata = MetaData(naming_convention=NAMING)


def first_visit_of(utc_day: int) -> int:
    """The smallest number that a visit may have which began on a UTC day (days since 1970)."""
    return utc_day << VISIT_BITS


measured = Table(
    "measured",
    metadata,
    Column("site_id", Integer, primary_key=True, autoincrement=False),
    Column("time_zone", String(64), nullable=False),  # In force for what is stored: `sites` may be ahead for a while.
    Column("next_word", Integer, nullable=False),
    Column("pruned_before", Integer, nullable=False),  # Events of days before this one are gone; only sums are left.
    sqlite_with_rowid=False,
)

words = Table(
    "words",
    metadata,
    Column("site_id", Integer, nullable=False),
    Column("id", Integer, nullable=False),
    Column("digest", BigInteger, nullable=False),  # Of the text, which is too long for an index of PostgreSQL.
    Column("text", Text, nullable=False),
    PrimaryKeyConstraint("site_id", "id"),
    Index("ix_words_digest", "site_id", "digest", unique=True),
    sqlite_with_rowid=False,
)

visits = Table(
    "visits",
    metadata,
    Column("site_id", Integer, nullable=False),
    Column("id", BigInteger, nullable=False),
    Column("origin", Integer, nullable=False),
    Column("visitor", BigInteger, nullable=False),
    Column(
        "other_visitor", BigInteger, nullable=False
    ),  # The same visitor by the salt of the day after or before; 0 for none.
    Column("day", Integer, nullable=False),  # On which it began, on the site's clock.
    Column("began_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),  # Of the last event, or the end of engaged time.
    Column("events", Integer, nullable=False),  # How many rows of `events` it has, or had before a merger.
    Column("pageviews", Integer, nullable=False),
    Column("interactions", Integer, nullable=False),
    Column("engaged_ms", BigInteger, nullable=False),
    Column("is_bounce", SmallInteger, nullable=False),
    Column("entry", Integer, nullable=False),
    Column("exit", Integer, nullable=False),
    Column("source", Integer, nullable=False),
    Column("channel", Integer, nullable=False),
    Column("referrer", Integer, nullable=False),
    Column("utm_medium", Integer, nullable=False),
    Column("utm_campaign", Integer, nullable=False),
    Column("utm_content", Integer, nullable=False),
    Column("utm_term", Integer, nullable=False),
    Column("country", Integer, nullable=False),
    Column("language", Integer, nullable=False),
    Column("browser", Integer, nullable=False),
    Column("system", Integer, nullable=False),
    Column("device", Integer, nullable=False),
    Column("screen", Integer, nullable=False),
    Column("host", Integer, nullable=False),
    PrimaryKeyConstraint("site_id", "id"),
    Index("ix_visits_visitor", "site_id", "day", "visitor"),
    Index(
        "ix_visits_other_visitor",
        "site_id",
        "other_visitor",
        sqlite_where=text("other_visitor <> 0"),
        postgresql_where=text("other_visitor <> 0"),
    ),
    sqlite_with_rowid=False,
)

events = Table(
    "events",
    metadata,
    Column("site_id", Integer, nullable=False),
    Column("visit_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),  # In the visit, as they were stored.
    Column("at", BigInteger, nullable=False),
    Column("visitor", BigInteger, nullable=False),
    Column("kind", SmallInteger, nullable=False),  # A number of `KINDS`.
    Column("path_id", Integer, nullable=False),
    Column("name_id", Integer, nullable=False),
    Column("props", Text),  # A JSON array of the numbers of words of the dimension `PROP`; NULL for none.
    Column("engaged_ms", Integer, nullable=False),
    Column("scroll", SmallInteger, nullable=False),  # Percent; -1 for unknown.
    Column("is_read", SmallInteger, nullable=False),
    Column("view", Integer, nullable=False),  # The client's number, folded to 32 bits; 0 for none.
    PrimaryKeyConstraint("site_id", "visit_id", "number"),
    Index("ix_events_page", "site_id", "path_id", "visit_id"),
    sqlite_with_rowid=False,
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
"""Columns of `daily` and `hourly` that are added up. What each counts is in `rebuilding`."""


def _sums() -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=False) for name in SUMS]


daily = Table(
    "daily",
    metadata,
    Column("site_id", Integer, nullable=False),
    Column("dimension", SmallInteger, nullable=False),
    Column("day", Integer, nullable=False),
    Column("word_id", Integer, nullable=False),
    Column("origin", Integer, nullable=False),
    *_sums(),
    PrimaryKeyConstraint("site_id", "dimension", "day", "word_id", "origin"),
    sqlite_with_rowid=False,
)

hourly = Table(
    "hourly",
    metadata,
    Column("site_id", Integer, nullable=False),
    Column("hour", BigInteger, nullable=False),
    Column("origin", Integer, nullable=False),
    *_sums(),
    PrimaryKeyConstraint("site_id", "hour", "origin"),
    sqlite_with_rowid=False,
)

refusals = Table(
    "refusals",
    metadata,
    Column("site_id", Integer, nullable=False),  # 0 for lines that belong to no site.
    Column("day", Integer, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("number", BigInteger, nullable=False),
    PrimaryKeyConstraint("site_id", "day", "reason"),
    sqlite_with_rowid=False,
)

spool_positions = Table(
    "spool_positions",
    metadata,
    Column("file", String(64), primary_key=True),
    Column("offset", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

salts = Table(
    "salts",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),  # UTC, days since 1970.
    Column("salt", LargeBinary(32), nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # Exactly one row, made by the first migration.
    Column("number", BigInteger, nullable=False),  # Moves with every change of what an ingester remembers.
    Column("next_visit", BigInteger, nullable=False),
)

KINDS = ("", "pageview", "event", "outbound", "download", "not_found")
"""`events.kind` is the place of a `hits.Kind` in this row."""
PAGEVIEW, EVENT, OUTBOUND, DOWNLOAD, NOT_FOUND = range(1, 6)
