"""Who likes a post: listed for members, page by page, without whom one keeps away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urljoin

import lxml.html
import pytest
from flask.testing import FlaskClient

from byline.accounts.models import User
from byline.kernel import clock
from byline.kernel.db import Database
from byline.posts.models import Post, PostState
from byline.reactions import service
from byline.social.models import Block, Mute
from byline.web.paging import PAGE_SIZE
from tests import budget
from tests.factories import LogIn, MakePost, MakeUser

pytestmark = pytest.mark.usefixtures("unlimited")
Like = Callable[[User], None]
HERE = "/@ada/hello/likes"


@pytest.fixture
def post(make_post: MakePost, ada: User) -> Post:
    return make_post(ada, title="Hello")


@pytest.fixture
def like(database: Database, post: Post, stopped_clock: object) -> Like:
    """Have somebody like it, each a minute after the one before."""

    def now(person: User) -> None:
        clock.advance(60)
        with database.unit_of_work():
            service.like_post(person.actor, post.id)

    return now


@pytest.fixture
def hers(log_in: LogIn, make_user: MakeUser) -> FlaskClient:
    """The browser of grace, who looks."""
    return log_in(make_user("grace"))


def people(browser: FlaskClient, address: str = HERE) -> list[str]:
    page = lxml.html.fromstring(browser.get(address).text)
    return [name.text_content() for name in page.find_class("people-handle")]


def test_it_lists_who_likes_the_post_the_newest_first(hers: FlaskClient, like: Like, make_user: MakeUser) -> None:
    assert people(hers) == []
    assert "Nobody to see here yet" in hers.get(HERE).text
    for name in ("one", "two", "three"):
        like(make_user(name))
    assert people(hers) == ["@three", "@two", "@one"]


def test_the_number_on_the_posts_page_leads_there_for_members_alone(
    hers: FlaskClient, client: FlaskClient, log_in: LogIn, like: Like, make_user: MakeUser, ada: User
) -> None:
    like(make_user("one"))
    link = f'href="{HERE}" title="Who likes this"'
    assert link in hers.get("/@ada/hello").text
    assert link in log_in(ada).get("/@ada/hello").text
    assert link not in client.get("/@ada/hello").text
    assert client.get(HERE).location.startswith("/auth/login")


def test_whom_the_reader_keeps_away_and_who_is_gone_is_left_out(
    hers: FlaskClient, like: Like, make_user: MakeUser, database: Database, post: Post
) -> None:
    names = ("muted", "blocked", "blocking", "leaving", "suspended", "apart", "fine")
    who = {name: make_user(name) for name in names}
    for person in who.values():
        like(person)
    assert len(people(hers)) == len(names)
    now = clock.now()
    with database.unit_of_work() as session:
        grace = session.query(User).filter_by(username="grace").one()
        session.add(Mute(muter_id=grace.id, muted_id=who["muted"].id, created_at=now))
        session.add(Block(blocker_id=grace.id, blocked_id=who["blocked"].id, created_at=now))
        session.add(Block(blocker_id=who["blocking"].id, blocked_id=grace.id, created_at=now))
        session.get_one(User, who["leaving"].id).deletion_asked_at = now
        session.get_one(User, who["suspended"].id).suspended_at = now
        session.get_one(User, who["apart"].id).apart_at = now
    assert people(hers) == ["@fine"]


def test_pages_follow_each_other_and_lose_nobody(
    hers: FlaskClient, like: Like, make_user: MakeUser, database: Database
) -> None:
    for number in range(PAGE_SIZE + 3):
        like(make_user(f"reader{number}"))
    first = hers.get(HERE)
    older = urljoin(HERE, lxml.html.fromstring(first.text).xpath("//a[@rel='next']/@href")[0])
    like(make_user("late"))
    assert people(hers, older) == ["@reader2", "@reader1", "@reader0"]
    assert people(hers)[:2] == ["@late", f"@reader{PAGE_SIZE + 2}"]
    assert hers.get(f"{HERE}?before=nonsense").status_code == 404


@pytest.mark.parametrize("state", [PostState.DRAFT, PostState.WITHDRAWN, PostState.SCHEDULED])
def test_nobody_learns_of_a_post_they_may_not_read(
    hers: FlaskClient, make_post: MakePost, ada: User, state: PostState
) -> None:
    make_post(ada, title="Quiet", state=state, publish_at=clock.now() + timedelta(days=1))
    assert hers.get("/@ada/quiet/likes").status_code == 404


def test_an_address_in_another_case_leads_to_the_right_one(hers: FlaskClient, post: Post) -> None:
    assert hers.get("/@Ada/hello/likes").location == HERE
    assert hers.get("/@nobody/hello/likes").status_code == 404


def test_it_costs_the_same_for_one_and_for_twenty(hers: FlaskClient, like: Like, make_user: MakeUser) -> None:
    like(make_user("one"))
    hers.get(HERE)
    with budget.counted() as few:
        hers.get(HERE)
    for number in range(PAGE_SIZE):
        like(make_user(f"reader{number}"))
    hers.get("/")
    with budget.counted() as many:
        hers.get(HERE)
    assert len(many) <= len(few) <= 8
