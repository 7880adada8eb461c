"""Feeds: valid for every reader, whole, with addresses that work elsewhere and names that never change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from flask.testing import FlaskClient
from lxml import etree

from byline.kernel import clock
from byline.kernel.db import Database
from byline.pages import fulltext
from byline.posts.models import Post, PostState
from tests.factories import MakePost, MakeUser

ATOM = {"a": "http://www.w3.org/2005/Atom"}
FEEDS = ("/feed.xml", "/@ada/feed.xml", "/tag/c-plus-plus/feed.xml")
JSON_FEEDS = ("/feed.json", "/@ada/feed.json", "/tag/c-plus-plus/feed.json")
ADDRESS = {"type": "string", "pattern": "^https?://[^ ]+$"}
TEXT = {"type": "string", "minLength": 1}
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
AUTHORS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "properties": {"name": TEXT, "url": ADDRESS, "avatar": ADDRESS},
        "required": ["name"],
        "additionalProperties": False,
    },
}
JSON_FEED: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": TEXT,
        "description": TEXT,
        "home_page_url": ADDRESS,
        "feed_url": ADDRESS,
        "next_url": ADDRESS,
        "icon": ADDRESS,
        "favicon": ADDRESS,
        "language": TEXT,
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "id": TEXT,
                    "url": ADDRESS,
                    "title": TEXT,
                    "content_html": {"type": "string"},
                    "summary": TEXT,
                    "image": ADDRESS,
                    "date_published": TIME,
                    "date_modified": TIME,
                    "authors": AUTHORS,
                    "tags": {"type": "array", "items": TEXT, "uniqueItems": True},
                },
                "required": ["id", "url", "content_html", "authors", "date_published"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["version", "title", "items", "home_page_url", "feed_url"],
    "additionalProperties": False,
}
BODY = """## Start

