"""Pictures of members: made anew, kept once, sent cheaply."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from byline.accounts.avatars import initials
from byline.accounts.models import FormerName, User
from byline.kernel.db import Database
from byline.web import context
from byline.worker import Worker
from tests import budget
from tests.factories import LogIn, MakeUser


def picture(colour: str = "red", size: tuple[int, int] = (400, 300)) -> io.BytesIO:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Secret camera"
    Image.new("RGB", size, colour).save(out, "JPEG", exif=exif)
    out.seek(0)
    return out


def upload(browser: FlaskClient, file: io.BytesIO, name: str = "me.jpg") -> int:
    answer = browser.post("/settings/profile/picture", data={"picture": (file, name)})
    return answer.status_code


def shown(database: Database, user: User) -> User:
    with database.unit_of_work(write=False) as reading:
        return reading.get_one(User, user.id)


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ada Lovelace", "AL"), ("ada", "a"), ("Jean-Luc van der Berg", "JB"), ("", ""), ("—", ""), ("王 小明", "王小")],
)
def test_initials_are_of_the_first_and_last_word(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize("sent", [b"", b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a"])
def test_what_is_no_picture_is_refused(sent: bytes, log_in: LogIn, make_user: MakeUser, database: Database) -> None:
    ada = make_user("ada")
    assert upload(log_in(ada), io.BytesIO(sent)) == 400
    assert shown(database, ada).avatar_key is None


def test_a_form_without_a_picture_says_so(log_in: LogIn, make_user: MakeUser) -> None:
    answer = log_in(make_user("ada")).post("/settings/profile/picture", data={"picture": "words"})
    assert answer.status_code == 400
    assert "Choose a picture" in answer.text


def test_an_uploaded_picture_is_square_and_without_metadata(
    log_in: LogIn, make_user: MakeUser, client: FlaskClient, database: Database
) -> None:
    ada = make_user("ada")
    assert upload(log_in(ada), picture()) == 303
    answer = client.get(shown(database, ada).avatar_url)
    image = Image.open(io.BytesIO(answer.data))
    assert image.size == (256, 256)
    assert b"Secret camera" not in answer.data
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_the_picture_before_goes_once_nobody_shows_it(
    app: Flask, log_in: LogIn, make_user: MakeUser, database: Database
) -> None:
    ada, grace = make_user("ada"), make_user("grace")
    upload(log_in(ada), picture())
    upload(log_in(grace), picture())
    key = shown(database, ada).avatar_key
    assert key == shown(database, grace).avatar_key
    file = context.settings_of(app).data / "media" / str(key)
    upload(log_in(ada), picture("blue"))
    Worker(app).run_due()
    assert file.exists()
    assert log_in(grace).post("/settings/profile/picture/remove").status_code == 303
    Worker(app).run_due()
    assert not file.exists()
    assert shown(database, grace).avatar_key is None


def test_a_drawn_picture_is_the_same_each_time(client: FlaskClient, make_user: MakeUser) -> None:
    ada = make_user("ada", name="Ada Lovelace")
    first, second = client.get("/avatar/ada"), client.get("/avatar/ADA")
    assert first.data == second.data
    assert ">AL<" in first.text
    assert first.content_type.startswith("image/svg+xml")
    assert first.headers["Cache-Control"] == "public, max-age=300"
    again = client.get("/avatar/ada", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert "immutable" in client.get(ada.avatar_url).headers["Cache-Control"]
    assert "immutable" not in client.get("/avatar/ada?v=other").headers["Cache-Control"]


@pytest.mark.parametrize("name", ["nobody", "n" * 300, "%00", "..", "<b>"])
def test_for_nobody_there_is_a_blank_picture(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/avatar/{name}")
    assert answer.status_code == 404


def test_a_former_name_still_has_the_face(client: FlaskClient, make_user: MakeUser, database: Database) -> None:
    ada = make_user("ada")
    with database.unit_of_work() as writing:
        writing.add(FormerName(username_key="countess", user_id=ada.id))
    assert client.get("/avatar/countess").data == client.get("/avatar/ada").data


def test_a_lost_file_leaves_a_drawn_face(client: FlaskClient, make_user: MakeUser) -> None:
    make_user("ada", avatar_key="avatars/aa/bb/cc.webp")
    assert client.get("/avatar/ada").content_type.startswith("image/svg+xml")


def test_a_picture_costs_one_statement_and_no_cookie(log_in: LogIn, make_user: MakeUser) -> None:
    browser = log_in(make_user("ada"))
    with budget.at_most(1):
        answer = browser.get("/avatar/ada")
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
