"""The frame of every page: what strangers and members see, refusals with a way forward, and forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask, abort, flash, get_template_attribute, redirect, render_template_string
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import BooleanField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from byline.accounts.models import User
from byline.web import context
from byline.web.forms import Form
from byline.web.paging import Page

PAGE = '{% extends "layout.html" %}{% block title %}Lamps{% endblock %}{% block main %}<h1>Lamps</h1>{% endblock %}'
REFUSED = (400, 401, 403, 404, 405, 413, 429, 500)


class LampForm(Form):
    """One field of each kind."""

    name = StringField("Name of the lamp", [InputRequired("A lamp needs a name.")], description="As on the box.")
    secret = PasswordField("Password")
    notes = TextAreaField("Notes")
    colour = SelectField("Colour", choices=["Red", "Green"])
    shape = RadioField("Shape", choices=["Round", "Square"])
    lit = BooleanField("It is lit")


@pytest.fixture
def lamps(guarded_app: Flask) -> Flask:
    guarded_app.add_url_rule("/probe/lamps", "lamps", lambda: render_template_string(PAGE))
    guarded_app.add_url_rule("/probe/refuse/<int:code>", "refuse", abort)

    @guarded_app.get("/probe/flash")
    def flashing() -> Response:
        flash("The lamp is lit.", "success")
        return redirect("/probe/lamps")

    return guarded_app


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        context.begin(app)
        yield


def macro(template: str, name: str) -> Callable[..., str]:
    """A macro; a blank line or an indentation more or less is not what these tests are about."""

    def call(*values: object, **named: object) -> str:
        return re.sub(r"\s+", " ", str(get_template_attribute(template, name)(*values, **named)))

    return call


def test_a_stranger_is_offered_to_log_in_and_to_join(lamps: Flask) -> None:
    page = lamps.test_client().get("/probe/lamps")
    assert "<title>Lamps · Byline</title>" in page.text
    assert 'href="/auth/login"' in page.text
    assert 'href="/auth/register"' in page.text
    assert 'href="/write"' not in page.text
    assert "Set-Cookie" not in page.headers
    assert "csrf-token" not in page.text


def test_a_member_is_offered_to_write_and_to_log_out(
    lamps: Flask, make_user: Callable[..., User], log_in: Callable[[User], FlaskClient]
) -> None:
    page = log_in(make_user("ada")).get("/probe/lamps").text
    assert 'href="/write"' in page
    assert 'action="/auth/logout"' in page
    assert 'name="csrf-token"' in page
    assert 'href="/admin"' not in page


def test_an_administrator_finds_the_administration(
    lamps: Flask, make_user: Callable[..., User], log_in: Callable[[User], FlaskClient]
) -> None:
    assert 'href="/admin"' in log_in(make_user("ada", role="Administrator")).get("/probe/lamps").text


def test_what_just_happened_is_said_once(lamps: Flask) -> None:
    browser = lamps.test_client()
    assert "The lamp is lit." in browser.get("/probe/flash", follow_redirects=True).text
    assert "The lamp is lit." not in browser.get("/probe/lamps").text


@pytest.mark.parametrize("status", REFUSED)
def test_a_refusal_is_a_page_with_a_way_forward(lamps: Flask, status: int) -> None:
    page = lamps.test_client().get(f"/probe/refuse/{status}")
    assert page.status_code == status
    assert f">{status}</p>" in page.text
    assert 'href="/"' in page.text
    assert "!" not in page.text.replace("<!doctype", "")


def test_a_fault_names_the_request_for_whoever_looks_into_it(lamps: Flask) -> None:
    page = lamps.test_client().get("/probe/refuse/500")
    assert page.headers["X-Request-Id"] in page.text


@pytest.mark.usefixtures("inside")
class TestFields:
    def test_a_field_has_a_label_and_a_hint(self) -> None:
        shown = macro("_forms.html", "field")(LampForm().name, autocomplete="off")
        assert '<label for="name">Name of the lamp</label>' in shown
        assert 'id="name-hint">As on the box.' in shown
        assert 'aria-describedby="name-hint"' in shown
        assert 'autocomplete="off"' in shown
        assert "aria-invalid" not in shown

    def test_what_was_wrong_stands_beside_the_field_and_in_the_summary(self) -> None:
        form = LampForm(MultiDict({"colour": "Red", "shape": "Round"}))
        assert not form.validate()
        shown = macro("_forms.html", "field")(form.name)
        assert 'aria-invalid="true"' in shown
        assert 'aria-describedby="name-hint name-error"' in shown
        assert 'id="name-error"' in shown
        assert "A lamp needs a name." in shown
        assert '<a href="#name">A lamp needs a name.</a>' in macro("_forms.html", "errors")(form)

    def test_a_form_in_order_has_no_summary(self) -> None:
        assert not macro("_forms.html", "errors")(LampForm()).strip()

    def test_a_sentence_about_the_whole_form_is_in_the_summary(self) -> None:
        form = LampForm()
        form.form_errors.append("The lamp shop is closed.")
        assert "The lamp shop is closed." in macro("_forms.html", "errors")(form)

    @pytest.mark.parametrize("name", ["name", "secret", "notes", "colour", "lit"])
    def test_every_kind_of_field_is_labelled(self, name: str) -> None:
        assert f'<label for="{name}">' in macro("_forms.html", "field")(LampForm()[name])

    def test_a_choice_is_a_group_of_labelled_options(self) -> None:
        shown = macro("_forms.html", "field")(LampForm().shape)
        assert "<legend>Shape</legend>" in shown
        assert '<label for="shape-1">Square</label>' in shown


@pytest.mark.usefixtures("inside")
class TestParts:
    def test_a_moment_is_utc_for_everyone(self) -> None:
        shown = macro("_parts.html", "moment")(datetime(2026, 3, 4, 5, 6, tzinfo=UTC))
        assert 'datetime="2026-03-04T05:06:00Z"' in shown
        assert 'title="4 March 2026, 05:06 UTC"' in shown
        assert ">4 March 2026</time>" in shown

    def test_pages_lead_to_their_neighbours_and_keep_the_search(self) -> None:
        shown = macro("_parts.html", "pagination")(Page([1], older="b", newer="a"), "q=lamp")
        assert 'href="?q=lamp&amp;before=b"' in shown
        assert 'href="?q=lamp&amp;after=a"' in shown
        assert not macro("_parts.html", "pagination")(Page([1])).strip()

    def test_authors_are_named_as_one_would_say_them(self) -> None:
        people = [User(username=name, username_key=name, name=name.title(), avatar_key=None) for name in "abc"]
        said = re.sub("<[^>]+>", "", macro("_posts.html", "author_names")(people))
        assert said.strip() == "A, B and C"

    def test_a_second_look_says_what_will_happen(self) -> None:
        shown = macro("_parts.html", "confirm")("/gone", "Delete", "All <b>lamps</b> go.", "Delete the lamps")
        assert 'action="/gone"' in shown
        assert "All &lt;b&gt;lamps&lt;/b&gt; go." in shown
        assert 'name="csrf_token"' in shown
