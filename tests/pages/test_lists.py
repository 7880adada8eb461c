"""Home, tag and profile: what they show to whom, their pages, and what they cost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from byline.accounts.models import Role, User
from byline.kernel import clock
from byline.kernel.db import Database
from byline.posts.models import Post, PostState
from tests.factories import LogIn, MakePost, MakeUser

Budget = Callable[[int], AbstractContextManager[list[str]]]


def many(make_post: MakePost, author: User, count: int) -> list[Post]:
    now = clock.now()
    return [
        make_post(author, title=f"Essay {number}", tags=("Rust", "Tools"), published_at=now - timedelta(hours=number))
        for number in range(count)
    ]


def test_home_shows_listed_posts_newest_first(client: FlaskClient, make_user: MakeUser, make_post: MakePost) -> None:
    many(make_post, make_user("ada"), 3)
    page = client.get("/").text
    assert page.index("Essay 0") < page.index("Essay 1") < page.index("Essay 2")
    assert "/tag/rust" in page


@pytest.mark.parametrize("state", [state for state in PostState if state != PostState.PUBLISHED])
def test_no_list_shows_a_post_that_is_not_listed(
    client: FlaskClient, log_in: LogIn, make_user: MakeUser, make_post: MakePost, state: PostState
) -> None:
    ada = make_user("ada")
    make_post(ada, title="Out", tags=("Rust",))
    make_post(ada, title="Kept back", tags=("Rust",), state=state)
    for browser in (client, log_in(ada), log_in(make_user("root", role="Administrator"))):
        for path in ("/", "/@ada", "/tag/rust", "/archive", "/feed.xml", "/feed.json", "/sitemap/posts-1.xml"):
            page = browser.get(path)
            assert page.status_code == 200
            assert "Kept back" not in page.text
            assert "kept-back" not in page.text


def test_pages_of_a_list_follow_one_another(client: FlaskClient, make_user: MakeUser, make_post: MakePost) -> None:
    many(make_post, make_user("ada"), 25)
    first = client.get("/").text
    older = first.split('rel="next" href="')[1].split('"')[0]
    second = client.get(f"/{older}").text
    assert "Essay 19" in first
    assert "Essay 20" not in first
    assert "Essay 20" in second
    assert "Essay 19" not in second
    newer = second.split('rel="prev" href="')[1].split('"')[0]
    assert "Essay 19" in client.get(f"/{newer}").text
    assert 'content="noindex, follow"' in second
    assert 'content="noindex' not in first


def test_a_list_page_keeps_its_link_while_new_posts_come(
    client: FlaskClient, make_user: MakeUser, make_post: MakePost
) -> None:
    ada = make_user("ada")
    many(make_post, ada, 25)
    older = client.get("/").text.split('rel="next" href="')[1].split('"')[0]
    make_post(ada, title="Brand new", published_at=clock.now() + timedelta(seconds=1))
    assert "Essay 20" in client.get(f"/{older}").text


def test_a_tag_of_drafts_alone_is_not_told(client: FlaskClient, make_user: MakeUser, make_post: MakePost) -> None:
    make_post(make_user("ada"), state=PostState.DRAFT, tags=("Secret plan",))
    for path in ("/tag/secret-plan", "/tag/Secret%20Plan", "/tag/secret-plan/feed.xml"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "Secret plan" not in answer.text


def test_a_site_without_an_administrator_says_where_the_link_is(
    client: FlaskClient, make_user: MakeUser, database: Database
) -> None:
    ada = make_user("ada")
    page = client.get("/")
    assert "This site has just begun" in page.text
    assert "each start shows a new link" in page.text
    assert "s-maxage" not in page.headers.get("Cache-Control", "")
    # The role alone changes: no content, so no version would tell that a kept page is outdated.
    with database.unit_of_work() as session:
        role = session.scalars(select(Role.id).where(Role.name == "Administrator")).one()
        session.execute(update(User).where(User.id == ada.id).values(role_id=role))
    assert "This site has just begun" not in client.get("/").text


def test_empty_home_offers_members_the_first_step(client: FlaskClient, log_in: LogIn, make_user: MakeUser) -> None:
    make_user("rooter", role="Administrator")
    assert "Nothing is published yet" in client.get("/").text
    assert "Write the first post" not in client.get("/").text
    assert "Write the first post" in log_in(make_user("root", role="Administrator")).get("/").text


def test_profile_tells_who_somebody_is(client: FlaskClient, make_user: MakeUser, make_post: MakePost) -> None:
    ada = make_user(
        "ada",
        name="Ada Lovelace",
        location="London",
        about="Counts.\nAnd <writes>.",
        links=[{"label": "Home", "url": "https://example.org/"}],
        last_seen=clock.now(),
    )
    many(make_post, ada, 2)
    page = client.get("/@ada").text
    for wanted in ("Ada Lovelace", "London", "Counts.\nAnd &lt;writes&gt;.", "https://example.org/", "2 posts"):
        assert wanted in page
    assert "Member since" in page
    assert "Last seen" in page
    assert "Edit profile" not in page


def test_profile_leads_to_a_map_and_administrators_to_the_address(log_in: LogIn, make_user: MakeUser) -> None:
    ada = make_user("ada", location="Turin & Paris")
    assert "openstreetmap.org/search?query=Turin%20%26%20Paris" in log_in(ada).get("/@ada").text
    pages = [log_in(who).get("/@ada").text for who in (ada, make_user("root", role="Administrator"))]
    assert ["mailto:ada@example.org" in page for page in pages] == [False, True]


def test_profile_keeps_last_seen_to_itself_when_asked(client: FlaskClient, make_user: MakeUser) -> None:
    make_user("ada", last_seen=clock.now(), hides_last_seen=True)
    assert "Last seen" not in client.get("/@ada").text


def test_profile_shows_last_seen_as_it_is_now(
    client: FlaskClient, make_user: MakeUser, database: Database, stopped_clock: datetime
) -> None:
    ada = make_user("ada", last_seen=clock.now())
    assert "12:00 UTC" in client.get("/@ada").text
    with database.unit_of_work() as session:
        session.merge(ada).last_seen = clock.now() + timedelta(minutes=7)
    assert "12:07 UTC" in client.get("/@ada").text


def test_profile_offers_its_owner_and_administrators_their_own_doors(log_in: LogIn, make_user: MakeUser) -> None:
    ada = make_user("ada")
    own, other = log_in(ada).get("/@ada").text, log_in(make_user("bob")).get("/@ada").text
    administrator = log_in(make_user("root", role="Administrator")).get("/@ada").text
    assert "Edit profile" in own
    assert "Edit profile" not in other
    assert "Administer" in administrator
    assert "Administer" not in own


def test_profile_lists_what_somebody_wrote_with_others(
    client: FlaskClient, make_user: MakeUser, make_post: MakePost
) -> None:
    ada, bob = make_user("ada"), make_user("bob")
    make_post(ada, title="Together", co_authors=[bob])
    assert "Together" in client.get("/@bob").text


def test_author_without_an_account_is_no_member(client: FlaskClient, make_user: MakeUser) -> None:
    make_user("imported", email=None, password=None, claimed=False, confirmed=False)
    page = client.get("/@imported")
    assert page.status_code == 200
    assert "Member since" not in page.text


def test_leaving_member_has_no_profile(client: FlaskClient, make_user: MakeUser) -> None:
    make_user("ada", deletion_asked_at=clock.now())
    assert client.get("/@ada").status_code == 404


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/@ada", "/@Ada"),
        ("/@ADA", "/@Ada"),
        ("/@%EF%BD%81da", "/@Ada"),
        ("/user/ada", "/@Ada"),
        ("/user/Ada", "/@Ada"),
        ("/tag/Rust", "/tag/rust"),
        ("/tag/Le%20Caf%C3%A9", "/tag/le-cafe"),
        ("/tag/rust/", "/tag/rust"),
        ("/@Ada/", "/@Ada"),
        ("/@ada/feed.xml", "/@Ada/feed.xml"),
        ("/tag/RUST/feed.json", "/tag/rust/feed.json"),
        ("/archive/", "/archive"),
    ],
)
def test_an_address_written_differently_leads_to_the_one_there_is(
    client: FlaskClient, make_user: MakeUser, make_post: MakePost, asked: str, led_to: str
) -> None:
    make_post(make_user("Ada"), tags=("Rust", "Le café"))
    answer = client.get(asked)
    assert (answer.status_code, answer.headers.get("Location")) == (301, led_to)
    assert client.get(led_to).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/@nobody",
        "/user/nobody",
        "/tag/none",
        "/@%00",
        "/@..",
        "/@%2e%2e/%2e%2e",
        "/tag/%FF",
        "/tag/%00",
        "/@" + "a" * 5000,
        "/@%F0%9F%92%A9",
        "/?before=zzz",
        "/?after=%00",
        "/?before=" + "A" * 4000,
        "/?before=f_______________________",
        "/?before=f_________9_________8",
        "/archive/2026/13",
        "/archive/0",
        "/archive/99999999999999999999",
        "/sitemap/posts-0.xml",
        "/sitemap/posts-99999999999999999999.xml",
        "/sitemap/passwords-1.xml",
        "/%0d%0aSet-Cookie:%20a=b",
    ],
)
def test_hostile_addresses_find_nothing(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (301, 308, 404)
    assert "evil.example" not in answer.headers.get("Location", "").removeprefix("/")
    assert "Set-Cookie" not in answer.headers


def test_slashes_never_lead_to_another_site(app: Flask) -> None:
    for path in ("//evil.example/", "///evil.example/archive/", "/\\evil.example/"):
        answer = app.test_client().open("/", environ_overrides={"PATH_INFO": path})
        assert not answer.headers.get("Location", "").startswith(("//", "/\\"))


def test_refusal_is_json_where_json_is_asked(client: FlaskClient) -> None:
    answer = client.get("/@nobody", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["code"] == "no-such-member"


@pytest.mark.parametrize("path", ["/", "/tag/rust", "/@ada", "/archive", "/archive/2026", "/archive/2026/3"])
@pytest.mark.parametrize("viewer", ["stranger", "member"])
@pytest.mark.parametrize("count", [1, 20])
def test_a_list_costs_the_same_for_one_and_twenty_posts(
    client: FlaskClient,
    log_in: LogIn,
    make_user: MakeUser,
    make_post: MakePost,
    queries: Budget,
    stopped_clock: datetime,
    path: str,
    viewer: str,
    count: int,
) -> None:
    many(make_post, make_user("ada"), count)
    browser = client if viewer == "stranger" else log_in(make_user("reader", last_seen=clock.now()))
    # What the site is called and looks like is read once by a process, not for this page.
    browser.get("/no-such-page")
    with queries(8):
        assert browser.get(path).status_code == 200
    # Now everything that is the same for all is kept. PostgreSQL asks for the content version by a statement.
    with queries(4 if path == "/@ada" or viewer == "member" else 1):
        browser.get(path)
