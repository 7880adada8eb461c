"""A member's own posts over HTTP: lists, changes of state, history and the bin."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from byline.accounts.models import User
from byline.kernel import clock
from byline.kernel.db import Database
from byline.posts.models import Post, PostState
from tests import budget
from tests.factories import LogIn, MakePost, MakeUser


@pytest.fixture
def desk(ada: User, log_in: LogIn) -> FlaskClient:
    return log_in(ada)


def states(database: Database) -> list[str]:
    with database.unit_of_work(write=False) as reading:
        return list(reading.scalars(select(Post.state).order_by(Post.id)))


def test_others_do_not_change_or_delete_a_post(
    ada: User, make_user: MakeUser, make_post: MakePost, log_in: LogIn, database: Database
) -> None:
    post, grace = make_post(ada, title="On lamps"), log_in(make_user("grace"))
    assert grace.post(f"/write/{post.id}/state", data={"state": "withdrawn"}).status_code == 403
    assert grace.post("/@ada/on-lamps/delete").status_code == 403
    assert grace.post(f"/write/{post.id}/delete-for-good").status_code == 403
    assert states(database) == [PostState.PUBLISHED]


@pytest.mark.parametrize(
    ("form", "status"),
    [({}, 400), ({"state": "sideways"}, 400), ({"state": "scheduled"}, 400), ({"state": "withdrawn"}, 302)],
)
def test_a_state_that_does_not_exist_is_refused(
    form: dict[str, str], status: int, ada: User, make_post: MakePost, desk: FlaskClient
) -> None:
    assert desk.post(f"/write/{make_post(ada).id}/state", data=form).status_code == status


def test_a_list_that_does_not_exist_is_not_found(desk: FlaskClient) -> None:
    assert desk.get("/drafts?show=sideways").status_code == 404
    assert desk.get("/drafts?before=sideways").status_code == 404


@pytest.mark.parametrize(
    ("show", "state"),
    [
        ("drafts", PostState.DRAFT),
        ("scheduled", PostState.SCHEDULED),
        ("published", PostState.PUBLISHED),
        ("unlisted", PostState.UNLISTED),
        ("withdrawn", PostState.WITHDRAWN),
    ],
)
def test_each_list_shows_the_posts_of_its_state(
    show: str, state: PostState, ada: User, make_post: MakePost, desk: FlaskClient
) -> None:
    for each in PostState:
        make_post(ada, title=f"A {each} post", state=each, publish_at=clock.now() + timedelta(hours=1))
    page = desk.get(f"/drafts?show={show}").text
    assert [f"A {each} post" in page for each in PostState] == [each == state for each in PostState]


def test_a_button_changes_the_state_and_leads_to_its_list(
    ada: User, make_post: MakePost, desk: FlaskClient, database: Database
) -> None:
    post = make_post(ada)
    answer = desk.post(f"/write/{post.id}/state", data={"state": "unlisted"})
    assert answer.location == "/drafts?show=unlisted"
    assert states(database) == [PostState.UNLISTED]


def test_deleting_asks_first_and_can_be_undone(
    ada: User, make_post: MakePost, desk: FlaskClient, client: FlaskClient
) -> None:
    post = make_post(ada, title="On lamps")
    assert "Delete “On lamps”?" in desk.get("/@ada/on-lamps/delete").text
    assert client.get("/@ada/on-lamps").status_code == 200
    assert desk.post("/@ada/on-lamps/delete").location == "/drafts?show=bin"
    assert client.get("/@ada/on-lamps").status_code == 404
    assert "On lamps" in desk.get("/drafts?show=bin").text
    desk.post(f"/write/{post.id}/bring-back")
    assert client.get("/@ada/on-lamps").status_code == 200


def test_what_is_deleted_for_good_is_gone(
    ada: User, make_post: MakePost, desk: FlaskClient, database: Database
) -> None:
    post = make_post(ada, title="On lamps")
    desk.post("/@ada/on-lamps/delete")
    desk.post(f"/write/{post.id}/delete-for-good")
    assert states(database) == []
    assert desk.post(f"/write/{post.id}/bring-back").status_code == 404


def test_a_post_that_came_back_meanwhile_is_not_deleted_for_good(
    ada: User, make_post: MakePost, desk: FlaskClient, database: Database
) -> None:
    post = make_post(ada, title="On lamps")
    desk.post("/@ada/on-lamps/delete")
    desk.post(f"/write/{post.id}/bring-back")
    answer = desk.post(f"/write/{post.id}/delete-for-good")
    assert answer.status_code == 409
    assert states(database) == [PostState.PUBLISHED]


def test_the_history_shows_what_changed_and_goes_back(desk: FlaskClient, database: Database) -> None:
    desk.post("/write", data={"title": "On lamps", "body": "A lamp is a lamp.", "tags": "light"})
    desk.post("/@ada/on-lamps/edit", data={"body": "A lamp is a promise.", "tags": "light, evenings", "based_on": 1})
    assert "Revision 2" in desk.get("/@ada/on-lamps/history").text
    page = desk.get("/@ada/on-lamps/history/2").text
    assert "<del>lamp</del>" in page
    assert "<ins>promise</ins>" in page
    assert "light, evenings" in page
    assert "This is how the post began" in desk.get("/@ada/on-lamps/history/1").text
    assert desk.get("/@ada/on-lamps/history/9").status_code == 404
    assert desk.post("/@ada/on-lamps/history/1/restore", data={"based_on": 1}).status_code == 409
    assert desk.post("/@ada/on-lamps/history/1/restore", data={"based_on": 2}).status_code == 302
    with database.unit_of_work(write=False) as reading:
        assert reading.scalars(select(Post.body)).one() == "A lamp is a lamp."


def test_the_list_needs_the_same_queries_for_one_post_and_for_twenty(
    ada: User, make_post: MakePost, desk: FlaskClient
) -> None:
    def needed() -> int:
        # The first request notes that somebody was here, which is a commit, after which everything is read once more.
        for _ in range(2):
            desk.get("/drafts")
        with budget.counted() as seen:
            assert desk.get("/drafts?show=published").status_code == 200
        return len(seen)

    make_post(ada, tags=["one"])
    few = needed()
    for _ in range(20):
        make_post(ada, tags=["one", "two", "three"])
    assert needed() == few
    assert few <= 8


def test_a_members_list_says_how_many_like_each_post(
    log_in: LogIn, database: Database, make_post: MakePost, make_user: MakeUser, ada: User
) -> None:
    from byline.reactions import service as likes

    liked, _ = make_post(ada, title="Liked"), make_post(ada, title="Quiet")
    readers = [make_user(), make_user()]
    with database.unit_of_work():
        for reader in readers:
            likes.like_post(reader.actor, liked.id)
    page = log_in(ada).get("/drafts?show=published").text
    assert page.count("2 likes") == 1
    assert "0 likes" not in page
