"""What is kept for everyone: it is exact, it is nobody's own, and it sets no cookie."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from byline.kernel import clock
from byline.kernel.db import Database
from byline.pages import queries
from byline.posts.models import Post, PostState
from tests.factories import LogIn, MakePost, MakeUser

KEPT = ("/", "/tag/rust", "/@ada/hello", "/archive", "/feed.xml", "/feed.json", "/@ada/feed.xml", "/sitemap.xml")


@pytest.fixture
def post(make_user: MakeUser, make_post: MakePost) -> Post:
    """A published post."""
    return make_post(make_user("ada"), title="Hello", tags=("Rust",), published_at=clock.now() - timedelta(days=1))


@pytest.mark.parametrize("path", [*KEPT, "/@ada"])
def test_a_strangers_page_can_be_kept_by_a_proxy(client: FlaskClient, post: Post, path: str) -> None:
    for _ in range(2):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"].startswith("public")
        assert "Cookie" in answer.headers["Vary"]
        again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
        assert again.data == b""


@pytest.mark.parametrize("path", [*KEPT, "/@ada"])
def test_a_message_for_one_stranger_goes_into_no_proxy(app: Flask, post: Post, path: str) -> None:
    browser = app.test_client()
    with browser.session_transaction() as kept:
        kept["_flashes"] = [("info", "You are logged out.")]
    assert browser.get(path).headers["Cache-Control"].startswith("private")


@pytest.mark.parametrize("path", ["/@Ada/Hello", "/@ADA", "/user/ada", "/tag/RUST", "/@ada/hello/", "/@Ada/feed.xml"])
def test_a_way_that_may_be_turned_round_is_asked_for_anew(client: FlaskClient, post: Post, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 301
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", KEPT)
def test_a_members_page_is_theirs_alone(
    client: FlaskClient, log_in: LogIn, make_user: MakeUser, post: Post, path: str
) -> None:
    member = log_in(make_user("grace"))
    own = member.get(path)
    assert own.headers["Cache-Control"].startswith("private")
    assert "grace" not in client.get(path).text
    client.get(path)
    assert member.get(path).headers["Cache-Control"].startswith("private")


@pytest.mark.parametrize("path", ["/", "/tag/rust", "/@ada", "/feed.xml", "/archive"])
@pytest.mark.parametrize("reader", ["stranger", "member"])
def test_a_change_shows_at_once(
    client: FlaskClient,
    log_in: LogIn,
    make_user: MakeUser,
    post: Post,
    database: Database,
    path: str,
    reader: str,
) -> None:
    browser = client if reader == "stranger" else log_in(make_user("grace"))
    before = [browser.get(path).text for _ in range(2)][-1]
    with database.unit_of_work() as session:
        changed = session.merge(post)
        changed.title = "Goodbye"
        changed.listed_at = changed.published_at = clock.now() - timedelta(days=400)
    after = browser.get(path).text
    assert after != before
    assert "Hello" not in after


def test_a_withdrawn_post_is_gone_at_once(
    client: FlaskClient, log_in: LogIn, make_user: MakeUser, post: Post, database: Database
) -> None:
    member = log_in(make_user("grace"))
    for browser in (client, member):
        assert browser.get("/@ada/hello").status_code == 200
    with database.unit_of_work() as session:
        session.merge(post).state = PostState.WITHDRAWN
    for browser in (client, member):
        assert browser.get("/@ada/hello").status_code == 404


def test_a_change_made_while_a_page_is_built_is_not_missed(
    app: Flask, post: Post, database: Database, log_in: LogIn, make_user: MakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request's snapshot is older than the change; what it built must not pass for the new state."""
    latest = queries.latest

    def change_first(*arguments: object, **options: object) -> object:
        page = latest(*arguments, **options)  # type: ignore[arg-type]
        monkeypatch.setattr(queries, "latest", latest)
        with database.unit_of_work() as session:
            session.merge(post).title = "Changed meanwhile"
        return page

    monkeypatch.setattr(queries, "latest", change_first)
    member = log_in(make_user("grace"))
    assert "Changed meanwhile" not in member.get("/").text
    assert "Changed meanwhile" in member.get("/").text
    assert "Changed meanwhile" in app.test_client().get("/").text


def test_a_message_for_one_stranger_is_not_kept_for_others(app: Flask, post: Post) -> None:
    one = app.test_client()
    with one.session_transaction() as session:
        session["_flashes"] = [("info", "You are logged out.")]
    answer = one.get("/")
    assert "You are logged out." in answer.text
    assert answer.headers["Cache-Control"].startswith("private")
    assert "You are logged out." not in app.test_client().get("/").text


@pytest.mark.parametrize("path", ["/feed.xml", "/feed.json"])
def test_a_feed_tells_when_it_changed(client: FlaskClient, post: Post, path: str) -> None:
    for _ in range(2):
        answer = client.get(path)
        known = {"If-Modified-Since": answer.headers["Last-Modified"]}
        assert client.get(path, headers=known).status_code == 304
        before = {"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}
        assert client.get(path, headers=before).status_code == 200
