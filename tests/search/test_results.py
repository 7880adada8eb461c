"""What the page of a search shows, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from byline.accounts.models import User
from byline.kernel import clock
from byline.kernel.db import Database
from byline.posts import service
from byline.posts.models import PostState
from tests.factories import LogIn, MakePost, MakeUser
from tests.search.conftest import Publish, search, titles

Queries = Callable[[int], AbstractContextManager[list[str]]]


@pytest.mark.parametrize("read", [0, 250])
def test_a_word_in_the_title_counts_more_than_in_a_tag_and_that_more_than_in_the_text(
    client: FlaskClient, publish: Publish, monkeypatch: pytest.MonkeyPatch, read: int
) -> None:
    from byline.search import finding

    monkeypatch.setattr(finding, "READ", read)
    publish("On rooms", "A lamp stands there.")
    publish("On things", "Nothing.", tags=("Lamp",))
    publish("A lamp", "Nothing.")
    publish("On nothing", "At all.")
    assert titles(client, "lamps") == ["A lamp", "On things", "On rooms"]


def test_words_are_found_in_their_other_forms_and_marked(client: FlaskClient, publish: Publish) -> None:
    publish("Lighthouses", "The keepers were keeping the lights.")
    page = search(client, "lighthouse kept keeper")
    assert page.titles == []
    page = search(client, "lighthouse keep")
    assert page.titles == ["Lighthouses"]
    assert page.marked == ["Lighthouses", "keeping"]


def test_each_post_is_read_in_its_own_language(client: FlaskClient, publish: Publish) -> None:
    publish("Zwei Häuser", "Die beiden Häuser stehen am Meer, und wer in einem von ihnen wohnt, sieht die Schiffe.")
    publish("Running", "The two of them were running along the beach, and who saw them was glad.")
    assert titles(client, "Haus") == ["Zwei Häuser"]
    assert titles(client, "hauser") == ["Zwei Häuser"]
    assert titles(client, "runs") == ["Running"]
    assert titles(client, "Schiff") == ["Zwei Häuser"]


def test_a_script_without_spaces_is_found_by_any_of_its_words(client: FlaskClient, publish: Publish) -> None:
    publish("猫について", "猫は窓辺で眠っている。")
    assert titles(client, "窓辺") == titles(client, "猫") == titles(client, "眠っている") == ["猫について"]
    assert titles(client, "犬") == []


def test_every_word_must_be_there_phrases_together_and_unwanted_words_not(
    client: FlaskClient, publish: Publish
) -> None:
    publish("One", "A sea chart of the bay.")
    publish("Two", "A chart of the sea floor.")
    assert sorted(titles(client, "sea chart")) == ["One", "Two"]
    assert titles(client, '"sea chart"') == ["One"]
    assert titles(client, "sea -floor") == ["One"]
    assert titles(client, "sea mountain") == []
    assert sorted(titles(client, '"sea chart" "of the"')) == ["One"]
    assert titles(client, '"the sea floor"') == ["Two"]


def test_words_in_quotes_stand_together_in_one_part_and_each_of_two_phrases_anywhere(
    client: FlaskClient, publish: Publish
) -> None:
    publish("On the sea", "Chart of a bay, drawn by hand.", tags=("Old ships",))
    assert titles(client, '"sea chart"') == titles(client, '"sea old"') == titles(client, '"ships chart"') == []
    assert titles(client, '"of a bay" "on the sea" "old ships"') == ["On the sea"]
    assert titles(client, '"drawn by hand" "chart of a"') == ["On the sea"]
    assert titles(client, '"by hand" -"hand drawn"') == ["On the sea"]


def test_filters_narrow_and_count(client: FlaskClient, make_user: MakeUser, publish: Publish) -> None:
    ada, grace = make_user("ada", name="Ada L."), make_user("grace")
    with clock.frozen(datetime(2024, 5, 1, tzinfo=UTC)):
        publish("Old lamp", author=ada, tags=("Light", "Home"))
    publish("New lamp", author=ada, tags=("Light",))
    publish("Other lamp", author=grace, tags=("Home",))
    page = search(client, "lamp")
    year = clock.now().year
    assert page.facet("Authors") == {"Ada L.": 2, "grace": 1}
    assert page.facet("Tags") == {"Light": 2, "Home": 2}
    assert page.facet("Years") == {str(year): 2, "2024": 1}
    assert sorted(titles(client, "lamp", author="ada")) == ["New lamp", "Old lamp"]
    assert titles(client, "lamp", author="@ADA", tag="home") == ["Old lamp"]
    assert titles(client, "lamp", year=2024) == ["Old lamp"]
    assert search(client, "lamp", tag="light").facet("Authors") == {}
    assert search(client, "lamp", tag="home").facet("Authors") == {"Ada L.": 1, "grace": 1}


def test_counts_lead_to_as_many_posts_as_they_say(client: FlaskClient, publish: Publish) -> None:
    for number in range(3):
        publish(f"Lamp {number}", tags=("a",) if number else ("b",))
    page = search(client, "lamp")
    for link in page.html.xpath("//ul[@class='facet']//a"):
        count = int(link[1].text_content())
        answer = client.get(link.get("href"))
        assert answer.text.count('class="card-post"') == count


@pytest.mark.parametrize("more", [{"author": "nobody"}, {"tag": "nothing"}, {"year": "1066"}, {"author": "a" * 5_000}])
def test_a_filter_for_what_is_not_there_finds_nothing_or_is_left_out(
    client: FlaskClient, publish: Publish, more: dict[str, object]
) -> None:
    publish("A lamp")
    page = search(client, "lamp", **more)
    assert page.status == 200
    assert page.titles == ([] if len(str(next(iter(more.values())))) < 100 else ["A lamp"])


def test_people_are_found_by_the_beginning_of_a_name_and_by_what_they_say(
    client: FlaskClient, database: Database, make_user: MakeUser, publish: Publish
) -> None:
    from byline.search import index

    ada = make_user("ada", name="Ada Lovelace", about="Writes about engines.")
    grace = make_user("grace", name="Grace")
    with database.unit_of_work():
        index.bring_members([ada.id, grace.id])
    publish("Notes", author=ada)
    publish("Notes", author=grace)
    assert search(client, "lovel").people == search(client, "engine").people == search(client, "ada love").people
    assert search(client, "ADA").people == ["/@ada"]
    assert search(client, "ada grace").people == []


def test_a_tag_is_found_while_a_listed_post_carries_it(
    client: FlaskClient, database: Database, ada: User, publish: Publish
) -> None:
    post = publish("A post", author=ada, tags=("Night sky",))
    assert search(client, "sky").tags == ["Night sky"]
    with database.unit_of_work():
        service.withdraw(ada.actor, post.id)
    assert search(client, "sky").tags == []


@pytest.mark.parametrize("state", [state for state in PostState if state is not PostState.PUBLISHED])
def test_what_is_not_listed_is_found_by_nobody(
    client: FlaskClient, log_in: LogIn, database: Database, make_post: MakePost, ada: User, state: PostState
) -> None:
    from byline.search import index

    post = make_post(ada, title="A lamp", state=state)
    with database.unit_of_work():
        index.bring_posts([post.id])
    assert titles(client, "lamp") == titles(log_in(ada), "lamp") == []


def test_a_post_that_is_no_longer_listed_is_shown_to_nobody_even_if_the_index_names_it(
    client: FlaskClient, database: Database, ada: User, publish: Publish
) -> None:
    from sqlalchemy import update

    from byline.posts.models import Post

    post = publish("A lamp", author=ada)
    with database.unit_of_work() as session:
        session.execute(update(Post).where(Post.id == post.id).values(listed_at=None))
    assert titles(client, "lamp") == []
    assert client.get("/search/suggestions?q=lamp").get_json() == {"suggestions": []}


@pytest.mark.parametrize(
    "columns",
    [
        {"suspended_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"deletion_asked_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"active": False},
        {"confirmed_at": None},
    ],
)
def test_people_who_are_not_here_are_not_found(
    client: FlaskClient, database: Database, make_user: MakeUser, make_post: MakePost, columns: dict[str, Any]
) -> None:
    from byline.search import index

    ada = make_user("ada", **columns)
    make_post(ada)
    with database.unit_of_work():
        index.bring_members([ada.id])
    assert search(client, "ada").people == []
    assert client.get("/search/suggestions?q=ada").get_json() == {"suggestions": []}


def test_a_member_who_has_nothing_to_be_read_is_found_by_their_exact_name_only(
    client: FlaskClient, database: Database, make_user: MakeUser
) -> None:
    from byline.search import index

    script = make_user("script1", name="Cheap lamps", about="Cheap lamps at https://example.org/")
    with database.unit_of_work():
        index.bring_members([script.id])
    for typed in ("lamps", "cheap", "script", "example"):
        assert search(client, typed).people == []
        assert client.get(f"/search/suggestions?q={typed}").get_json() == {"suggestions": []}
    assert search(client, "@Script1").people == search(client, "script1").people == ["/@script1"]


def test_suggestions_are_what_begins_so(
    client: FlaskClient, database: Database, make_user: MakeUser, publish: Publish
) -> None:
    from byline.search import index

    lena = make_user("lena", name="Lena <Lamp>")
    with database.unit_of_work():
        index.bring_members([lena.id])
    publish("Über Lampen", author=lena, tags=("Lamplight",))
    publish("On bread")
    found = client.get("/search/suggestions?q=lam").get_json()["suggestions"]
    assert [(each["kind"], each["label"], each["url"]) for each in found] == [
        ("post", "Über Lampen", "/@lena/uber-lampen"),
        ("person", "Lena <Lamp>", "/@lena"),
        ("tag", "Lamplight", "/tag/lamplight"),
    ]
    assert client.get("/search/suggestions?q=uber+la").get_json()["suggestions"][0]["label"] == "Über Lampen"


HOSTILE = (
    "a" * 10_000,
    "word " * 2_000,
    "猫" * 10_000,
    '"',
    '""""',
    "'; DROP TABLE posts; --",
    'x" OR rowid > 0 OR "',
    "NEAR(a b, 2) AND OR NOT *",
    "{title} : x ^ y + z",
    "a & b | !c <-> d:*A",
    "\0",
    "x\0y",
    "%_\\",
    "?!.,;:-…—",
    "()*+^~",
    "-",
    "-a -b",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "\u202e\u2066",
    "🦩",
    "ﷺ" * 500,
    "İ" * 400,
)


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_typed_is_answered_politely(client: FlaskClient, publish: Publish, typed: str) -> None:
    publish("A lamp")
    page = search(client, typed, author='"', tag="zwt1 OR 1", year="9" * 30)
    assert page.status == 200
    assert search(client, typed).status == 200
    assert client.get("/search/suggestions", query_string={"q": typed}).status_code == 200
    assert len(page.text) < 2_000


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "What are you looking for?"),
        ("?!", "There is no word in this"),
        ("-lamp", "Add a word to find"),
        ("nothing", "Nothing was found"),
        ("word " * 100, "Its first words were looked for"),
    ],
)
def test_a_page_without_results_says_why(client: FlaskClient, publish: Publish, typed: str, sentence: str) -> None:
    publish("A lamp", "Text.")
    assert sentence in search(client, typed).text


