"""The other way to make timelines: a row for every follower when something is published. Measured, not used."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator

from sqlalchemy import text

from bench import community
from byline.kernel.db import Database
from byline.web import paging

KEPT = 10
"""Rows for each member beside the star's, so that the table has about a million; a real one keeps hundreds."""
FOR_READERS = 200
STAR_POSTS = 3


def prepare(database: Database) -> None:
    """Make the table with some of everybody's timeline."""
    end = " WITHOUT ROWID" if database.is_sqlite else ""
    key = "PRIMARY KEY (reader_id, listed_at, post_id)"
    moment = "VARCHAR" if database.is_sqlite else "TIMESTAMPTZ"
    recent = "SELECT listed_at, id FROM posts ORDER BY listed_at DESC, id DESC LIMIT {}"
    with database.unit_of_work() as session:
        run = session.connection().exec_driver_sql
        run(f"CREATE TABLE kept (reader_id INT, listed_at {moment}, post_id INT, {key}){end}")
        for readers, rows in ((community.READERS, FOR_READERS), (community.MEMBERS, KEPT)):
            run(
                f"INSERT INTO kept SELECT users.id, recent.listed_at, recent.id FROM users, ({recent.format(rows)})"
                f" AS recent WHERE users.id <= {readers} ON CONFLICT DO NOTHING"
            )
    with database.writer.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("ANALYZE kept" if database.is_sqlite else "VACUUM ANALYZE kept")


def reader(database: Database) -> Callable[[int], object]:
    """What finding a page's posts would be."""
    page = text(
        "SELECT listed_at, post_id FROM kept WHERE reader_id = :me ORDER BY listed_at DESC, post_id DESC LIMIT :size"
    )

    def ask(number: int) -> object:
        with database.unit_of_work(write=False) as session:
            me = number % community.READERS + 1
            return session.execute(page, {"me": me, "size": paging.PAGE_SIZE + 1}).all()

    return ask


def cost_of_writing(database: Database) -> Iterator[str]:
    """What a post of somebody whom 100,000 follow would cost, and what the table takes."""
    followers = f"SELECT follower_id, {{}}, {{}} FROM follows WHERE followed_id = {community.STAR}"
    seconds, rows = [], 0
    with database.reader.connect() as connection:
        before = community.size_megabytes(connection)
    for number in range(STAR_POSTS):
        moment = f"'2026-11-2{number} 00:00:00.000000'"
        began = time.perf_counter()
        with database.unit_of_work() as session:
            run = session.connection().exec_driver_sql
            rows = run(f"INSERT INTO kept {followers.format(moment, number + 1)}").rowcount
        seconds.append(time.perf_counter() - began)
    with database.reader.connect() as connection:
        grown = (community.size_megabytes(connection) - before) / STAR_POSTS
    yield f"one post of the star, in advance: {rows:,} rows, {statistics.median(seconds):.2f} s, {grown:.1f} MB"
