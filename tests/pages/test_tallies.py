"""Likes and comments on the cards of lists: for members as they are, for strangers at most half a minute late."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from byline.accounts.models import User
from byline.comments import service as comments
from byline.comments.content import Sent
from byline.kernel import clock
from byline.kernel.db import Database
from byline.posts.models import Post
from byline.reactions import service as likes
from byline.social import service as social
from byline.web import pagecache
from tests import budget
from tests.factories import LogIn, MakePost, MakeUser

Like = Callable[[Post], None]


@pytest.fixture
def ada(make_user: MakeUser, stopped_clock: datetime) -> User:
    return make_user("ada")


@pytest.fixture
def post(make_post: MakePost, ada: User) -> Post:
    return make_post(ada, title="A lamp", tags=["Light"])


@pytest.fixture
def fan(make_user: MakeUser, database: Database, ada: User) -> User:
    grace = make_user("grace", role="Moderator", last_seen=clock.now())
    with database.unit_of_work():
        social.follow(grace.actor, ada.id)
    return grace


@pytest.fixture
def like(fan: User, database: Database) -> Like:
    def press(post: Post) -> None:
        with database.unit_of_work():
            likes.like_post(fan.actor, post.id)

    return press


def said(page: str) -> list[str]:
    """What cards say of likes and comments, in words."""
    return re.findall(r'class="card-tally">.*?visually-hidden">([^<]+)<', page)


def test_a_card_says_nothing_of_none(client: FlaskClient, post: Post) -> None:
    page = client.get("/").text
    assert "A lamp" in page
    assert "card-tally" not in page
    assert "<!--tally" not in page


@pytest.mark.parametrize("path", ["/", "/tag/light", "/@ada", "/following", "/bookmarks"])
def test_a_member_reads_the_numbers_of_now(
    path: str, log_in: LogIn, like: Like, fan: User, post: Post, database: Database
) -> None:
    browser = log_in(fan)
    browser.post(f"/posts/{post.id}/bookmark")
    assert said(browser.get(path).text) == []
    like(post)
    with database.unit_of_work():
        comments.write(fan.actor, post.id, Sent("One."))
        comments.write(fan.actor, post.id, Sent("Two."))
    assert said(browser.get(path).text) == ["1 like", "2 comments"]


@pytest.mark.parametrize("path", ["/", "/tag/light"])
def test_a_stranger_reads_them_half_a_minute_late_at_most(
    path: str, client: FlaskClient, like: Like, post: Post
) -> None:
    assert said(client.get(path).text) == []
    like(post)
    clock.advance(pagecache.LATE_SECONDS - 1)
    assert said(client.get(path).text) == []
    clock.advance(1)
    assert said(client.get(path).text) == ["1 like"]


def test_a_like_elsewhere_leaves_a_kept_page_as_it_is(
    client: FlaskClient,
    like: Like,
    post: Post,
    make_post: MakePost,
    make_user: MakeUser,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    elsewhere = make_post(make_user("bob"), title="Elsewhere", tags=["Dark"])
    client.get("/tag/light")
    asked: list[int] = []

    def answer() -> Response:
        asked.append(1)
        return Response("Made anew")

    monkeypatch.setattr(app, "full_dispatch_request", answer)
    like(elsewhere)
    clock.advance(pagecache.LATE_SECONDS)
    assert "A lamp" in client.get("/tag/light").text
    like(post)
    assert "A lamp" in client.get("/tag/light").text
    assert asked == []
    clock.advance(pagecache.LATE_SECONDS)
    client.get("/tag/light")
    assert asked == [1]


def test_nobody_writes_a_place_for_numbers_into_a_card(
    client: FlaskClient, make_post: MakePost, ada: User, like: Like
) -> None:
    post = make_post(ada, title="<!--tally 1-->", body="Words with <!--tally 1--> in them.")
    like(post)
    assert said(client.get("/").text) == ["1 like"]


@pytest.mark.parametrize("path", ["/", "/following"])
def test_the_numbers_cost_one_statement_however_many_cards(
    path: str, log_in: LogIn, fan: User, make_post: MakePost, ada: User, like: Like
) -> None:
    browser = log_in(fan)
    like(make_post(ada))
    browser.get(path)
    like(make_post(ada))
    with budget.counted() as few:
        browser.get(path)
    for _ in range(10):
        like(make_post(ada))
    with budget.counted() as many:
        browser.get(path)
    assert len(many) == len(few)
