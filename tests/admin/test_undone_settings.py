"""A saved setting is taken back by the button beside the sentence that it was saved, unless somebody saved it since."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from byline.accounts import audit
from byline.accounts.models import User
from byline.admin import site_acts
from byline.kernel import site
from byline.kernel.db import Database
from byline.kernel.errors import Conflict, NotAllowed
from byline.kernel.settings import Registration
from byline.kernel.site import CommentPolicy, Identity, Joining, Look
from tests.factories import LogIn, MakeUser


def shown(database: Database) -> site.Site:
    with database.unit_of_work(write=False):
        return site.current()


def save(admin: FlaskClient, name: str, version: int = 0) -> str:
    """Save a name; the page that says so."""
    form = {"version": str(version), "name": name, "tagline": "Boats"}
    return admin.post("/admin/settings/identity", data=form, follow_redirects=True).text


def undo(admin: FlaskClient, page: str) -> str:
    """Press the button of a page; what the next one says."""
    form = re.search(r'<form[^>]*action="(/admin/settings/identity/undo)".*?</form>', page, re.DOTALL)
    assert form is not None
    version = re.search(r'name="version" value="(\d+)"', form[0])
    assert version is not None
    return admin.post(form[1], data={"version": version[1]}, follow_redirects=True).text


def test_only_administrators_take_back(app: Flask, database: Database, make_user: MakeUser, root: User) -> None:
    member = make_user("jo", role="Moderator")
    with pytest.raises(NotAllowed), database.unit_of_work():
        site_acts.undo(member.actor, Identity, 0)


@pytest.mark.parametrize("version", [0, 5])
def test_what_was_never_saved_is_not_taken_back(app: Flask, database: Database, root: User, version: int) -> None:
    with pytest.raises(Conflict), database.unit_of_work():
        site_acts.undo(root.actor, Identity, version)


def test_a_first_save_taken_back_leaves_what_the_environment_says(admin: FlaskClient, database: Database) -> None:
    page = save(admin, "The Harbour")
    assert shown(database).name == "The Harbour"
    after = undo(admin, page)
    assert "It is as before. Name: The Harbour → Byline" in after
    assert (shown(database).name, shown(database).tagline) == ("Byline", "Writers and their readers")


def test_a_later_save_goes_back_to_the_one_before_and_is_logged(admin: FlaskClient, database: Database) -> None:
    save(admin, "First")
    undo(admin, save(admin, "Second", 1))
    assert shown(database).name == "First"
    with database.unit_of_work(write=False):
        assert next(entry.detail for entry in audit.latest().items) == "name: Second → First"


def test_pressed_twice_it_is_done_once(admin: FlaskClient, database: Database) -> None:
    save(admin, "First")
    page = save(admin, "Second", 1)
    undo(admin, page)
    assert "saved this while you were at it. Nothing was taken back." in undo(admin, page)
    assert shown(database).name == "First"


def test_what_another_saved_since_stays(
    admin: FlaskClient, log_in: LogIn, make_user: MakeUser, database: Database
) -> None:
    page = save(admin, "First")
    save(log_in(make_user("grace", role="Administrator")), "Second", 1)
    assert "@grace saved this while you were at it. Nothing was taken back." in undo(admin, page)
    assert shown(database).name == "Second"


def test_saving_nothing_new_offers_nothing_to_take_back(admin: FlaskClient) -> None:
    page = save(admin, "First")
    assert "/identity/undo" in page
    again = save(admin, "First", 1)
    assert "Nothing was different." in again
    assert "/identity/undo" not in again


@pytest.mark.parametrize(
    "section",
    [
        CommentPolicy(hold_first=False, held_words=("casino", "easy money")),
        Joining(Registration.CLOSED),
        Look(accent="#aa2200"),
    ],
)
def test_lists_and_choices_come_back_as_they_were(app: Flask, database: Database, root: User, section: Any) -> None:
    kind = type(section)
    with database.unit_of_work():
        before = site_acts.standing(site.current(), kind)
        site_acts.save(root.actor, section, 0)
        site_acts.undo(root.actor, kind, 1)
    assert site_acts.standing(shown(database), kind) == before
    with database.unit_of_work():
        site_acts.undo(root.actor, kind, 2)
    assert site_acts.standing(shown(database), kind) == section


def test_a_long_list_of_words_fits_into_the_cookie_that_says_so(admin: FlaskClient) -> None:
    form = {"version": "0", "hold_first": "y", "hold_new_member_days": "0", "most_links": "2", "closes_after_days": "0",
            "held_words": "\n".join(f"word number {number}" for number in range(400))}  # fmt: skip
    answer = admin.post("/admin/settings/comments", data=form)
    assert answer.status_code == 303
    assert len(answer.headers.get("Set-Cookie", "")) < 4_000
    assert "/comments/undo" in admin.get("/admin/settings").text


@pytest.mark.parametrize("version", ["", "x", "-1", "\0", "9" * 30])
def test_a_number_that_is_none_changes_nothing(admin: FlaskClient, database: Database, version: str) -> None:
    save(admin, "First")
    answer = admin.post("/admin/settings/identity/undo", data={"version": version})
    assert answer.status_code == 303
    assert shown(database).name == "First"
