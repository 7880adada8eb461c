"""For machines that walk the site: every page for everyone is named once, and nothing else is."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from lxml import etree

from byline.kernel import clock, db
from byline.kernel.db import Database
from byline.lists import service as lists
from byline.lists.models import ReadingList
from byline.lists.rules import Outline
from byline.pages import sitemap
from byline.posts.models import PostState
from tests.factories import MakePost, MakeUser

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def locations(client: FlaskClient, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.content_type == "application/xml; charset=utf-8"
    found: list[str] = etree.fromstring(answer.data).xpath("//s:loc/text()", namespaces=NAMES)
    return [address.removeprefix("http://localhost") for address in found]


def everything(client: FlaskClient) -> list[str]:
    return [path for file in locations(client, "/sitemap.xml") for path in locations(client, file)]


def test_sitemap_names_every_page_for_everyone_once(
    client: FlaskClient, make_user: MakeUser, make_post: MakePost
) -> None:
    ada = make_user("ada")
    make_user("silent")
    make_post(ada, title="Hello", tags=("Rust", "Le café"))
    for state in PostState:
        if state != PostState.PUBLISHED:
            make_post(ada, title=f"In {state}", state=state, tags=("Hidden",))
    assert sorted(everything(client)) == sorted(["/", "/archive", "/@ada", "/@ada/hello", "/tag/rust", "/tag/le-cafe"])


def test_sitemap_names_published_lists_that_show_something(
    client: FlaskClient, database: Database, make_user: MakeUser, make_post: MakePost
) -> None:
    ada, grace = make_user("ada"), make_user("grace")
    hello = make_post(ada, title="Hello")
    draft = make_post(ada, title="Not yet", state=PostState.DRAFT)
    with database.unit_of_work():
        made = {title: lists.create(ada.actor, Outline(title)).id for title in ("Bread", "Empty", "Mine", "Unready")}
        hidden = lists.create(grace.actor, Outline("Hidden")).id
        for owner, list_id, post in (
            (ada, made["Bread"], hello),
            (ada, made["Mine"], hello),
            (ada, made["Unready"], draft),
            (grace, hidden, hello),
        ):
            lists.add(owner.actor, list_id, post.id)
        for title in ("Bread", "Empty", "Unready"):
            lists.publish(ada.actor, made[title])
        lists.publish(grace.actor, hidden)
        db.session().get_one(ReadingList, hidden).hidden_at = clock.now()
    assert [path for path in everything(client) if "/lists/" in path] == ["/@ada/lists/bread"]
    assert client.get("/@ada/lists/bread").status_code == 200


def test_sitemap_is_cut_into_files(
    client: FlaskClient, make_user: MakeUser, make_post: MakePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "IDS_IN_FILE", 3)
    ada = make_user("ada")
    for number in range(7):
        make_post(ada, title=f"Essay {number}")
    files = [file for file in locations(client, "/sitemap.xml") if "posts" in file]
    assert [len(locations(client, file)) for file in files] == [3, 3, 1]


def test_every_address_of_the_sitemap_answers(client: FlaskClient, make_user: MakeUser, make_post: MakePost) -> None:
    make_post(make_user("ada"), title="x", slug="日本語", tags=("日本",))
    assert [client.get(path).status_code for path in everything(client)] == [200] * 5


def test_sitemap_of_an_empty_site_is_valid(client: FlaskClient) -> None:
    assert everything(client) == ["/", "/archive"]


def test_robots_are_told_where_to_go(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert "Sitemap: http://localhost/sitemap.xml" in answer.text
    assert "Disallow: /settings/" in answer.text
