"""On PostgreSQL: narrow rows of what is searched, and the pairs of words that stand together."""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

# Small numbers instead of the words: of the tens of millions of pairs an index of numbers keeps a byte or two each.
# Now and then two pairs have the same number, so whoever asks looks at the words as well. Two blanks end a part.
PAIRS = """
    CREATE FUNCTION byline_pairs(words text) RETURNS smallint[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT array_agg(DISTINCT (hashtext(one || ' ' || next) % 32768)::smallint)
        FROM (
            SELECT one, lead(one) OVER (ORDER BY place) AS next
            FROM string_to_table(words, ' ') WITH ORDINALITY AS every(one, place)
        ) AS pairs
        WHERE one <> '' AND next <> ''
    $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(PAIRS)
    # Whoever looks for a word reads the rows of all that have it: a tenth of the pages when the texts stand apart.
    op.execute("ALTER TABLE search_posts SET (toast_tuple_target = 256)")
    op.execute("ALTER TABLE search_posts ALTER COLUMN body SET STORAGE EXTERNAL")
    op.execute("CLUSTER search_posts USING pk_search_posts")
    op.execute("ALTER TABLE search_posts SET WITHOUT CLUSTER")
    op.execute(
        "CREATE INDEX search_posts_index_pairs ON search_posts"
        " USING gin (byline_pairs(title || '  ' || tags || '  ' || body))"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP INDEX search_posts_index_pairs")
    op.execute("DROP FUNCTION byline_pairs(text)")
    op.execute("ALTER TABLE search_posts ALTER COLUMN body SET STORAGE EXTENDED")
    op.execute("ALTER TABLE search_posts RESET (toast_tuple_target)")