@pytest.mark.parametrize("number", ["0", "-1", "2", "11", "999999999999", "x"])
def test_a_page_that_is_not_there_is_not_found(client: FlaskClient, publish: Publish, number: str) -> None:
    publish("A lamp")
    assert search(client, "lamp", page=number).status == 404


def test_pages_follow_one_another_without_gap_or_double(client: FlaskClient, publish: Publish) -> None:
    for number in range(45):
        publish(f"Lamp {number}", "Light. " * (number % 7 + 1))
    pages = [titles(client, "lamp", page=page) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [20, 20, 5]
    assert len({title for page in pages for title in page}) == 45
    assert "45 posts" in search(client, "lamp").text
    assert not search(client, "lamp", page=3).html.xpath("//a[@rel='next']")


@pytest.mark.parametrize("read", [0, 250])
def test_of_more_posts_than_are_weighed_titles_come_first(
    client: FlaskClient, publish: Publish, monkeypatch: pytest.MonkeyPatch, read: int
) -> None:
    from byline.search import finding

    monkeypatch.setattr(finding, "READ", read)
    publish("The oldest lamp", "Text.", tags=("Old",))
    for number in range(8):
        publish(f"Post {number}", "A lamp. " * (number + 1), tags=("New",))
    monkeypatch.setattr(finding, "WEIGHED", 4)
    page = search(client, "lamp")
    assert "More than 4 posts" in page.text
    assert page.titles[0] == "The oldest lamp"
    assert set(page.titles[1:]) == {f"Post {number}" for number in (4, 5, 6, 7)}
    assert "come first" in page.text


@pytest.mark.parametrize("viewer", ["stranger", "ada"])
def test_a_search_costs_the_same_however_much_it_finds(
    client: FlaskClient, log_in: LogIn, ada: User, publish: Publish, queries: Queries, viewer: str
) -> None:
    browser = client if viewer == "stranger" else log_in(ada)
    for number in range(25):
        publish(f"Lamp {number}", tags=("Lamp", f"tag {number}"))
        if number in (0, 24):
            browser.get("/search")
            with queries(8):
                browser.get("/search?q=lamp")
    with queries(8):
        browser.get("/search?q=lamp&author=scribe&tag=lamp")
    with queries(3):
        browser.get("/search/suggestions?q=la")


def test_the_page_is_a_plain_form_and_asks_not_to_be_indexed(client: FlaskClient) -> None:
    page = search(client, 'a "quoted" <word>')
    field = page.html.get_element_by_id("search")
    assert field.get("value") == 'a "quoted" <word>'
    assert page.html.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert search(client).html.xpath("//main//form[@method='get'][@action='/search']")


def test_every_page_has_a_way_to_search(client: FlaskClient) -> None:
    home = client.get("/").text
    assert 'action="/search"' in home
    assert 'href="/search"' in home
