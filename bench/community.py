"""A community of any size, made by the database itself: members, follows, posts and tags in seconds, not minutes."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, Table, text

from byline.accounts import roles
from byline.accounts.models import User
from byline.kernel import clock
from byline.kernel.db import Database, content_changed
from byline.posts.models import Post, PostState

MEMBERS = 100_000
READERS = 20
FOLLOWED = 1_000
TAGS = 2_000
FOLLOWED_TAGS = 20
STAR = MEMBERS
"""The member whom everybody follows."""
YEARS_SECONDS = 3 * 365 * 86_400
BEGINNING = 1_700_000_000
TABLES = ("users", "tags", "follows", "tag_follows", "posts", "post_authors", "post_tags")


def fill(database: Database, posts: int) -> None:
    """Fill a fresh, migrated database with `posts` posts of the last three years.

    Half of them are by one member in a hundred, the rest by anybody; every twentieth has a co-author. The first
    `READERS` members follow a thousand others each, a fifth of them among the busy, and some tags; everybody follows
    the star.
    """
    with database.unit_of_work() as session:
        words = _Words(database.is_sqlite, posts)
        # The first of each is made as the program makes it; all others are copies, so that no column is forgotten.
        session.add(_first_member())
        session.flush()
        # Without parameters a per cent sign is nothing but a remainder.
        connection = session.connection().execution_options(no_parameters=True)
        for statement in _people(words):
            connection.exec_driver_sql(statement)
        session.add(_first_post())
        session.flush()
        for statement in _writing(words):
            connection.exec_driver_sql(statement)
        content_changed()
    _settle(database)


def _first_member() -> User:
    now, name = clock.now(), "m1"
    names = {
        "username": name,
        "username_key": name,
        "username_skeleton": name,
        "fs_uniquifier": "u1",
        "name": "Member 1",
    }
    role = roles.named(roles.USER)
    return User(id=1, email="m1@example.org", password="", role=role, confirmed_at=now, member_since=now, **names)


def _first_post() -> Post:
    excerpt = "What the post is about, in a line or two of plain words, as most posts begin."
    texts = {"title": "Post number 1, with a title of ordinary length", "body": "Words.", "html": "<p>Words.</p>"}
    moment = datetime.fromtimestamp(BEGINNING, UTC)
    dates = dict.fromkeys(("created_at", "updated_at", "published_at", "listed_at"), moment)
    return Post(id=1, author_id=1, slug="post-1", state=PostState.PUBLISHED, excerpt=excerpt, **texts, **dates)


def _copies(table: Table, number: int, every: str, **columns: str) -> str:
    """Rows like the first one of a table, apart from some columns."""
    names = [f'"{column.name}"' for column in table.columns]
    values = [columns.get(column.name, f'first."{column.name}"') for column in table.columns]
    rows = f"FROM {table.name} AS first, {every} WHERE first.id = {number} AND n > 1"
    return f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {', '.join(values)} {rows}"


class _Words:
    """The few things the two databases say differently."""

    def __init__(self, is_sqlite: bool, posts: int) -> None:
        self.is_sqlite, self.posts = is_sqlite, posts

    def numbers(self, most: int, name: str = "n") -> str:
        if not self.is_sqlite:
            return f"generate_series(1, {most}::bigint) AS {name}({name})"
        rows = f"SELECT 1 UNION ALL SELECT {name} + 1 FROM counted WHERE {name} < {most}"
        return f"(WITH RECURSIVE counted({name}) AS ({rows}) SELECT {name} FROM counted) AS {name}"

    def moment(self, number: str) -> str:
        seconds = f"({BEGINNING} + {number} * {YEARS_SECONDS} / {self.posts})"
        return f"datetime({seconds}, 'unixepoch') || '.000000'" if self.is_sqlite else f"to_timestamp({seconds})"

    def long_ago(self) -> str:
        return self.moment("0")

    @property
    def false(self) -> str:
        return "0" if self.is_sqlite else "false"

    @property
    def true(self) -> str:
        return "1" if self.is_sqlite else "true"


def _mixed(number: str, salt: int) -> str:
    """A number that looks like chance and is the same in every run."""
    return f"((({number} + {salt}) * 2654435761 % 4294967296) / 64)"


def _author(number: str) -> str:
    busy, anybody = f"{_mixed(number, 3)} % {MEMBERS // 100} * 100 + 1", f"{_mixed(number, 7)} % {MEMBERS} + 1"
    return f"(CASE WHEN {_mixed(number, 11)} % 2 = 0 THEN {busy} ELSE {anybody} END)"


def _people(words: _Words) -> tuple[str, ...]:
    busy = f"{_mixed('n + r * 7000', 1)} % {MEMBERS // 100} * 100 + 1"
    anybody = f"{_mixed('n + r * 9000', 5)} % {MEMBERS} + 1"
    followed = f"CASE WHEN n % 5 = 0 THEN {busy} ELSE {anybody} END"
    then = words.long_ago()
    pairs = f"{words.numbers(FOLLOWED)}, {words.numbers(READERS, 'r')}"
    return (
        _copies(
            User.metadata.tables["users"],
            1,
            words.numbers(MEMBERS),
            id="n",
            email="'m' || n || '@example.org'",
            fs_uniquifier="'u' || n",
            name="'Member ' || n",
            **dict.fromkeys(("username", "username_key", "username_skeleton"), "'m' || n"),
        ),
        f"INSERT INTO tags (id, slug, name) SELECT n, 'tag-' || n, 'Tag ' || n FROM {words.numbers(TAGS)}",
        f"""INSERT INTO follows (follower_id, followed_id, created_at, listed_at)
        SELECT r, {followed}, {then}, {then} FROM {pairs} WHERE true ON CONFLICT DO NOTHING""",
        f"""INSERT INTO follows (follower_id, followed_id, created_at, listed_at)
        SELECT n, {STAR}, {then}, {then} FROM {words.numbers(MEMBERS - 1)} WHERE true ON CONFLICT DO NOTHING""",
        f"""INSERT INTO tag_follows (user_id, tag_id, created_at)
        SELECT r, {_mixed("n + r * 300", 9)} % {TAGS} + 1, {then}
        FROM {words.numbers(FOLLOWED_TAGS)}, {words.numbers(READERS, "r")} WHERE true ON CONFLICT DO NOTHING""",
    )


def _writing(words: _Words) -> tuple[str, ...]:
    every, when = words.numbers(words.posts), words.moment("n")
    tag = f"{_mixed('n * 2 + k', 13)} % {TAGS} + 1"
    return (
        _copies(
            User.metadata.tables["posts"],
            1,
            every,
            id="n",
            author_id=_author("n"),
            slug="'post-' || n",
            title="'Post number ' || n || ', with a title of ordinary length'",
            **dict.fromkeys(("created_at", "updated_at", "published_at", "listed_at"), when),
        ),
        f"""INSERT INTO post_authors (post_id, user_id, position, listed_at)
        SELECT n, CASE WHEN n = 1 THEN 1 ELSE {_author("n")} END, 0, {when} FROM {every}""",
        f"""INSERT INTO post_authors (post_id, user_id, position, listed_at)
        SELECT n, {_mixed("n", 17)} % {MEMBERS} + 1, 1, {when} FROM {every} WHERE n % 20 = 0 ON CONFLICT DO NOTHING""",
        f"""INSERT INTO post_tags (post_id, tag_id, position, listed_at) SELECT n, {tag}, k, {when}
        FROM {every}, (SELECT 0 AS k UNION SELECT 1) AS two WHERE true ON CONFLICT DO NOTHING""",
    )


def _settle(database: Database) -> None:
    """Leave the database as it is after a while: with statistics, and on PostgreSQL with its map of settled pages."""
    with database.writer.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE"))


def size_megabytes(connection: Connection) -> float:
    """What the database takes on the disk."""
    if connection.dialect.name == "sqlite":
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        return float(pages * connection.exec_driver_sql("PRAGMA page_size").scalar_one() / 1e6)
    return float(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one() / 1e6)
