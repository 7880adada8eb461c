"""The writer's page over HTTP: refusals that lose nothing, then what it does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import func, select

from byline.accounts.models import User
from byline.kernel import clock
from byline.kernel.db import Database
from byline.posts.models import Post, PostState, Revision, WorkingCopy
from byline.worker import Worker
from tests.factories import LogIn, MakePost, MakeUser

FORM = {"title": "On lamps", "body": "A lamp is *not* a sun.", "tags": "Light, slow evenings"}
JSON = {"Accept": "application/json"}


@pytest.fixture
def desk(ada: User, log_in: LogIn) -> FlaskClient:
    """Ada's browser."""
    return log_in(ada)


def only_post(database: Database) -> Post:
    with database.unit_of_work(write=False) as reading:
        return reading.scalars(select(Post)).one()


def count(database: Database, table: type) -> int:
    with database.unit_of_work(write=False) as reading:
        return reading.scalar(select(func.count()).select_from(table)) or 0


def field(page: str, name: str) -> str:
    """The value of a form field of a page."""
    (found,) = html.fromstring(page).xpath(f"//form[@id='desk' or @id='versions']//*[@name='{name}']")
    return str(found.text if found.tag == "textarea" else found.get("value")).removeprefix("\n")


# Refusals


@pytest.mark.parametrize("name", ["form_key", "window"])
def test_a_form_may_call_itself_whatever(desk: FlaskClient, name: str) -> None:
    for number, sent in enumerate(("a\0b", "x" * 5000, "\ufffd", "\x1b[2J")):
        form = {
            "title": "On lamps",
            "body": f"Lamp {number}.",
            "sequence": str(number + 1),
            "form_key": "k",
            "window": "w",
        } | {name: sent}
        assert desk.post("/write/autosave", data=form).status_code in (200, 409)
        assert desk.post("/write", data=form).status_code in (302, 409)


def test_a_stranger_is_sent_to_log_in(client: FlaskClient) -> None:
    answer = client.get("/write")
    assert answer.status_code == 302
    assert "/auth/login" in answer.location


@pytest.mark.parametrize("name", ["edit", "history", "history/1", "delete"])
def test_others_do_not_see_the_pages_behind_a_draft(
    name: str, make_user: MakeUser, make_post: MakePost, log_in: LogIn
) -> None:
    make_post(make_user("ada"), title="Secret", state=PostState.DRAFT)
    assert log_in(make_user("grace")).get(f"/@ada/secret/{name}").status_code == 404


@pytest.mark.parametrize("name", ["edit", "history", "delete"])
def test_others_may_not_edit_what_they_may_read(
    name: str, make_user: MakeUser, make_post: MakePost, log_in: LogIn
) -> None:
    make_post(make_user("ada"), title="Open")
    assert log_in(make_user("grace")).get(f"/@ada/open/{name}").status_code == 403


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": "", "body": " "}, "There is nothing to save yet"),
        ({"title": "", "state": "published"}, "Give the post a title"),
        ({"body": "", "state": "published"}, "Write something before"),
        ({"title": "x" * 400}, "Byline takes 300"),
        ({"body": "x" * 300_001}, "Byline takes 300,000"),
        ({"body": "wo\0rds"}, "control characters"),
        ({"tags": "!!!"}, "is no tag"),
        ({"state": "sideways"}, "draft, published"),
        ({"state": "published", "publish_at": "9999-12-31T23:59"}, "9999 is too far ahead"),
        ({"state": "published", "publish_at": "9999-12-31T23:59-09:00"}, "too far ahead"),
        ({"state": "published", "publish_at": "1999-12-31T23:59"}, "has passed"),
        ({"state": "published", "publish_at": "soon"}, "no day and time"),
        ({"state": "scheduled"}, "Choose the day and time"),
        ({"state": "unlisted", "publish_at": "2030-01-01T00:00"}, "Only a post for everyone"),
        ({"slug": "following"}, "used by the site itself"),
    ],
)
def test_a_refused_form_comes_back_filled_in(
    changed: dict[str, str], sentence: str, desk: FlaskClient, database: Database
) -> None:
    sent = FORM | changed
    answer = desk.post("/write", data=sent)
    assert answer.status_code == 400
    assert sentence in answer.text
    for name in ("title", "body", "tags"):
        assert field(answer.text, name) == sent[name].replace("\0", "")
    assert count(database, Post) == 0


