"""What an administrator sets while the site runs: checked, logged, shown at once, never overwritten unseen."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from byline.accounts import audit
from byline.accounts.models import User
from byline.admin import site_acts, site_rules
from byline.kernel import colours, db, site
from byline.kernel.access import Actor
from byline.kernel.db import Database
from byline.kernel.errors import Conflict, Invalid, NotAllowed
from byline.kernel.settings import Registration
from byline.kernel.site import CommentPolicy, Identity, Joining, Look
from byline.web import context
from tests.factories import LogIn, MakePost, MakeUser, Outbox

Save = Callable[..., str]


@pytest.fixture
def picture() -> bytes:
    raw = io.BytesIO()
    Image.new("RGB", (1200, 300), "teal").save(raw, "PNG")
    return raw.getvalue()


def _shown(database: Database) -> site.Site:
    with database.unit_of_work(write=False):
        return site.current()


def _log(database: Database) -> list[tuple[str, str, str]]:
    with database.unit_of_work(write=False):
        return [(entry.act, entry.subject, entry.detail) for entry in audit.latest().items]


def _save(database: Database, actor: Actor, section: object, version: int = 0) -> str:
    with database.unit_of_work():
        return site_acts.save(actor, section, version)  # type: ignore[type-var]


@pytest.mark.parametrize("role", ["User", "Moderator"])
def test_only_administrators_save(app: Flask, database: Database, make_user: MakeUser, role: str) -> None:
    with pytest.raises(NotAllowed):
        _save(database, make_user(role=role).actor, Identity("Mine", ""))
    assert _shown(database).name == "Byline"


@pytest.mark.parametrize(
    ("section", "field"),
    [
        (Identity("", "x"), "name"),
        (Identity(" \t\x00 ", "x"), "name"),
        (Identity("x" * 61, ""), "name"),
        (Identity("x", "y" * 161), "tagline"),
        (Look(accent="green"), "accent"),
        (CommentPolicy(most_links=-1), "most_links"),
        (CommentPolicy(hold_new_member_days=366), "hold_new_member_days"),
        (CommentPolicy(closes_after_days=9999), "closes_after_days"),
        (CommentPolicy(held_words=("x" * 101,)), "held_words"),
        (CommentPolicy(held_words=tuple(f"word {n}" for n in range(501))), "held_words"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    app: Flask, database: Database, root: User, section: object, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        _save(database, root.actor, section)
    assert set(refusal.value.fields) == {field}
    assert _log(database) == []


def test_a_change_is_tidied_shown_and_logged(app: Flask, database: Database, root: User) -> None:
    _save(database, root.actor, Identity("  The \n Harbour ", "Boats,\x00 and weather"))
    here = _shown(database)
    assert (here.name, here.tagline) == ("The Harbour", "Boats, and weather")
    detail = "name: Byline → The Harbour; line below it: Writers and their readers → Boats, and weather"
    assert _log(database) == [("site.changed", "name", detail)]


def test_saving_what_stands_already_changes_nothing(app: Flask, database: Database, root: User) -> None:
    assert _save(database, root.actor, Identity("Byline", "Writers and their readers")) == ""
    assert _log(database) == []
    with database.unit_of_work(write=False):
        assert site_acts.saves() == {}


def test_two_administrators_do_not_overwrite_one_another_unseen(
    app: Flask, database: Database, root: User, make_user: MakeUser
) -> None:
    grace = make_user("grace", role="Administrator")
    _save(database, root.actor, Identity("First", ""))
    with pytest.raises(Conflict, match="@rooter saved this"):
        _save(database, grace.actor, Identity("Second", ""))
    assert _shown(database).name == "First"
    _save(database, grace.actor, Identity("Second", ""), 1)
    assert _shown(database).name == "Second"
    # Another section is not concerned.
    _save(database, root.actor, Joining(Registration.CLOSED))


def test_the_words_of_the_list_are_kept_once_each(app: Flask, database: Database, root: User) -> None:
    _save(database, root.actor, CommentPolicy(held_words=(" Casino ", "casino", "", "easy  money")))
    assert _shown(database).comments.held_words == ("Casino", "easy money")
    assert _log(database)[0][2] == "words: with Casino, with easy money"
    _save(database, root.actor, CommentPolicy(held_words=("easy money",), hold_first=False), 1)
    assert _log(database)[0][2] == "hold the first comment: yes → no; words: without Casino"


def test_every_section_can_be_saved_and_says_its_change_in_words() -> None:
    assert set(site_acts.SUBJECTS) == set(site.SECTIONS)
    for kind in site.SECTIONS:
        assert site_rules.in_words(kind())
    assert site_rules.in_words(Look(logo_key="site/ab/cd/abcdef01.webp")).startswith(
        "accent colour: none; logo: picture abcdef;"
    )


def test_a_saved_name_is_in_the_bar_the_feed_and_mail_at_once(
    app: Flask, admin: FlaskClient, client: FlaskClient, make_user: MakeUser, make_post: MakePost, outbox: Outbox
) -> None:
    make_post(title="One")
    assert ">Byline<" in client.get("/").text
    form = {"version": "0", "name": "Salt, Tide & Co: 1", "tagline": "Boats"}
    assert admin.post("/admin/settings/identity", data=form).status_code == 303
    for browser in (client, admin):
        assert "Salt, Tide &amp; Co: 1</span>" in browser.get("/").text
    assert "Salt, Tide &amp; Co: 1" in client.get("/feed.xml").text
    assert client.get("/feed.json").json["title"] == "Salt, Tide & Co: 1"  # type: ignore[index]
    make_user("lynn")
    client.post("/auth/reset", data={"email": "lynn@example.org"})
    message = outbox.deliver()[-1]
    assert message["From"].addresses[0].display_name == "Salt, Tide & Co: 1"
    assert len(message["From"].addresses) == 1


def test_a_changed_name_is_in_the_codes_of_authenticator_apps(app: Flask, database: Database, root: User) -> None:
    from byline.accounts import two_factor

    _save(database, root.actor, Identity("Salt: the Harbour", ""))
    with app.test_request_context(), database.unit_of_work(write=False):
        context.begin(app)
        address = two_factor._address(root, two_factor.propose())
    assert re.fullmatch(
        r"otpauth://totp/Salt%20the%20Harbour:rooter\?secret=[A-Z2-7]{32}&issuer=Salt%20the%20Harbour", address
    )


def test_registration_can_be_shut_while_the_site_runs(admin: FlaskClient, client: FlaskClient) -> None:
    assert "Join" in client.get("/").text
    admin.post("/admin/settings/joining", data={"version": "0", "registration": "closed"})
    assert ">Join<" not in client.get("/").text
    assert client.get("/auth/register").status_code == 403
    assert "Nobody may join" in admin.get("/admin/invitations").text


def test_a_choice_that_there_is_not_is_refused(admin: FlaskClient, database: Database) -> None:
    answer = admin.post("/admin/settings/joining", data={"version": "0", "registration": "sometimes"})
    assert answer.status_code == 400
    assert "Choose who may join" in answer.text
    assert _shown(database).registration is Registration.OPEN


def test_a_refused_form_keeps_what_was_typed(admin: FlaskClient) -> None:
    form = {
        "version": "0",
        "most_links": "lots",
        "hold_new_member_days": "3",
        "closes_after_days": "",
        "held_words": "a",
    }
    answer = admin.post("/admin/settings/comments", data=form)
    assert answer.status_code == 400
    assert "Write a whole number from 0 to 100." in answer.text
    assert "Write a whole number from 0 to 3650." in answer.text
    assert 'value="lots"' in answer.text
    assert 'value="3"' in answer.text
    assert ">a</textarea>" in answer.text.replace("\r\n", "")


def test_a_conflict_shows_both_and_can_be_saved_after_all(
    admin: FlaskClient, log_in: LogIn, make_user: MakeUser, database: Database
) -> None:
    other = log_in(make_user("grace", role="Administrator"))
    admin.post("/admin/settings/identity", data={"version": "0", "name": "First", "tagline": "One"})
    answer = other.post("/admin/settings/identity", data={"version": "0", "name": "Second", "tagline": "Two"})
    assert answer.status_code == 409
    assert "@rooter saved this while you were at it" in answer.text
    assert "Now it says: name: First; line below it: One." in answer.text
    assert 'value="Second"' in answer.text
    version = re.search(r'id="version-identity"[^>]*value="(\d+)"', answer.text)
    assert version is not None
    again = {"version": version[1], "name": "Second", "tagline": "Two"}
    assert other.post("/admin/settings/identity", data=again).status_code == 303
    assert _shown(database).name == "Second"


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999", "1e3", "\0"])
def test_a_number_that_was_never_seen_is_a_conflict_or_the_first(admin: FlaskClient, version: str) -> None:
    form = {"version": version, "name": "Next", "tagline": ""}
    assert admin.post("/admin/settings/identity", data=form).status_code == (303 if version == "" else 409)


def test_the_accent_is_a_style_sheet_of_its_own_and_in_mail(
    admin: FlaskClient, client: FlaskClient, make_user: MakeUser, outbox: Outbox
) -> None:
    assert "/accent/" not in client.get("/").text
    admin.post("/admin/settings/look", data={"version": "0", "accent": " FFEE00 "})
    page = client.get("/").text
    sheet = re.search(r'href="(/accent/ffee00\.css\?v=\w+)"', page)
    assert sheet is not None
    assert page.index("/static/byline.css") < page.index("/accent/")
    assert client.get(sheet[1]).status_code == 200
    assert "is too light for paper by day" in admin.get("/admin/settings").text
    make_user("grace")
    client.post("/auth/reset", data={"email": "grace@example.org"})
    html = outbox.deliver()[-1].get_body(("html",))
    assert html is not None
    assert f"background:{colours.shades('#ffee00').day}" in html.get_content()


def test_a_logo_is_made_small_shown_replaced_and_let_go(
    app: Flask, admin: FlaskClient, client: FlaskClient, database: Database, picture: bytes, outbox: Outbox
) -> None:
    def send(data: bytes, version: int) -> int:
        form = {"version": str(version), "picture": (io.BytesIO(data), "logo.png")}
        return admin.post("/admin/settings/logo", data=form).status_code

    assert send(picture, 0) == 303
    look = _shown(database).look
    assert (look.logo_width, look.logo_height) == (480, 120)
    assert f'<img class="bar-logo" src="/media/{look.logo_key}"' in client.get("/").text
    assert client.get(f"/media/{look.logo_key}", buffered=True).mimetype == "image/webp"
    # The name is beside it until somebody hides it, and is the picture's name then.
    assert "</span>" in client.get("/").text.split('class="bar-name"')[1].split("</a>")[0]
    admin.post("/admin/settings/look", data={"version": "1", "accent": ""})
    assert 'alt="Byline"' in client.get("/").text
    assert send(b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 90 30'><path d='M0 0h9v9z'/></svg>", 2) == 303
    outbox.deliver()
    assert client.get(f"/media/{look.logo_key}", buffered=True).status_code == 404
    second = _shown(database).look.logo_key
    assert client.get(f"/media/{second}", buffered=True).status_code == 200
    assert admin.post("/admin/settings/logo/remove", data={"version": "3"}).status_code == 303
    assert "bar-logo" not in client.get("/").text
    assert ">Byline</span>" in client.get("/").text


def test_what_is_no_picture_is_no_logo(admin: FlaskClient, database: Database, picture: bytes) -> None:
    for data in (b"", b"not a picture", picture[:200], b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"):
        form = {"version": "0", "picture": (io.BytesIO(data), "logo.png")}
        assert admin.post("/admin/settings/logo", data=form).status_code == 400
    assert admin.post("/admin/settings/logo", data={"version": "0", "picture": "words"}).status_code == 400
    stale = {"version": "7", "picture": (io.BytesIO(picture), "logo.png")}
    assert admin.post("/admin/settings/logo", data=stale).status_code == 409
    assert _shown(database).logo_url == ""


def test_a_logo_that_is_shown_again_is_not_let_go(
    app: Flask, admin: FlaskClient, client: FlaskClient, database: Database, picture: bytes, outbox: Outbox
) -> None:
    for version in (0, 2):
        admin.post("/admin/settings/logo", data={"version": str(version), "picture": (io.BytesIO(picture), "a.png")})
        if version == 0:
            admin.post("/admin/settings/logo/remove", data={"version": "1"})
    outbox.deliver()
    assert client.get(_shown(database).logo_url, buffered=True).status_code == 200


def test_deleting_an_administrator_leaves_what_they_set(app: Flask, database: Database, root: User) -> None:
    _save(database, root.actor, Identity("Stays", ""))
    with database.unit_of_work():
        db.session().delete(db.session().get_one(User, root.id))
    with database.unit_of_work(write=False):
        assert site_acts.saves()["identity"].by is None
    assert _shown(database).name == "Stays"


def test_an_error_page_without_a_session_knows_the_name(admin: FlaskClient, client: FlaskClient) -> None:
    admin.post("/admin/settings/identity", data={"version": "0", "name": "The Harbour", "tagline": ""})
    assert "The Harbour" in client.get("/static/no-such-file.css", headers={"Accept": "text/html"}).text


def test_a_member_is_refused_at_the_door(log_in: LogIn, make_user: MakeUser) -> None:
    member = log_in(make_user("ada"))
    assert member.post("/admin/settings/identity", data={"version": "0", "name": "X"}).status_code == 403


def test_of_two_saves_at_the_same_moment_one_is_told(
    app: Flask, database: Database, root: User, make_user: MakeUser
) -> None:
    people = [root, make_user("lynn", role="Administrator")]
    both_ready = threading.Barrier(2)

    def attempt(person: User) -> str:
        both_ready.wait(5)
        try:
            _save(database, person.actor, Identity(f"Of {person.username}", ""))
        except Conflict:
            return "told"
        return person.username

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(attempt, people))
    assert outcomes.count("told") == 1
    winner = next(name for name in outcomes if name != "told")
    assert _shown(database).name == f"Of {winner}"
    assert len(_log(database)) == 1
