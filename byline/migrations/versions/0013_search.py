"""Words of posts, people and tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# The key and the columns of each table that are searched, with PostgreSQL's expression and its weight.
SEARCHED = {
    "search_posts": (
        "post_id",
        {
            "title": ("title", "A"),
            "tags": ("tags", "B"),
            "body": ("body", "C"),
            "words": (r"words || regexp_replace(' ' || title || ' ' || tags, ' +(?=[a-z])', ' zt', 'g')", "D"),
            "marks": ("marks", "D"),
        },
    ),
    "search_names": ("id", {"words": ("words", "A"), "about": ("about", "C")}),
}
# Filling takes seconds for each thousand posts, so the worker does it, some at a time: the site starts at once.
FILL = """
    INSERT INTO tasks (name, payload, created_at, run_at, attempts, dead)
    SELECT 'search.FillIndex', '{"after_post": 0, "after_member": 0}', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 0, FALSE
    WHERE EXISTS (SELECT 1 FROM posts) OR EXISTS (SELECT 1 FROM users)
"""


def fts5(table: str, key: str, columns: list[str]) -> Iterator[str]:
    listed, new, old = (", ".join(f"{before}{name}" for name in columns) for before in ("", "new.", "old."))
    put = f"INSERT INTO {table}_index (rowid, {listed}) VALUES (new.{key}, {new});"  # noqa: S608  (names of our tables)
    take = f"INSERT INTO {table}_index ({table}_index, rowid, {listed}) VALUES ('delete', old.{key}, {old});"  # noqa: S608  (names of our tables)
    yield (
        f"CREATE VIRTUAL TABLE {table}_index USING fts5({listed}, content='{table}', content_rowid='{key}', tokenize='ascii')"
    )
    for event, act in (("INSERT", put), ("DELETE", take), ("UPDATE", f"{take} {put}")):
        yield f"CREATE TRIGGER {table}_{event.lower()} AFTER {event} ON {table} BEGIN {act} END"


def tsvector(table: str, weights: Iterable[tuple[str, str]]) -> Iterator[str]:
    parts = " || ".join(f"setweight(to_tsvector('simple', {words}), '{weight}')" for words, weight in weights)
    yield f"ALTER TABLE {table} ADD COLUMN search_index tsvector GENERATED ALWAYS AS ({parts}) STORED"
    # Not compressed: a thousand of them are read to weigh what matches.
    yield f"ALTER TABLE {table} ALTER COLUMN search_index SET STORAGE EXTERNAL"
    yield f"CREATE INDEX {table}_index ON {table} USING gin (search_index)"


def upgrade() -> None:
    op.create_table(
        "search_posts",
        sa.Column("post_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_search_posts_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_search_posts")),
    )
    op.create_index(op.f("ix_search_posts_language"), "search_posts", ["language"])
    op.create_table(
        "search_names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("tag_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_search_names_user_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_search_names_tag_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_names")),
        sa.UniqueConstraint("user_id", name=op.f("uq_search_names_user_id")),
        sa.UniqueConstraint("tag_id", name=op.f("uq_search_names_tag_id")),
    )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table, (key, columns) in SEARCHED.items():
        for statement in tsvector(table, columns.values()) if is_postgresql else fts5(table, key, list(columns)):
            op.execute(statement)
    op.execute(sa.text(FILL.replace(":", r"\:")))


def downgrade() -> None:
    for table in SEARCHED:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TABLE {table}_index")
        op.drop_table(table)
    op.execute("DELETE FROM tasks WHERE name = 'search.FillIndex'")
