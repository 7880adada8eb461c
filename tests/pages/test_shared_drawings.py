"""What is drawn once for several readers: each gets their own form token, the moment, and what only they did."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from byline.accounts.models import User
from byline.comments.models import Comment
from byline.kernel import clock
from byline.kernel.db import Database
from byline.posts.models import Post
from byline.reactions import service
from byline.social.models import Block
from tests.factories import LogIn, MakePost, MakeUser

PATH = "/@ada/hello"
TOKENS = re.compile(r'name="csrf_token" value="([^"]*)"')


@pytest.fixture
def members(make_user: MakeUser, ada: User) -> Mapping[str, User]:
    """Two who only read, and two who also wrote."""
    return {"ada": ada, **{name: make_user(name) for name in ("grace", "jean", "carol")}}


@pytest.fixture
def post(make_post: MakePost, members: Mapping[str, User], database: Database, stopped_clock: datetime) -> Post:
    """A post of ada's with a comment of carol's, ten minutes old, and one of grace's."""
    made = make_post(members["ada"], title="Hello")
    moment = stopped_clock - timedelta(minutes=10)
    shown = {"created_at": moment, "first_shown_at": moment, "shown_at": moment, "placed_at": moment}
    with database.unit_of_work() as session:
        for number, name in ((1, "carol"), (2, "grace")):
            place = {"id": number, "root_id": number, "path": f"{number:010d}", "post_id": made.id}
            words = {"body": "Yes.", "html": f"<p>Words of {name}.</p>"}
            session.add(Comment(author_id=members[name].id, **place, **words, **shown))
    return made


@pytest.fixture
def browsers(app: Flask, log_in: LogIn, members: Mapping[str, User], post: Post) -> Mapping[str, FlaskClient]:
    """A browser of each, in turns on the same page."""
    assert app.config["TESTING"]
    assert post.slug == "hello"
    return {name: log_in(member) for name, member in members.items()}


def test_every_form_has_the_token_of_whoever_reads(browsers: Mapping[str, FlaskClient]) -> None:
    found = {name: set(TOKENS.findall(browser.get(PATH).text)) for name, browser in browsers.items()}
    assert all(len(tokens) == 1 for tokens in found.values())
    assert len(set.union(*found.values())) == len(found)


def test_no_gap_is_left_open(browsers: Mapping[str, FlaskClient], client: FlaskClient) -> None:
    for browser in (*browsers.values(), client):
        for path in (PATH, f"{PATH}?from=mail", f"{PATH}/comments"):
            assert "<!--" not in browser.get(path).text


def test_a_form_is_opened_when_it_is_asked_for(browsers: Mapping[str, FlaskClient]) -> None:
    opened = []
    for browser in (browsers["jean"], browsers["jean"]):
        opened.append(re.findall(r'name="opened" value="(\d+)\.', browser.get(PATH).text))
        clock.advance(60)
    assert int(opened[1][0]) - int(opened[0][0]) == 60_000


def test_what_one_likes_is_pressed_for_nobody_else(
    browsers: Mapping[str, FlaskClient], members: Mapping[str, User], post: Post, database: Database
) -> None:
    for browser in browsers.values():
        browser.get(PATH)
    with database.unit_of_work():
        service.like_post(members["jean"].actor, post.id)
        service.like_comment(members["jean"].actor, 2)
    for name in ("jean", "carol", "jean", "carol"):
        page = browsers[name].get(PATH).text
        assert ('action="/comments/2/unlike"' in page) == (name == "jean")
        assert (f'action="/posts/{post.id}/unlike"' in page) == (name == "jean")
        assert page.count('data-count="">1</span>') + page.count("data-count>1</span>") == 2


def test_only_its_author_may_edit_a_comment_and_only_for_a_while(browsers: Mapping[str, FlaskClient]) -> None:
    for name in ("jean", "carol", "jean", "carol"):
        assert (f'{PATH}/comments/1/edit"' in browsers[name].get(PATH).text) == (name == "carol")
    clock.advance(30 * 60)
    assert f'{PATH}/comments/1/edit"' not in browsers["carol"].get(PATH).text


def test_a_block_hides_a_comment_from_one_and_no_other(
    browsers: Mapping[str, FlaskClient], members: Mapping[str, User], database: Database
) -> None:
    for browser in browsers.values():
        assert "Words of grace." in browser.get(PATH).text
    with database.unit_of_work() as session:
        session.add(Block(blocker_id=members["grace"].id, blocked_id=members["jean"].id, created_at=clock.now()))
    for name in ("carol", "jean", "carol"):
        assert ("Words of grace." in browsers[name].get(PATH).text) == (name != "jean")


def test_a_button_leads_back_to_the_readers_own_address(
    browsers: Mapping[str, FlaskClient], client: FlaskClient
) -> None:
    assert f'value="{PATH}?from=mail#comment-1"' in browsers["jean"].get(f"{PATH}?from=mail").text
    assert "from=mail" not in browsers["carol"].get(PATH).text
    assert "from%3Dmail" in client.get(f"{PATH}?from=mail").text
    assert "from%3Dmail" not in client.get(PATH).text