@pytest.mark.parametrize("raw", [b"body=caf\xe9", b"body=caf%e9"])
def test_letters_damaged_on_their_way_are_asked_about_once(raw: bytes, desk: FlaskClient, database: Database) -> None:
    kind = "application/x-www-form-urlencoded"
    answer = desk.post("/write", data=b"title=Coffee&" + raw, content_type=kind)
    assert answer.status_code == 400
    assert "did not arrive whole" in answer.text
    assert field(answer.text, "body") == "caf\N{REPLACEMENT CHARACTER}"
    kept = {name: field(answer.text, name) for name in ("title", "body", "meant")}
    assert desk.post("/write", data=kept).status_code == 302
    assert count(database, Post) == 1


def test_a_body_of_ten_megabytes_is_too_large(desk: FlaskClient) -> None:
    assert desk.post("/write", data=FORM | {"body": "x" * 10_000_000}).status_code == 413


def test_a_second_window_that_saves_sees_both_texts(desk: FlaskClient, database: Database) -> None:
    desk.post("/write", data=FORM)
    first = desk.get("/@ada/on-lamps/edit").text
    desk.post("/@ada/on-lamps/edit", data=FORM | {"body": "The first window.", "based_on": field(first, "based_on")})
    late = FORM | {"body": "The second window.", "based_on": field(first, "based_on")}
    answer = desk.post("/@ada/on-lamps/edit", data=late)
    assert answer.status_code == 409
    assert "The first window." in answer.text
    assert field(answer.text, "body") == "The second window."
    assert only_post(database).body == "The first window."
    mine = FORM | {"body": field(answer.text, "body"), "based_on": field(answer.text, "based_on")}
    assert desk.post("/@ada/on-lamps/edit", data=mine).status_code == 302
    assert only_post(database).body == "The second window."


# What it does


def test_writing_and_publishing_in_one_step_leads_to_the_post(desk: FlaskClient, client: FlaskClient) -> None:
    answer = desk.post("/write", data=FORM | {"state": "published"})
    assert answer.status_code == 302
    assert answer.location == "/@ada/on-lamps"
    page = client.get("/@ada/on-lamps")
    assert page.status_code == 200
    assert "<em>not</em>" in page.text


def test_a_draft_leads_back_to_the_desk_and_only_its_author_sees_it(desk: FlaskClient, client: FlaskClient) -> None:
    answer = desk.post("/write", data=FORM)
    assert answer.location == "/@ada/on-lamps/edit"
    page = desk.get("/@ada/on-lamps/edit").text
    assert [field(page, name) for name in ("title", "body", "tags")] == list(FORM.values())
    assert client.get("/@ada/on-lamps").status_code == 404
    assert "On lamps" in desk.get("/drafts").text


def test_a_title_of_punctuation_gets_an_address(desk: FlaskClient, database: Database) -> None:
    assert desk.post("/write", data=FORM | {"title": "?!…", "state": "published"}).status_code == 302
    assert only_post(database).slug.startswith("untitled-")


def test_a_form_sent_twice_makes_one_post(desk: FlaskClient, database: Database) -> None:
    key = field(desk.get("/write").text, "form_key")
    answers = [desk.post("/write", data=FORM | {"form_key": key, "state": "published"}) for _ in range(2)]
    assert [answer.location for answer in answers] == ["/@ada/on-lamps"] * 2
    assert count(database, Post) == 1
    assert count(database, Revision) == 1


def test_an_old_address_of_a_post_leads_to_its_desk_and_takes_its_form(desk: FlaskClient, database: Database) -> None:
    desk.post("/write", data=FORM | {"state": "published"})
    desk.post("/@ada/on-lamps/edit", data=FORM | {"slug": "lamps"})
    assert desk.get("/@ada/on-lamps/edit").location == "/@ada/lamps/edit"
    assert desk.post("/@ada/on-lamps/edit", data=FORM | {"title": "Still lamps"}).status_code == 302
    assert (only_post(database).title, only_post(database).slug) == ("Still lamps", "lamps")


def test_a_scheduled_post_is_published_at_its_moment(
    app: Flask, desk: FlaskClient, client: FlaskClient, database: Database
) -> None:
    with clock.frozen(datetime(2026, 3, 14, 12, tzinfo=UTC)):
        due = {"state": "published", "publish_at": "2026-03-14T15:00", "publish_offset": "+02:00"}
        assert desk.post("/write", data=FORM | due).location == "/@ada/on-lamps/edit"
        assert only_post(database).state == PostState.SCHEDULED
        Worker(app).run_due()
        clock.advance(3599)
        Worker(app).run_due()
        assert client.get("/@ada/on-lamps").status_code == 404
        clock.advance(2)
        Worker(app).run_due()
        assert client.get("/@ada/on-lamps").status_code == 200
    assert only_post(database).published_at == datetime(2026, 3, 14, 13, tzinfo=UTC)


def test_fields_that_a_program_leaves_out_stay_as_they_are(desk: FlaskClient, database: Database) -> None:
    desk.post("/write", data=FORM | {"standfirst": "About light."})
    desk.post("/@ada/on-lamps/edit", data={"body": "Other words."})
    post = only_post(database)
    assert (post.title, post.standfirst, post.body) == ("On lamps", "About light.", "Other words.")


