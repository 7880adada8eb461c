"""Members, a post, and what they do to one another, through the services that pages use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flask import Flask

from byline.accounts.models import User
from byline.comments import service as comments
from byline.comments.content import Sent
from byline.comments.models import Comment
from byline.kernel import clock
from byline.kernel.db import Database
from byline.kernel.site_rows import SiteSection
from byline.notifications import lines, queries
from byline.notifications.lines import Line
from byline.posts.models import Post
from tests.factories import MakePost, MakeUser

Act = Callable[..., Any]
Say = Callable[..., Comment]
Told = Callable[[User], Sequence[Line]]


@pytest.fixture
def grace(make_user: MakeUser) -> User:
    return make_user("grace", name="Grace Hopper")


@pytest.fixture
def barbara(make_user: MakeUser) -> User:
    return make_user("barbara", name="Barbara")


@pytest.fixture
def post(make_post: MakePost, ada: User) -> Post:
    return make_post(ada, title="Lamps at night")


@pytest.fixture
def act(database: Database, app: Flask) -> Act:
    """Run a service function in a unit of work of its own: `act(social.follow, grace.actor, ada.id)`."""

    def run(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        with app.app_context(), database.unit_of_work():
            return function(*arguments, **named)

    return run


@pytest.fixture
def open_comments(database: Database) -> None:
    """Nobody's first comment waits."""
    set_policy(database, hold_first=False)


def set_policy(database: Database, **policy: object) -> None:
    with database.unit_of_work() as session:
        session.add(SiteSection(name="comments", content=policy, version=1, updated_at=clock.now()))


@pytest.fixture
def say(act: Act, open_comments: None) -> Say:
    """Comment on a post: `say(grace, post, "Well said.", parent=…)`."""

    def write(author: User, post: Post, body: str = "Well said.", *, parent: Comment | None = None) -> Comment:
        made: Comment = act(comments.write, author.actor, post.id, Sent(body, parent.id if parent else None))
        return made

    return write


@pytest.fixture
def told(database: Database) -> Told:
    """The lines on a member's page."""

    def read(member: User) -> Sequence[Line]:
        with database.unit_of_work(write=False):
            return lines.page_of(queries.latest(member.id)).items

    return read


@pytest.fixture
def sentences(told: Told) -> Callable[[User], list[str]]:
    """The same as plain text."""
    return lambda member: [line.sentence for line in told(member)]


@pytest.fixture
def unread(database: Database) -> Callable[[User], int]:
    """The number on a member's bell."""

    def count(member: User) -> int:
        with database.unit_of_work(write=False):
            return queries.unread_count(member.id)

    return count
