"""A page of comments costs the same under any post: rows are found by an index and come in its order."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from byline.accounts.models import User
from byline.comments import queries
from byline.comments.queries import Order
from byline.kernel import db
from byline.kernel.access import ANONYMOUS
from byline.kernel.db import Database
from byline.posts.models import Post
from tests.comments.conftest import MakeComment
from tests.contracts.test_plans import asked
from tests.factories import MakePost

pytestmark = pytest.mark.usefixtures("policy")


@pytest.fixture
def post(make_post: MakePost, make_comment: MakeComment, reader: User, database: Database) -> Post:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL reads small tables whole on purpose; SQLite's plans do not depend on the size")
    made = make_post()
    root = make_comment(made, reader, "First.")
    make_comment(made, reader, "Second.", parent=root)
    make_comment(made, reader, "Third.")
    return made


def plans(database: Database, ask: object) -> list[str]:
    """Every step of the plans of what is asked."""
    assert callable(ask)
    with database.unit_of_work(write=False) as session:
        with asked() as statements:
            ask()
        assert statements
        raw = session.connection()
        return [
            str(step[-1])
            for _, statement, parameters in statements
            for step in raw.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


@pytest.mark.parametrize("order", list(Order))
def test_threads_are_read_in_the_order_of_an_index(database: Database, post: Post, order: Order) -> None:
    first = None
    with database.unit_of_work(write=False):
        first = queries.roots(post.id, order, size=1).following
    assert first
    for cursor in (None, first):
        steps = plans(database, lambda cursor=cursor: queries.roots(post.id, order, cursor))
        assert not [step for step in steps if step.startswith("SCAN comments") or "TEMP B-TREE" in step], steps


def test_a_conversation_is_read_in_the_order_of_an_index(database: Database, post: Post) -> None:
    with database.unit_of_work(write=False):
        here = queries.post_at(ANONYMOUS, *db.session().execute(ADDRESS).one())
        assert here is not None
        root = queries.roots(post.id, Order.OLDEST).comments[0]
    steps = plans(database, lambda: queries.conversation(ANONYMOUS, here, root.id))
    assert not [step for step in steps if step.startswith("SCAN comments") or "TEMP B-TREE" in step], steps


@pytest.mark.parametrize("which", ["waiting_for", "own", "by_member", "not_shown"])
def test_lists_are_read_in_the_order_of_an_index(database: Database, post: Post, reader: User, which: str) -> None:
    asks = {
        "waiting_for": lambda: queries.waiting_for(reader.actor),
        "own": lambda: queries.own(reader.actor),
        "by_member": lambda: queries.by_member(reader.id),
        "not_shown": lambda: queries.not_shown(reader.actor, post.id, decides=True),
    }
    steps = plans(database, asks[which])
    assert not [step for step in steps if step.startswith("SCAN comments") or "TEMP B-TREE" in step], steps


ADDRESS = text("SELECT users.username, posts.slug FROM posts JOIN users ON users.id = posts.author_id")
