"""The page of a post: who may read it in which state, where its address leads, and what stands on it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from byline.accounts.models import FormerName
from byline.kernel import clock, text
from byline.kernel.db import Database
from byline.posts.models import PathRedirect, Post, PostAddress, PostState
from tests.factories import LogIn, MakePost, MakeUser

Budget = Callable[[int], AbstractContextManager[list[str]]]
OPEN = (PostState.PUBLISHED, PostState.UNLISTED)
INSIDERS = ("author", "co-author", "administrator")
LONG = "## One\n\n" + "word " * 400 + "\n\n## Two\n\n" + "word " * 400 + "\n\n### Two and a half\n\nEnd.\n"


@pytest.fixture
def browsers(client: FlaskClient, log_in: LogIn, make_user: MakeUser) -> Mapping[str, FlaskClient]:
    """One browser for each kind of reader."""
    return {
        "stranger": client,
        "author": log_in(make_user("ada")),
        "co-author": log_in(make_user("bob")),
        "member": log_in(make_user("carol")),
        "moderator": log_in(make_user("mod", role="Moderator")),
        "administrator": log_in(make_user("root", role="Administrator")),
    }


@pytest.fixture
def post_in(make_post: MakePost, database: Database) -> Callable[[PostState], Post]:
    """Makes ada's and bob's post "Hello" in a state."""
    from byline.pages import queries

    def make(state: PostState) -> Post:
        with database.unit_of_work(write=False):
            ada, bob = queries.person("ada"), queries.person("bob")
        assert ada is not None
        assert bob is not None
        return make_post(ada, title="Hello", state=state, co_authors=[bob])

    return make


@pytest.mark.parametrize("state", list(PostState))
def test_who_may_read_a_post_in_which_state(
    browsers: Mapping[str, FlaskClient], post_in: Callable[[PostState], Post], state: PostState
) -> None:
    post_in(state)
    for reader, browser in browsers.items():
        answer = browser.get("/@ada/hello")
        may = state in OPEN or reader in INSIDERS
        assert answer.status_code == (200 if may else 404), reader
        assert ("The first words." in answer.text) == may, reader
        assert (">Edit this post</a>" in answer.text) == (reader in INSIDERS), reader


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (PostState.DRAFT, "This is a draft."),
        (PostState.SCHEDULED, "This post is scheduled."),
        (PostState.WITHDRAWN, "This post is withdrawn."),
        (PostState.UNLISTED, "This post is unlisted"),
    ],
)
def test_the_author_is_told_why_others_do_not_see_it(
    browsers: Mapping[str, FlaskClient], post_in: Callable[[PostState], Post], state: PostState, sentence: str
) -> None:
    post_in(state)
    page = browsers["author"].get("/@ada/hello").text
    assert sentence in page
    assert 'content="noindex' in page
    assert sentence not in browsers["stranger"].get("/@ada/hello").text


def test_page_shows_title_people_date_time_text_and_tags(
    client: FlaskClient, make_user: MakeUser, make_post: MakePost, stopped_clock: datetime
) -> None:
    ada, bob = make_user("ada", name="Ada Lovelace", about="Counts."), make_user("bob", name="Bob")
    toc = [asdict(heading) for heading in text.render(LONG).toc]
    make_post(ada, title="On <engines>", standfirst="A start.", body=LONG, tags=("C++",), co_authors=[bob], toc=toc)
    page = client.get("/@ada/on-engines").text
    for wanted in ("On &lt;engines&gt;", "A start.", "Ada Lovelace", "Bob", "14 March 2026", "min read", "Counts."):
        assert wanted in page
    assert 'rel="tag"' in page
    assert "Contents" in page
    assert ">Two and a half</a>" in page


def test_short_post_has_no_table_of_contents(client: FlaskClient, make_user: MakeUser, make_post: MakePost) -> None:
    make_post(make_user("ada"), title="Hello", body="## One\n\nText.\n\n## Two\n\nText.\n\n## Three\n\nText.")
    assert "Contents" not in client.get("/@ada/hello").text


def test_neighbours_are_the_same_authors_posts_before_and_after(
    client: FlaskClient, make_user: MakeUser, make_post: MakePost
) -> None:
    ada, bob, now = make_user("ada"), make_user("bob"), clock.now()
    make_post(ada, title="First", published_at=now - timedelta(days=3))
    make_post(bob, title="With ada", co_authors=[ada], published_at=now - timedelta(days=2))
    make_post(bob, title="Without ada", published_at=now - timedelta(days=1))
    make_post(ada, title="Hidden", state=PostState.UNLISTED, published_at=now - timedelta(hours=2))
    make_post(ada, title="Last", published_at=now)
    page = client.get("/@ada/last").text
    assert re.search(r'rel="prev" href="/@bob/with-ada"', page)
    assert "Next" not in page
    page = client.get("/@ada/first").text
    assert re.search(r'rel="next" href="/@bob/with-ada"', page)
    assert "Previous" not in page


@pytest.mark.parametrize(
    "asked", ["/@Ada/hello", "/@ADA/HELLO", "/@ada/Hello", "/@ada/hello/", "/@ada/hullo", "/@Ada/hullo"]
)
def test_a_post_has_one_address_and_every_other_leads_there(
    client: FlaskClient, make_user: MakeUser, make_post: MakePost, database: Database, asked: str
) -> None:
    post = make_post(make_user("ada"), title="Hello")
    with database.unit_of_work() as session:
        session.add(PostAddress(author_id=post.author_id, slug="hullo", post_id=post.id))
    answer = client.get(asked)
    assert answer.status_code == 301
    assert client.get(answer.headers["Location"], follow_redirects=True).request.path == "/@ada/hello"


def test_composed_and_decomposed_letters_are_one_address(
    client: FlaskClient, make_user: MakeUser, make_post: MakePost
) -> None:
    make_post(make_user("ada"), title="X", slug="café")
    assert client.get("/@ada/cafe%CC%81").headers["Location"] == "/@ada/caf%C3%A9"
    assert client.get("/@ada/caf%C3%A9").status_code == 200


@pytest.mark.parametrize("state", [state for state in PostState if state not in OPEN])
def test_an_old_address_does_not_tell_where_a_hidden_post_is(
    client: FlaskClient, log_in: LogIn, make_user: MakeUser, make_post: MakePost, database: Database, state: PostState
) -> None:
    ada = make_user("ada")
    post = make_post(ada, title="Secret plan", state=state)
    with database.unit_of_work() as session:
        session.add(PostAddress(author_id=ada.id, slug="old", post_id=post.id))
        session.add(PathRedirect(path="blog/old.html", post_id=post.id))
    for path in ("/@ada/old", "/@Ada/secret-plan", "/blog/old.html"):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert "secret-plan" not in answer.headers.get("Location", "")
    assert log_in(ada).get("/@ada/old").headers["Location"] == "/@ada/secret-plan"


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("inside-rust/2020/07/27/hello", "/inside-rust/2020/07/27/hello"),
        ("inside-rust/2020/07/27/hello", "/inside-rust/2020/07/27/hello/"),
        ("inside-rust/2020/07/27/hello", "/inside-rust/2020/07/27/hello.html"),
        ("inside-rust/2020/07/27/hello", "/inside-rust/2020/07/27/hello/index.html"),
        ("hello.html", "/hello.html"),
        ("caf\u00e9 au lait", "/caf%C3%A9%20au%20lait"),
    ],
)
def test_an_address_of_the_sites_former_life_leads_to_the_post(
    client: FlaskClient, make_user: MakeUser, make_post: MakePost, database: Database, written: str, asked: str
) -> None:
    post = make_post(make_user("ada"), title="Hello")
    with database.unit_of_work() as session:
        session.add(PathRedirect(path=written, post_id=post.id))
    answer = client.get(asked)
    assert (answer.status_code, answer.headers.get("Location")) == (301, "/@ada/hello")
    assert client.post(asked).status_code in (404, 405)


def test_a_former_address_never_covers_a_page_there_is(
    client: FlaskClient, make_user: MakeUser, make_post: MakePost, database: Database
) -> None:
    post = make_post(make_user("ada"), title="Hello")
    with database.unit_of_work() as session:
        session.add(PathRedirect(path="archive", post_id=post.id))
    assert client.get("/archive").status_code == 200


def test_machines_are_told_what_a_post_is(client: FlaskClient, make_user: MakeUser, make_post: MakePost) -> None:
    make_post(make_user("ada", name="Ada </script><b>"), title="Hello </script>", tags=("Rust",))
    page = client.get("/@ada/hello-script").text
    assert '<link rel="canonical" href="http://localhost/@ada/hello-script">' in page
    assert '<meta property="og:type" content="article">' in page
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    posting, way = (json.loads(block) for block in blocks)
    assert posting["@type"] == "BlogPosting"
    assert posting["headline"] == "Hello </script>"
    assert posting["author"][0]["name"] == "Ada </script><b>"
    assert [stop["position"] for stop in way["itemListElement"]] == [1, 2, 3]
    assert page.count("</script>") == page.count("<script")


@pytest.mark.parametrize("viewer", ["stranger", "author"])
def test_a_post_costs_few_statements_and_the_second_reader_almost_none(
    browsers: Mapping[str, FlaskClient],
    make_post: MakePost,
    post_in: Callable[[PostState], Post],
    queries: Budget,
    viewer: str,
) -> None:
    post_in(PostState.PUBLISHED)
    browsers[viewer].get("/settings-that-do-not-exist")
    with queries(8):
        assert browsers[viewer].get("/@ada/hello").status_code == 200
    # Once all that is the same for everybody is kept: who it is with the bar, what the reader did with the post, their
    # own comments, and how they stand to whoever speaks. SQLite tells that nobody has committed since.
    with queries(2 if viewer == "stranger" else 4):
        assert browsers[viewer].get("/@ada/hello").status_code == 200


@pytest.mark.parametrize("reader", ["author", "member"])
def test_a_kept_article_shows_nobody_the_acts_of_another(
    browsers: Mapping[str, FlaskClient], post_in: Callable[[PostState], Post], reader: str
) -> None:
    post_in(PostState.PUBLISHED)
    assert ">Edit this post</a>" in browsers["author"].get("/@ada/hello").text
    assert (">Edit this post</a>" in browsers[reader].get("/@ada/hello").text) == (reader == "author")
    assert ">Edit this post</a>" not in browsers["stranger"].get("/@ada/hello").text


def test_a_renamed_members_addresses_lead_to_their_new_name(
    client: FlaskClient, make_user: MakeUser, make_post: MakePost, database: Database
) -> None:
    countess = make_user("countess")
    make_post(countess, title="Hello")
    with database.unit_of_work() as session:
        session.add(FormerName(username_key="ada", user_id=countess.id))
    for asked, led_to in (
        ("/@ada", "/@countess"),
        ("/@Ada/hello", "/@countess/hello"),
        ("/@ada/feed.xml", "/@countess/feed.xml"),
        ("/user/ada", "/@countess"),
    ):
        answer = client.get(asked)
        assert (answer.status_code, answer.headers["Location"]) == (301, led_to)


def test_a_post_passed_on_is_found_under_its_first_author(
    client: FlaskClient, make_user: MakeUser, make_post: MakePost, database: Database
) -> None:
    post = make_post(make_user("grace"), title="Hello")
    with database.unit_of_work() as session:
        session.add(PathRedirect(path="@ada/hello", post_id=post.id))
    assert client.get("/@ada/hello").headers["Location"] == "/@grace/hello"


def test_a_leaving_authors_post_is_hidden_unless_others_wrote_it_too(
    client: FlaskClient, make_user: MakeUser, make_post: MakePost
) -> None:
    leaving, bob = make_user("ada", deletion_asked_at=clock.now()), make_user("bob")
    make_post(leaving, title="Alone")
    make_post(leaving, title="Together", co_authors=[bob])
    assert client.get("/@ada/alone").status_code == 404
    assert client.get("/@ada/together").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/@bob",
        "/@ada/together",
        "/archive/2026",
        "/feed.xml",
        "/feed.json",
        "/@bob/feed.xml",
        "/sitemap/members-1.xml",
    ],
)
def test_who_is_leaving_is_named_nowhere(
    client: FlaskClient, make_user: MakeUser, make_post: MakePost, path: str
) -> None:
    leaving = make_user("ada", name="Ada Lovelace", deletion_asked_at=clock.now())
    moment = datetime(2026, 3, 14, tzinfo=UTC)
    make_post(leaving, title="Together", co_authors=[make_user("bob", name="Bob")], published_at=moment)
    page = client.get(path).text
    assert "Lovelace" not in page
    assert 'href="/@ada"' not in page
    assert not re.search(r"/@ada[\"<]", page)
    assert "bob" in page.casefold()
