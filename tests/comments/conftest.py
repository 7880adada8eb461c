"""Comments for tests, and the policy they have to pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from byline.accounts.models import User
from byline.comments import service
from byline.comments.content import Sent
from byline.comments.models import Comment, CommentState
from byline.kernel import clock, site
from byline.kernel.access import Actor
from byline.kernel.db import Database
from byline.kernel.site import CommentPolicy
from byline.posts.models import Post

MakeComment = Callable[..., Comment]
Act = Callable[..., Any]
SetPolicy = Callable[..., None]
OPEN_POLICY = CommentPolicy(hold_first=False)


@pytest.fixture
def policy(monkeypatch: pytest.MonkeyPatch) -> SetPolicy:
    """Set what comments must pass: `policy(hold_first=True)`; what is not named lets everything through."""
    read = site.current

    def set_to(**values: Any) -> None:
        given = {"hold_first": False, "most_links": 100, **values}

        def with_policy() -> site.Site:
            from dataclasses import replace

            return replace(read(), comments=CommentPolicy(**given))

        monkeypatch.setattr(site, "current", with_policy)

    set_to()
    return set_to


@pytest.fixture
def reader(make_user: Callable[..., User]) -> User:
    """A member of a year's standing."""
    return make_user("rhea", member_since=clock.now() - timedelta(days=365), confirmed_at=long_ago())


@pytest.fixture
def act(database: Database, app: object) -> Act:
    """Run a service function in a unit of work of its own: `act(service.write, actor, post.id, Sent("…"))`."""

    def run(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        with database.unit_of_work():
            return function(*arguments, **named)

    return run


@pytest.fixture
def make_comment(act: Act, database: Database) -> MakeComment:
    """Make a comment that passed every gate: `make_comment(post, author, "words", parent=…, state=…)`."""

    def make(
        post: Post,
        author: User | Actor,
        body: str = "Well said.",
        *,
        parent: Comment | None = None,
        state: CommentState = CommentState.VISIBLE,
    ) -> Comment:
        actor = author.actor if isinstance(author, User) else author
        with database.unit_of_work() as session:
            comment = service.write(actor, post.id, Sent(body, parent.id if parent else None))
            if comment.state != state:
                from byline.comments.service import placing

                comment.state = state
                placing.settle([comment.id])
            session.flush()
            session.refresh(comment)
        return comment

    return make


@contextmanager
def reading(database: Database) -> Iterator[Any]:
    """A session that only reads."""
    with database.unit_of_work(write=False) as session:
        yield session


def fresh(database: Database, comment_id: int) -> Comment:
    """The comment as it is stored."""
    with database.unit_of_work(write=False) as session:
        return session.execute(select(Comment).where(Comment.id == comment_id)).scalar_one()


def long_ago() -> Any:
    return clock.now() - timedelta(days=365)
