"""Two requests at the same moment: a double click is one comment, and what is counted stays exact."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from byline.accounts.models import User
from byline.comments import service
from byline.comments.content import Sent
from byline.comments.models import Comment
from byline.kernel.db import Database
from byline.kernel.errors import DomainError
from byline.posts.models import Post
from tests.comments.conftest import MakeComment
from tests.factories import MakePost, MakeUser

pytestmark = pytest.mark.usefixtures("policy", "app")


def at_once(database: Database, *acts: Callable[[], object]) -> list[object]:
    """Run these in threads that start together, each in its own unit of work; answer results and refusals."""
    barrier = threading.Barrier(len(acts))
    answers: list[object] = [None] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            with database.unit_of_work():
                answers[number] = act()
        except DomainError as refusal:
            answers[number] = refusal

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_double_click_at_the_same_moment_makes_one_comment(
    database: Database, make_post: MakePost, reader: User
) -> None:
    post = make_post()

    def write() -> int:
        comment: Comment = service.write(reader.actor, post.id, Sent("Well said."))
        return comment.id

    answers = at_once(database, *[write] * 4)
    with database.unit_of_work(write=False) as session:
        assert session.scalar(select(func.count()).select_from(Comment)) == 1
    assert len(set(answers)) == 1


def test_answers_at_the_same_moment_are_all_counted(
    database: Database, make_post: MakePost, make_user: MakeUser, make_comment: MakeComment, reader: User
) -> None:
    post = make_post()
    first = make_comment(post, reader)
    people = [make_user() for _ in range(4)]
    acts = [
        lambda person=person: service.write(person.actor, post.id, Sent(f"I am {person.username}.", first.id))
        for person in people
    ]
    at_once(database, *acts)
    with database.unit_of_work(write=False) as session:
        assert session.get_one(Comment, first.id).shown_below == 4


def test_closing_a_thread_leaves_nothing_half_open(
    database: Database, make_post: MakePost, ada: User, reader: User
) -> None:
    post: Post = make_post(ada)
    at_once(
        database,
        lambda: service.close(ada.actor, post.id),
        lambda: service.write(reader.actor, post.id, Sent("Just in time?")),
    )
    with pytest.raises(DomainError, match="closed"), database.unit_of_work():
        service.write(reader.actor, post.id, Sent("Too late."))