A [page](/tag/rust), a [place](#start), [another site](https://example.org/?a=1&b=2) and code: `<a href="/kept">`.

Two & <three> "four" ]]> five.
"""


@pytest.fixture(scope="module")
def schema() -> etree.RelaxNG:
    """What RFC 4287 allows."""
    return etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))


@pytest.fixture
def post(make_user: MakeUser, make_post: MakePost) -> Post:
    """A post with two authors, a tag and every kind of address."""
    ada, bob = make_user("ada", name="Ada & <Co>"), make_user("bob")
    return make_post(
        ada, title='On "<engines>" & more', slug="engines", body=BODY, tags=("C++", "Rust & you"), co_authors=[bob]
    )


def tree(client: FlaskClient, path: str) -> etree._Element:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    return etree.fromstring(answer.data)


@pytest.mark.parametrize("path", FEEDS)
def test_atom_feed_is_valid_and_whole(client: FlaskClient, schema: etree.RelaxNG, post: Post, path: str) -> None:
    found = tree(client, path)
    schema.assertValid(found)
    assert found.xpath("string(a:link[@rel='self']/@href)", namespaces=ATOM) == f"http://localhost{path}"
    entry = found.find("a:entry", ATOM)
    assert entry.findtext("a:title", namespaces=ATOM) == 'On "<engines>" & more'
    assert entry.xpath("string(a:link/@href)", namespaces=ATOM) == "http://localhost/@ada/engines"
    assert entry.xpath("a:author/a:name/text()", namespaces=ATOM) == ["Ada & <Co>", "bob"]
    assert entry.xpath("a:category/@term", namespaces=ATOM) == ["c-plus-plus", "rust-you"]
    html = entry.findtext("a:content", namespaces=ATOM)
    assert 'href="http://localhost/tag/rust"' in html
    assert 'href="http://localhost/@ada/engines#t-start"' in html
    assert 'href="https://example.org/?a=1&amp;b=2"' in html
    assert '&lt;a href="/kept"&gt;' in html
    assert 'class="anchor"' not in html


@pytest.mark.parametrize("path", JSON_FEEDS)
def test_json_feed_is_valid_and_whole(client: FlaskClient, post: Post, path: str) -> None:
    answer = client.get(path)
    assert answer.content_type == "application/feed+json; charset=utf-8"
    found = answer.get_json(force=True)
    jsonschema.validate(found, JSON_FEED)
    assert found["feed_url"] == f"http://localhost{path}"
    (item,) = found["items"]
    assert item["title"] == 'On "<engines>" & more'
    assert [author["name"] for author in item["authors"]] == ["Ada & <Co>", "bob"]
    assert item["tags"] == ["C++", "Rust & you"]
    assert 'href="http://localhost/tag/rust"' in item["content_html"]


@pytest.mark.parametrize("path", ["/feed.xml", "/@ada/feed.xml"])
def test_empty_feed_is_valid(client: FlaskClient, make_user: MakeUser, schema: etree.RelaxNG, path: str) -> None:
    make_user("ada")
    schema.assertValid(tree(client, path))
    jsonschema.validate(client.get(path.replace("xml", "json")).get_json(force=True), JSON_FEED)


def test_feeds_lead_page_by_page_through_everything(
    client: FlaskClient, make_user: MakeUser, make_post: MakePost, schema: etree.RelaxNG
) -> None:
    ada = make_user("ada")
    for number in range(45):
        make_post(ada, title=f"Essay {number}", published_at=clock.now() - timedelta(hours=number))
    seen: list[str] = []
    address = "/feed.xml"
    while address:
        found = tree(client, address)
        schema.assertValid(found)
        seen += found.xpath("a:entry/a:title/text()", namespaces=ATOM)
        address = found.xpath("string(a:link[@rel='next']/@href)", namespaces=ATOM).removeprefix("http://localhost")
    assert seen == [f"Essay {number}" for number in range(45)]
    titles: list[str] = []
    address = "/@ada/feed.json"
    while address:
        page = client.get(address).get_json(force=True)
        titles += [item["title"] for item in page["items"]]
        address = page.get("next_url", "").removeprefix("http://localhost")
    assert titles == seen


def test_an_entry_keeps_its_name_when_address_title_and_author_change(
    client: FlaskClient, post: Post, database: Database
) -> None:
    def entry_ids() -> list[str]:
        atom = tree(client, "/feed.xml").xpath("a:entry/a:id/text()", namespaces=ATOM)
        return [*atom, *(item["id"] for item in client.get("/feed.json").get_json(force=True)["items"])]

    before = entry_ids()
    with database.unit_of_work() as session:
        changed = session.merge(post)
        changed.slug, changed.title = "machines", "On machines"
        changed.published_at = changed.listed_at = clock.now() + timedelta(days=1)
    assert entry_ids() == before
    assert len(set(before)) == 1


def test_a_feed_changes_when_a_post_written_long_ago_comes_out(
    client: FlaskClient, make_user: MakeUser, make_post: MakePost
) -> None:
    written, out = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    make_post(make_user("ada"), published_at=out, updated_at=written)
    found = tree(client, "/feed.xml")
    assert found.findtext("a:updated", namespaces=ATOM) == "2026-02-01T00:00:00Z"
    assert found.findtext("a:entry/a:updated", namespaces=ATOM) == "2026-02-01T00:00:00Z"


@pytest.mark.parametrize("title", ["Bell \x07", "Not a character \uffff", "Vertical \x0b tab", "Emoji 🎉"])
def test_no_letter_breaks_the_xml(
    client: FlaskClient, make_user: MakeUser, make_post: MakePost, schema: etree.RelaxNG, title: str
) -> None:
    make_post(make_user("ada"), title=title, slug="x", html=f"<p>{title}</p>", excerpt=title)
    schema.assertValid(tree(client, "/feed.xml"))
    jsonschema.validate(client.get("/feed.json").get_json(force=True), JSON_FEED)


@pytest.mark.parametrize("state", [state for state in PostState if state != PostState.PUBLISHED])
def test_a_feed_holds_only_listed_posts(
    client: FlaskClient, make_user: MakeUser, make_post: MakePost, state: PostState
) -> None:
    make_post(make_user("ada"), title="Kept back", state=state, tags=("Rust",))
    for path in ("/feed.xml", "/feed.json", "/@ada/feed.xml", "/tag/rust/feed.json"):
        assert "Kept back" not in client.get(path).text


@pytest.mark.parametrize("path", ["/@nobody/feed.xml", "/tag/none/feed.json", "/feed.xml?before=x", "/@%00/feed.json"])
def test_a_feed_of_nothing_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="/x">x</a>', '<a href="https://s.org/x">x</a>'),
        ('<a href="x/y?a=1&amp;b=2">x</a>', '<a href="https://s.org/@a/x/y?a=1&amp;b=2">x</a>'),
        ('<a href="#t-one">x</a>', '<a href="https://s.org/@a/p#t-one">x</a>'),
        ('<a href="mailto:a@b.c">x</a>', '<a href="mailto:a@b.c">x</a>'),
        ('<a href="//o.org/x">x</a>', '<a href="https://o.org/x">x</a>'),
        ('<img alt="> href=&quot;/y" src="/m.png">', '<img alt="> href=&quot;/y" src="https://s.org/m.png">'),
        ('<img srcset="/a 1x, /b 2x">', '<img srcset="https://s.org/a 1x, https://s.org/b 2x">'),
        ('<p>a &lt;b href="/x"&gt; "src="/y" 1 < 2</p>', '<p>a &lt;b href="/x"&gt; "src="/y" 1 < 2</p>'),
        ('<a title="x" href="http://[bad">x</a>', '<a title="x" href="http://[bad">x</a>'),
        ('<h2>T <a class="anchor" href="#t" aria-label="Link"></a></h2>', "<h2>T</h2>"),
    ],
)
def test_addresses_in_a_text_are_made_whole(html: str, expected: str) -> None:
    assert fulltext.absolute(html, "https://s.org/@a/p") == expected
