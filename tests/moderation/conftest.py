"""Moderators, and things for them to look at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from byline.accounts.models import User
from byline.comments import service as comments
from byline.comments.content import Sent
from byline.comments.models import Comment
from byline.kernel import clock
from byline.kernel.db import Database
from byline.moderation.models import Matter
from byline.posts.models import Post
from tests.factories import MakePost, MakeUser

Act = Callable[..., Any]
Say = Callable[..., Comment]


@pytest.fixture
def mo(make_user: MakeUser) -> User:
    """A moderator."""
    return make_user("mo", role="Moderator")


@pytest.fixture
def eve(make_user: MakeUser) -> User:
    """A member of whom nothing was approved yet."""
    return make_user("eve", member_since=clock.now() - timedelta(days=40))


@pytest.fixture
def post(make_post: MakePost, ada: User) -> Post:
    """A post of ada's that everyone reads."""
    return make_post(ada, title="A lamp", tags=["Light"])


@pytest.fixture
def act(app: Flask, database: Database) -> Act:
    """Run a service function in a unit of work of its own, as a request would: `act(deciding.decide, …)`."""

    def run(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        with app.test_request_context():
            from byline.web import context

            context.begin(app)
            with database.unit_of_work():
                return function(*arguments, **named)

    return run


@pytest.fixture
def say(act: Act, post: Post) -> Say:
    """Comment as a member does: `say(eve, "Words")`. What is a member's first waits for approval."""

    def write(member: User, body: str = "A thought about lamps.", *, under: Post | None = None) -> Comment:
        written: Comment = act(comments.write, member.actor, (under or post).id, Sent(body, seconds=30))
        return written

    return write


@pytest.fixture
def read(database: Database) -> Act:
    """A row as it is stored now: `read(Comment, comment.id)`."""

    def row(kind: type[Any], number: int) -> Any:
        with database.unit_of_work(write=False) as session:
            return session.get_one(kind, number)

    return row


@pytest.fixture
def waiting(database: Database) -> Callable[[], list[Matter]]:
    """What waits to be looked at, in its order."""

    def matters() -> list[Matter]:
        with database.unit_of_work(write=False) as session:
            return list(session.scalars(select(Matter).where(Matter.closed_at.is_(None)).order_by(Matter.id)))

    return matters
