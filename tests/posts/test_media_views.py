"""Pictures over HTTP: the editor's upload, the page without scripts, and the pictures themselves."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from byline.kernel.storage import Storage
from byline.web import context
from tests.factories import MakeUser
from tests.posts.test_media import png

JSON = {"Accept": "application/json"}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"><rect width="4" height="3"/></svg>'


@pytest.fixture
def writer(log_in: Any, make_user: MakeUser) -> FlaskClient:
    browser: FlaskClient = log_in(make_user("ada"))
    return browser


def send(browser: FlaskClient, data: bytes, name: str = "red.png", **more: Any) -> TestResponse:
    form = {"file": (io.BytesIO(data), name), "alt": more.pop("alt", "A red square")}
    return browser.post("/media", data=form, **more)


def test_a_program_gets_address_size_and_markdown(writer: FlaskClient) -> None:
    answer = send(writer, png(), headers=JSON)

    assert answer.status_code == 201
    assert answer.json is not None
    assert (answer.json["width"], answer.json["height"]) == (60, 40)
    assert answer.json["markdown"] == f"![A red square]({answer.json['url']})"
    assert writer.get(answer.json["url"], buffered=True).status_code == 200


def test_without_scripts_the_picture_is_on_the_page_with_its_line(writer: FlaskClient) -> None:
    answer = send(writer, png(), follow_redirects=True)

    assert answer.status_code == 200
    assert answer.request.path == "/media"
    line = re.search(r'value="(!\[A red square\]\(/media/[^"]+\))"', answer.text)
    assert line, answer.text


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "picture-empty"),
        (b"words, not a picture", "picture-unknown"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "drawing-script"),
        (png()[:60], "picture-truncated"),
    ],
)
def test_a_refused_file_is_explained_to_programs_and_people(writer: FlaskClient, data: bytes, code: str) -> None:
    asked = send(writer, data, headers=JSON)
    shown = send(writer, data, alt="Typed before")

    assert (asked.status_code, shown.status_code) == (400, 400)
    assert asked.json is not None
    assert asked.json["code"] == code
    assert asked.json["detail"] == asked.json["errors"]["file"]
    assert "Typed before" in shown.text
    assert "field-error" in shown.text


def test_a_picture_of_a_hundred_megapixels_is_refused(writer: FlaskClient) -> None:
    huge = png(size=(10_000, 10_001))

    answer = send(writer, huge, headers=JSON)

    assert answer.status_code == 400
    assert answer.json is not None
    assert "pixels" in answer.json["detail"]


def test_a_body_of_ten_megabytes_is_too_large(guarded_app: Flask, log_in: Any, make_user: MakeUser) -> None:
    browser = log_in(make_user("ada"))

    answer = browser.post("/media", data=bytes(10_000_000), content_type="multipart/form-data; boundary=edge")

    assert answer.status_code == 413


def test_a_form_without_a_file_says_so(writer: FlaskClient) -> None:
    answer = writer.post("/media", data={"alt": "Nothing"})

    assert answer.status_code == 400
    assert "Choose a picture" in answer.text


@pytest.mark.parametrize(
    ("name", "status"),
    [(b"a\0.png", 201), (b"../../etc/passwd", 201), (b"x" * 5_000, 201), ("😀.png".encode(), 201), (b"\xff.png", 400)],
)
def test_what_the_file_was_called_does_not_matter(writer: FlaskClient, name: bytes, status: int) -> None:
    head = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="' + name + b'"\r\n\r\n'
    body = head + png() + b"\r\n--edge--\r\n"

    answer = writer.post("/media", data=body, content_type="multipart/form-data; boundary=edge", headers=JSON)

    assert answer.status_code == status, answer.text


@pytest.mark.parametrize(("role", "confirmed"), [("User", False), (None, True)])
def test_others_send_no_pictures(
    role: str | None, confirmed: bool, *, app: Flask, client: FlaskClient, log_in: Any, make_user: MakeUser
) -> None:
    browser = log_in(make_user("ada", confirmed=confirmed)) if role else client

    answer = send(browser, png(), headers=JSON)

    assert answer.status_code in (302, 401, 403)
    assert list(Storage(context.settings_of(app).data / "media").keys()) == []


def test_a_form_without_its_token_is_refused(guarded_app: Flask, log_in: Any, make_user: MakeUser) -> None:
    answer = send(log_in(make_user("ada")), png(), headers=JSON)

    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["code"] == "stale-form"


def test_uploads_are_limited(app: Flask, writer: FlaskClient) -> None:
    answers = [writer.post("/media", headers=JSON).status_code for _ in range(61)]

    assert answers[0] == 400
    assert answers[-1] == 429


def test_a_picture_may_be_kept_for_ever_and_is_no_page(writer: FlaskClient, client: FlaskClient) -> None:
    address = send(writer, png(), headers=JSON).json["url"]  # type: ignore[index]

    answer = client.get(address, buffered=True)

    assert answer.content_type == "image/png"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert client.head(address, buffered=True).headers["Content-Length"] == str(len(answer.data))


def test_a_picture_is_sent_in_part_or_not_again(writer: FlaskClient, client: FlaskClient) -> None:
    address = send(writer, png(), headers=JSON).json["url"]  # type: ignore[index]
    whole = client.get(address, buffered=True)

    part = client.get(address, buffered=True, headers={"Range": "bytes=1-3"})
    again = client.get(address, buffered=True, headers={"If-None-Match": whole.headers["ETag"]})

    assert (part.status_code, part.data) == (206, b"PNG")
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == whole.headers["Cache-Control"]


def test_a_drawing_opened_by_itself_can_run_nothing(writer: FlaskClient, client: FlaskClient) -> None:
    address = send(writer, SVG, name="drawing.svg", headers=JSON).json["url"]  # type: ignore[index]

    answer = client.get(address, buffered=True)

    assert answer.content_type.startswith("image/svg+xml")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_showing_a_picture_asks_the_database_nothing(writer: FlaskClient, client: FlaskClient, queries: Any) -> None:
    address = send(writer, png(), headers=JSON).json["url"]  # type: ignore[index]

    with queries(0):
        assert client.get(address, buffered=True).status_code == 200


@pytest.mark.parametrize("key", ["none.png", "../secret_key", "ab/cd/..%2f..%2fbyline.db", "%00.png", "a" * 3_000])
def test_what_is_no_picture_is_not_found(guarded_app: Flask, client: FlaskClient, key: str) -> None:
    assert client.get(f"/media/{key}").status_code == 404


def test_pictures_of_others_are_not_listed(writer: FlaskClient, log_in: Any, make_user: MakeUser) -> None:
    send(writer, png())

    answer = log_in(make_user("grace")).get("/media")

    assert answer.status_code == 200
    assert "No pictures yet" in answer.text