def test_the_preview_is_byte_for_byte_what_readers_get(desk: FlaskClient, database: Database) -> None:
    body = "## Wicks\r\n\r\nTrim *them*.\r\n\r\n| a | b |\r\n|---|---|\r\n| 1 | 2 |\r\n\r\n```python\r\n1\r\n```\r\n"
    shown = desk.post("/preview", data={"body": body})
    desk.post("/write", data=FORM | {"body": body, "state": "published"})
    with database.unit_of_work(write=False) as reading:
        stored = reading.scalars(select(Post.html)).one()
    assert shown.get_data() == stored.encode()
    assert desk.post("/preview", data={"body": body}, headers=JSON).get_json()["html"] == stored
    assert stored in desk.post("/write", data=FORM | {"body": body, "act": "preview"}).text


def test_a_long_text_is_rendered_before_anybody_waits_for_it(desk: FlaskClient, database: Database) -> None:
    body = "A lamp is *not* a sun.\n\n" * 2_000
    assert desk.post("/write", data=FORM | {"body": body}).status_code == 302
    post = only_post(database)
    assert post.word_count == 12_000
    page = desk.post("/@ada/on-lamps/edit", data=FORM | {"body": body + "More.", "state": "sideways"})
    assert page.status_code == 400
    assert desk.post("/@ada/on-lamps/edit", data=FORM | {"body": body + "More."}).status_code == 302
    assert only_post(database).word_count == 12_001


def test_typing_is_kept_before_the_first_save_and_comes_back(desk: FlaskClient, database: Database) -> None:
    key = field(desk.get("/write").text, "form_key")
    typed = {"title": "On la", "body": "A lamp", "tags": "ligh", "form_key": key, "window": "w1", "sequence": 1}
    first = desk.post("/write/autosave", data=typed, headers=JSON).get_json()
    kept = desk.post(first["autosave_url"], data=typed | {"body": "A lamp is", "sequence": 2}, headers=JSON)
    assert kept.get_json()["sequence"] == 2
    page = desk.get(first["edit_url"]).text
    assert field(page, "body") == "A lamp is"
    assert count(database, Post) == 1
    desk.post(f"/write/{first['post_id']}/discard")
    assert field(desk.get(first["edit_url"]).text, "body") == "A lamp"


def test_typing_is_warned_of_other_windows(desk: FlaskClient, database: Database) -> None:
    desk.post("/write", data=FORM)
    address = f"/write/{only_post(database).id}/autosave"
    typed = {"title": "On lamps", "body": "One", "window": "w1", "sequence": 1, "based_on": 1}
    assert not desk.post(address, data=typed, headers=JSON).get_json()["post_moved_on"]
    other = desk.post(address, data=typed | {"body": "Two", "window": "w2"}, headers=JSON)
    assert (other.status_code, other.get_json()["code"]) == (409, "other-window")
    desk.post("/@ada/on-lamps/edit", data=FORM | {"body": "Saved elsewhere.", "based_on": 1})
    again = desk.post(address, data=typed | {"sequence": 2}, headers=JSON)
    assert again.get_json()["post_moved_on"]


@pytest.mark.parametrize("value", ["-1", "99999999999999999999", "x", ""])
def test_odd_numbers_in_an_autosave_break_nothing(value: str, desk: FlaskClient, database: Database) -> None:
    desk.post("/write", data=FORM)
    numbers = dict.fromkeys(("based_on", "sequence", "seen"), value)
    answer = desk.post(f"/write/{only_post(database).id}/autosave", data={"body": "One"} | numbers, headers=JSON)
    assert answer.status_code == 200


def test_a_save_by_script_answers_with_the_version(desk: FlaskClient) -> None:
    desk.post("/write", data=FORM)
    saved = desk.post("/@ada/on-lamps/edit", data=FORM | {"body": "More.", "based_on": 1}, headers=JSON).get_json()
    assert (saved["version"], saved["state"]) == (2, "draft")
    late = desk.post("/@ada/on-lamps/edit", data=FORM | {"body": "Late.", "based_on": 1}, headers=JSON)
    assert (late.status_code, late.get_json()["code"]) == (409, "changed-meanwhile")


def test_the_desk_needs_few_queries(
    desk: FlaskClient, queries: Callable[[int], AbstractContextManager[list[str]]], database: Database
) -> None:
    desk.post("/write", data=FORM | {"tags": "a, b, c, d, e"})
    with queries(8):
        assert desk.get("/@ada/on-lamps/edit").status_code == 200
    assert count(database, WorkingCopy) == 0
