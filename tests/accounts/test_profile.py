"""Profiles: what may be said, who may say it, how it looks."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from byline.accounts import profile, profile_rules
from byline.accounts.models import AuditEntry, User
from byline.accounts.profile_rules import Profile
from byline.kernel import db
from byline.kernel.db import Database
from byline.kernel.errors import Invalid, NotAllowed, NotFound
from tests.factories import LogIn, MakeUser

GOOD_LINKS = {
    "https://example.org": ("example.org", "https://example.org"),
    "example.org/about": ("example.org", "https://example.org/about"),
    "HTTP://WWW.Example.ORG:8080/a?b=c#d": ("example.org", "http://www.example.org:8080/a?b=c#d"),
    "https://bücher.example/": ("xn--bcher-kva.example", "https://xn--bcher-kva.example/"),
    "localhost.example:8000": ("localhost.example", "https://localhost.example:8000"),
}
BAD_LINKS = (
    "javascript:alert(1)",
    "JavaScript:alert(1)//example.org",
    "java\tscript:alert(1)",
    "data:text/html,hello",
    "mailto:ada@example.org",
    "ftp://example.org",
    "//example.org\\@evil.example",
    "https://bank.example@evil.example/",
    "https://user:secret@example.org",
    "https://",
    "https://[::1",
    "http://example..org",
    "https://exa mple.org",
    "https://-.example",
    "https://example.org:99999",
    "two words",
    "https://example.org/" + "a" * 300,
)


@pytest.mark.parametrize("typed", GOOD_LINKS)
def test_a_link_gets_its_label_from_its_host(typed: str) -> None:
    label, url = GOOD_LINKS[typed]
    assert profile_rules.link(typed) == {"label": label, "url": url}


@pytest.mark.parametrize("typed", BAD_LINKS)
def test_what_is_no_link_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        profile_rules.link(typed)


@given(st.text(max_size=60))
def test_no_link_leads_anywhere_but_to_the_web(typed: str) -> None:
    try:
        made = profile_rules.link(typed)
    except ValueError:
        return
    assert made["url"].startswith(("http://", "https://"))
    assert not set(made["url"]) & set(" \t\r\n\0")


def test_empty_and_double_links_are_dropped_and_too_many_refused() -> None:
    typed = ("", "a.example", "  ", "https://a.example", "b.example")
    assert [link["label"] for link in profile_rules.links(typed)] == ["a.example", "b.example"]
    with pytest.raises(ValueError, match="room for 5"):
        profile_rules.links([f"{letter}.example" for letter in "abcdef"])


def test_about_is_counted_as_the_browser_counts_it() -> None:
    # A browser sends a line end as two characters and counts it as one; an emoji it counts as two.
    assert profile_rules.problems(Profile(about="x\r\n" * 250)) == {}
    assert "about" in profile_rules.problems(Profile(about="🙂" * 250 + "x"))


def test_nobody_changes_the_profile_of_somebody_else(unit_of_work: Session, make_user: MakeUser) -> None:
    ada, grace = make_user("ada"), make_user("grace", role="Moderator")
    with pytest.raises(NotAllowed):
        profile.change(grace.actor, ada.id, Profile(name="Not me"))
    with pytest.raises(NotFound):
        profile.change(grace.actor, 4711, Profile())


def test_an_administrator_may_and_it_is_written_down(unit_of_work: Session, make_user: MakeUser) -> None:
    ada, root = make_user("ada"), make_user("rooter", role="Administrator")
    profile.change(root.actor, ada.id, Profile(name="Ada"))
    profile.change(ada.actor, ada.id, Profile(name="Ada L."))
    assert [entry.subject for entry in db.session().query(AuditEntry)] == ["@ada"]


def test_all_that_is_wrong_is_said_at_once(unit_of_work: Session, make_user: MakeUser) -> None:
    ada = make_user("ada")
    with pytest.raises(Invalid) as refused:
        wrong = Profile(name="n" * 65, location="l" * 65, about="a" * 501, links=("javascript:x",))
        profile.change(ada.actor, ada.id, wrong)
    assert set(refused.value.fields) == {"name", "location", "about", "links"}


def test_strangers_are_sent_to_log_in(client: FlaskClient) -> None:
    assert client.get("/settings/profile").headers["Location"].startswith("/auth/login?next=")
    assert client.post("/settings/profile").status_code == 401


def test_a_profile_is_saved_and_shown(log_in: LogIn, make_user: MakeUser, client: FlaskClient) -> None:
    browser = log_in(make_user("ada"))
    form = {
        "name": "Ada <b>Lovelace</b>",
        "location": "London",
        "about": "First line\r\nSecond <i>line</i>",
        "links": "example.org\r\nhttps://two.example/ada",
    }
    assert browser.post("/settings/profile", data=form).status_code == 303
    shown = client.get("/@ada").text
    assert "Ada &lt;b&gt;Lovelace&lt;/b&gt;" in shown
    assert "First line\nSecond &lt;i&gt;line&lt;/i&gt;" in shown
    assert '<a href="https://two.example/ada" rel="me nofollow ugc noopener">two.example</a>' in shown
    assert "https://example.org" in browser.get("/settings/profile").text


def test_a_refused_profile_comes_back_filled_in(log_in: LogIn, make_user: MakeUser, database: Database) -> None:
    ada = make_user("ada", name="Before")
    answer = log_in(ada).post("/settings/profile", data={"name": "After", "links": "javascript:alert(1)"})
    assert answer.status_code == 400
    assert 'value="After"' in answer.text
    assert "javascript:alert(1)</textarea>" in answer.text
    assert "A link begins with http" in answer.text
    with database.unit_of_work(write=False) as reading:
        assert reading.get_one(User, ada.id).name == "Before"


def test_a_preview_saves_nothing(log_in: LogIn, make_user: MakeUser, database: Database) -> None:
    ada = make_user("ada")
    answer = log_in(ada).post("/settings/profile", data={"name": "Trying", "about": "Words", "act": "preview"})
    assert answer.status_code == 200
    assert "How it would look" in answer.text
    assert "Trying</p>" in answer.text
    with database.unit_of_work(write=False) as reading:
        assert reading.get_one(User, ada.id).name == ""
