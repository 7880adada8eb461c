"""Statistics of one's own posts: for their authors alone, under all their addresses, each and together."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from byline.accounts.models import FormerName, User
from byline.analytics import report
from byline.analytics.sites.models import THIS_BYLINE
from byline.kernel import clock
from byline.kernel.db import Database
from byline.posts.models import Post, PostAddress, PostState
from byline.reactions.models import PostLike
from byline.social import service as social
from tests import budget
from tests.factories import LogIn, MakePost, MakeUser
from tests.statistics.conftest import Count
from tests.statistics.readers import viewed

pytestmark = pytest.mark.usefixtures("unlimited", "stopped_clock")
TODAY = "/@ada/hello/statistics?period=7d"


@pytest.fixture
def hello(make_post: MakePost, ada: User, grace: User) -> Post:
    """A post of ada's and grace's."""
    return make_post(ada, title="Hello", co_authors=[grace])


def tiles(page: str) -> dict[str, str]:
    return dict(re.findall(r'data-metric="(\w+)" data-value="([^"]*)"', page))


def read_some(count: Count) -> None:
    count(
        viewed(THIS_BYLINE, 1, "/@ada/hello", 30, view=1),
        viewed(THIS_BYLINE, 2, "/@ada/hello", 20, view=2, source="Bing"),
        viewed(THIS_BYLINE, 3, "/@ada/other", 10, view=3),
    )


def test_only_authors_and_administrators_find_the_page(
    app: Flask, log_in: LogIn, make_user: MakeUser, hello: Post, ada: User, grace: User
) -> None:
    del hello
    others = [make_user("barbara"), make_user("mod", role="Moderator")]
    root = make_user("root", role="Administrator")
    assert [log_in(who).get("/@ada/hello/statistics").status_code for who in (ada, grace, root)] == [200] * 3
    assert [log_in(who).get("/@ada/hello/statistics").status_code for who in others] == [404] * 2
    assert app.test_client().get("/@ada/hello/statistics").headers["Location"].startswith("/auth/login")
    assert log_in(ada).get("/@ada/nothing/statistics").status_code == 404


def test_views_visitors_and_sources_are_those_of_the_post(log_in: LogIn, hello: Post, ada: User, count: Count) -> None:
    del hello
    read_some(count)
    page = log_in(ada).get(TODAY).text
    assert tiles(page) == tiles(page) | {"pageviews": "2", "visitors": "2", "comments": "0", "followers": "0"}
    assert set(re.findall(r'data-dimension="source" data-key="([^"]*)"', page)) == {"Google", "Bing"}


def test_former_addresses_count_with_it_and_lead_here(
    database: Database, log_in: LogIn, hello: Post, ada: User, count: Count
) -> None:
    with database.unit_of_work() as session:
        session.add(PostAddress(author_id=ada.id, slug="hullo", post_id=hello.id))
        session.add(FormerName(username_key="lovelace", user_id=ada.id))
    count(*(viewed(THIS_BYLINE, who, path, who) for who, path in enumerate(("/@ada/hello", "/@ada/hullo",
          "/@lovelace/hullo", "/@lovelace/hello"), 1)))  # fmt: skip
    browser = log_in(ada)
    assert tiles(browser.get(TODAY).text)["pageviews"] == "4"
    moved = browser.get("/@ada/hullo/statistics?period=7d")
    assert (moved.status_code, moved.headers["Location"]) == (301, TODAY)


def test_followers_comments_and_likes_are_those_of_the_days(
    database: Database, log_in: LogIn, make_user: MakeUser, hello: Post, ada: User
) -> None:
    fans = [make_user(name) for name in ("barbara", "jean")]
    long_ago = clock.now() - timedelta(days=40)
    with database.unit_of_work() as session:
        social.follow(fans[0].actor, ada.id)
        session.add(PostLike(post_id=hello.id, member_id=fans[0].id, created_at=clock.now()))
        session.add(PostLike(post_id=hello.id, member_id=fans[1].id, created_at=long_ago))
    page = log_in(ada).get(TODAY).text
    assert tiles(page) == tiles(page) | {"likes": "1", "followers": "1"}
    assert "nobody can tell which one made them follow" in page
    assert all(f'href="/sites/definitions#{name}"' in page for name in tiles(page))
    assert tiles(log_in(ada).get("/@ada/hello/statistics?period=yesterday").text)["likes"] == "0"


@pytest.mark.parametrize(
    "asked",
    [
        *("period=today&interval=hour", "period=7d&show=reads", "period=year&show=visitors&interval=month"),
        *("period=all", "period=realtime&show=nonsense", "period=x&show=%00&f=is,page,/x&segment=9&compare=previous"),
    ],
)
def test_every_period_and_metric_is_drawn(log_in: LogIn, hello: Post, ada: User, count: Count, asked: str) -> None:
    del hello
    read_some(count)
    page = log_in(ada).get(f"/@ada/hello/statistics?{asked}")
    assert page.status_code == 200
    assert tiles(page.text)["pageviews"] == "2"


def test_all_posts_together(
    log_in: LogIn, make_post: MakePost, hello: Post, ada: User, grace: User, count: Count
) -> None:
    del hello
    make_post(ada, title="Other")
    make_post(ada, title="Begun", state=PostState.DRAFT)
    read_some(count)
    page = log_in(ada).get("/studio/statistics?period=7d").text
    assert tiles(page)["pageviews"] == "3"
    found = re.findall(r'data-dimension="post" data-key="([^"]*)" data-visitors="\d+" data-pageviews="(\d+)"', page)
    assert found == [("/@ada/hello", "2"), ("/@ada/other", "1")]
    assert tiles(log_in(grace).get("/studio/statistics?period=7d").text)["pageviews"] == "2"


def test_who_wrote_nothing_is_invited(log_in: LogIn, make_user: MakeUser) -> None:
    page = log_in(make_user("barbara")).get("/studio/statistics")
    assert "No readers yet" in page.text


class TestStudio:
    def test_each_post_has_its_line_and_number(self, log_in: LogIn, hello: Post, ada: User, count: Count) -> None:
        del hello
        read_some(count)
        page = log_in(ada).get("/drafts?show=published").text
        assert 'href="/@ada/hello/statistics"' in page
        assert 'class="sparkline-line"' in page
        assert "2 views" in page

    def test_the_list_stays_when_the_numbers_are_away(
        self, log_in: LogIn, hello: Post, ada: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        del hello

        def away(*_: object) -> None:
            raise OperationalError("select", {}, OSError("away"))

        monkeypatch.setattr(report, "of_paths", away)
        page = log_in(ada).get("/drafts?show=published")
        assert (page.status_code, "Hello" in page.text, "views" in page.text) == (200, True, False)


def test_no_page_costs_more_than_its_budget(
    log_in: LogIn, make_post: MakePost, hello: Post, ada: User, count: Count
) -> None:
    del hello
    for _ in range(3):
        make_post(ada)
    read_some(count)
    browser: FlaskClient = log_in(ada)
    costs = {}
    for path in ("/@ada/hello/statistics?period=all", "/studio/statistics?period=all", "/drafts?show=published"):
        browser.get("/sites/definitions")
        with budget.counted() as statements:
            assert browser.get(path).status_code == 200
        costs[path] = len(statements)
    assert {path: cost for path, cost in costs.items() if cost > 8} == {}
