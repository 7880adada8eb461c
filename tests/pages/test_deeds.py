"""The row under a post: what each reader may do, and that likes renew the page of their post and no other."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from byline.accounts.models import User
from byline.kernel import clock, state
from byline.kernel.db import Database
from byline.posts import service as posts
from byline.posts import topics
from byline.posts.models import Post, PostState
from byline.reactions import service
from byline.social.models import Block, Follow
from tests.factories import LogIn, MakePost, MakeUser

LIKE = 'action="/posts/{}/like"'
UNLIKE = 'action="/posts/{}/unlike"'


@pytest.fixture
def grace(make_user: MakeUser) -> User:
    return make_user("grace")


@pytest.fixture
def post(make_post: MakePost, ada: User) -> Post:
    return make_post(ada, title="Hello")


def like(database: Database, member: User, post: Post) -> None:
    with database.unit_of_work():
        service.like_post(member.actor, post.id)


def test_a_stranger_is_led_to_log_in_and_back(client: FlaskClient, post: Post) -> None:
    page = client.get("/@ada/hello").text
    assert 'href="/auth/login?next=/%40ada/hello%23deeds"' in page
    assert "csrf" not in page
    assert "/bookmark" not in page


def test_a_member_may_like_keep_list_and_follow(log_in: LogIn, post: Post, grace: User) -> None:
    page = log_in(grace).get("/@ada/hello").text
    for part in (LIKE.format(post.id), f"/posts/{post.id}/bookmark", f"/posts/{post.id}/lists", "/@ada/follow"):
        assert part in page


def test_an_author_sees_the_number_and_no_button(
    database: Database, log_in: LogIn, post: Post, ada: User, grace: User
) -> None:
    like(database, grace, post)
    page = log_in(ada).get("/@ada/hello").text
    assert LIKE.format(post.id) not in page
    assert '<span class="deed-count">1</span>' in page
    assert "/@ada/follow" not in page


def test_what_a_reader_likes_and_follows_is_shown_pressed(
    database: Database, log_in: LogIn, post: Post, ada: User, grace: User
) -> None:
    like(database, grace, post)
    with database.unit_of_work() as session:
        now = clock.now()
        session.add(Follow(follower_id=grace.id, followed_id=ada.id, created_at=now, listed_at=now))
    page = log_in(grace).get("/@ada/hello").text
    assert UNLIKE.format(post.id) in page
    assert "/@ada/unfollow" in page


def test_across_a_block_there_is_no_button_but_the_way_back(
    database: Database, log_in: LogIn, make_user: MakeUser, post: Post, ada: User, grace: User
) -> None:
    jean = make_user("jean")
    like(database, grace, post)
    with database.unit_of_work() as session:
        now = clock.now()
        session.add_all(Block(blocker_id=ada.id, blocked_id=who.id, created_at=now) for who in (grace, jean))
    assert LIKE.format(post.id) not in log_in(jean).get("/@ada/hello").text
    assert UNLIKE.format(post.id) in log_in(grace).get("/@ada/hello").text


def test_several_authors_are_followed_one_by_one(
    log_in: LogIn, make_post: MakePost, make_user: MakeUser, ada: User, grace: User
) -> None:
    make_post(ada, title="Together", co_authors=[make_user("jean")])
    page = log_in(grace).get("/@ada/together").text
    assert "/@ada/follow" in page
    assert "/@jean/follow" in page


@pytest.mark.parametrize("state", [PostState.DRAFT, PostState.WITHDRAWN])
def test_what_nobody_reads_has_no_deeds(log_in: LogIn, make_post: MakePost, ada: User, state: PostState) -> None:
    make_post(ada, title="Quiet", state=state)
    assert 'id="deeds"' not in log_in(ada).get("/@ada/quiet").text


def test_a_like_shows_on_a_strangers_kept_page_at_once(
    database: Database, client: FlaskClient, post: Post, grace: User
) -> None:
    before = [client.get("/@ada/hello") for _ in range(2)][-1]
    like(database, grace, post)
    after = client.get("/@ada/hello", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert '<span class="deed-count">1</span>' in after.text
    again = client.get("/@ada/hello", headers={"If-None-Match": after.headers["ETag"]})
    assert again.status_code == 304


def test_a_like_renews_no_other_page(
    database: Database,
    client: FlaskClient,
    make_post: MakePost,
    post: Post,
    ada: User,
    grace: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_post(ada, title="Other")
    for path in ("/", "/@ada/other"):
        client.get(path)
    with database.unit_of_work(write=False):
        version = state.content_version()
    like(database, grace, post)
    with database.unit_of_work(write=False):
        assert state.content_version() == version
    # Nothing is rendered again: the pages come from memory.
    monkeypatch.setattr("byline.pages.views.render_template", None)
    monkeypatch.setattr("byline.pages.reading.render_template", None)
    for path in ("/", "/@ada/other"):
        assert client.get(path).status_code == 200


def test_a_like_given_while_a_page_is_made_is_not_missed(
    database: Database, client: FlaskClient, post: Post, grace: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from byline.pages import standing

    found = standing.of

    def like_first(post_id: int) -> standing.Standing:
        made = found(post_id)
        monkeypatch.setattr(standing, "of", found)
        like(database, grace, post)
        return made

    monkeypatch.setattr(standing, "of", like_first)
    assert '<span class="deed-count"></span>' in client.get("/@ada/hello").text
    assert '<span class="deed-count">1</span>' in client.get("/@ada/hello").text


@pytest.mark.usefixtures("app")
def test_a_deleted_posts_topic_is_forgotten(database: Database, post: Post, ada: User, grace: User) -> None:
    like(database, grace, post)
    with database.unit_of_work():
        assert state.topic_version(topics.of_post(post.id)) == 1
        posts.delete(ada.actor, post.id)
        posts.delete_for_good(ada.actor, post.id)
        assert state.topic_version(topics.of_post(post.id)) == 0


def test_the_address_can_be_copied_and_sent_without_script(client: FlaskClient, post: Post) -> None:
    page = client.get("/@ada/hello").text
    assert 'value="http://localhost/@ada/hello"' in page
    assert "mailto:?subject=Hello" in page
