"""Bookmarks: private, without doubles, and never a way to what one may not read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from byline.accounts.models import User
from byline.kernel import clock, db
from byline.kernel.access import ANONYMOUS
from byline.kernel.db import Database
from byline.kernel.errors import NotAuthenticated, NotFound
from byline.lists import bookmarks, packing
from byline.lists.models import Bookmark
from byline.posts.models import Post, PostState
from byline.web import paging
from tests import budget
from tests.factories import LogIn, MakePost, MakeUser

JSON = {"Accept": "application/json"}


@pytest.fixture
def grace(make_user: MakeUser) -> User:
    return make_user("grace")


@pytest.fixture
def post(make_post: MakePost, ada: User) -> Post:
    return make_post(ada, title="Hello")


@pytest.mark.usefixtures("unit_of_work")
class TestKeeping:
    def test_a_stranger_keeps_nothing(self, post: Post) -> None:
        with pytest.raises(NotAuthenticated):
            bookmarks.keep(ANONYMOUS, post.id)

    def test_what_cannot_be_read_cannot_be_kept(self, make_post: MakePost, ada: User, grace: User) -> None:
        draft = make_post(ada, state=PostState.DRAFT)
        with pytest.raises(NotFound):
            bookmarks.keep(grace.actor, draft.id)

    def test_a_post_is_kept_once_however_often_one_asks(self, post: Post, grace: User) -> None:
        for _ in range(3):
            bookmarks.keep(grace.actor, post.id)
        assert db.session().scalar(select(func.count()).select_from(Bookmark)) == 1

    def test_letting_go_twice_says_so_once(self, post: Post, grace: User) -> None:
        bookmarks.keep(grace.actor, post.id)
        assert [bookmarks.let_go(grace.actor, post.id) for _ in range(2)] == [True, False]

    def test_a_member_takes_their_bookmarks_along(self, post: Post, grace: User) -> None:
        bookmarks.keep(grace.actor, post.id)
        name, values = packing.bookmarks(grace.id)
        assert name == "bookmarks.json"
        assert [row["post"] for row in values] == ["/@ada/hello"]


def keep(database: Database, member: User, post: Post, *, days_ago: int = 0) -> None:
    at = clock.now() - timedelta(days=days_ago)
    with database.unit_of_work() as session:
        session.add(Bookmark(member_id=member.id, post_id=post.id, created_at=at))


class TestPage:
    def test_the_last_kept_stands_first(
        self, database: Database, log_in: LogIn, make_post: MakePost, ada: User, grace: User
    ) -> None:
        for days_ago, title in ((3, "Third"), (1, "First"), (2, "Second")):
            keep(database, grace, make_post(ada, title=title), days_ago=days_ago)
        page = log_in(grace).get("/bookmarks").text
        assert page.index(">First<") < page.index(">Second<") < page.index(">Third<")

    def test_nobody_sees_what_another_keeps(
        self, database: Database, log_in: LogIn, post: Post, ada: User, grace: User
    ) -> None:
        keep(database, grace, post)
        assert "Hello" not in log_in(ada).get("/bookmarks").text

    def test_a_stranger_is_sent_to_log_in(self, client: FlaskClient) -> None:
        assert client.get("/bookmarks").headers["Location"].startswith("/auth/login")

    def test_a_withdrawn_post_waits_unseen_and_comes_back(
        self, database: Database, log_in: LogIn, post: Post, grace: User
    ) -> None:
        keep(database, grace, post)
        browser = log_in(grace)
        for state, is_there in ((PostState.WITHDRAWN, False), (PostState.PUBLISHED, True)):
            with database.unit_of_work() as session:
                session.get_one(Post, post.id).state = state
            assert ("Hello" in browser.get("/bookmarks").text) == is_there

    @pytest.mark.usefixtures("stopped_clock")
    def test_a_page_of_many_costs_as_much_as_a_page_of_one(
        self, database: Database, log_in: LogIn, make_post: MakePost, make_user: MakeUser, post: Post, grace: User
    ) -> None:
        keep(database, grace, post)
        browser = log_in(grace)
        costs = []
        for _ in range(2):
            browser.get("/bookmarks")
            with budget.counted() as statements:
                browser.get("/bookmarks")
            costs.append(len(statements))
            for number in range(25):
                keep(database, grace, make_post(make_user()), days_ago=number)
        assert costs[1] <= max(costs[0], 8)

    def test_older_bookmarks_are_on_the_next_page(
        self, database: Database, log_in: LogIn, make_post: MakePost, ada: User, grace: User
    ) -> None:
        for number in range(paging.PAGE_SIZE + 1):
            keep(database, grace, make_post(ada, title=f"Post {number:02}"), days_ago=number)
        page = log_in(grace).get("/bookmarks").text
        assert "Post 20" not in page
        assert "?before=" in page


class TestViews:
    def test_a_form_leads_back_and_a_script_gets_the_state(self, log_in: LogIn, post: Post, grace: User) -> None:
        browser = log_in(grace)
        assert browser.post(f"/posts/{post.id}/bookmark").headers["Location"] == "/@ada/hello#deeds"
        assert browser.post(f"/posts/{post.id}/bookmark", headers=JSON).json == {"on": True}
        assert browser.post(f"/posts/{post.id}/unbookmark", headers=JSON).json == {"on": False}

    def test_what_is_removed_from_the_page_can_be_put_back(
        self, database: Database, log_in: LogIn, post: Post, grace: User
    ) -> None:
        keep(database, grace, post)
        browser = log_in(grace)
        browser.post(f"/posts/{post.id}/unbookmark", data={"undo": "yes", "next": "/bookmarks"})
        page = browser.get("/bookmarks").text
        assert "Removed from your bookmarks." in page
        assert f'action="/posts/{post.id}/bookmark"' in page

    def test_a_bookmark_renews_no_kept_page(self, database: Database, log_in: LogIn, post: Post, grace: User) -> None:
        from byline.kernel import state

        versions = []
        browser = log_in(grace)
        for act in ("bookmark", "unbookmark"):
            with database.unit_of_work(write=False):
                versions.append(state.content_version())
            browser.post(f"/posts/{post.id}/{act}")
        with database.unit_of_work(write=False):
            assert {*versions, state.content_version()} == {versions[0]}
