"""Pages of the site's own: written like posts, found at their address, linked from every footer."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from byline.accounts import audit
from byline.accounts.models import AuditEntry, User
from byline.admin import page_acts, page_rules
from byline.admin.page_rules import Draft
from byline.kernel import site
from byline.kernel.db import Database
from byline.kernel.errors import Conflict, Invalid, NotAllowed
from tests import budget
from tests.factories import LogIn, MakePost, MakeUser

ABOUT = {"title": "About us", "slug": "about", "body": "Who **we** are, with <script>alert(1)</script>."}


def _paths(database: Database) -> list[str]:
    with database.unit_of_work(write=False):
        return [page.path for page in site.current().pages]


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (Draft("", "about", "x"), "title"),
        (Draft("x" * 81, "about", "x"), "title"),
        (Draft("About", "about", " \n "), "body"),
        (Draft("About", "about", "x" * 200_001), "body"),
        (Draft("About", "a b", "x"), "slug"),
        (Draft("About", "About", "x"), "slug"),
        (Draft("About", "a/b", "x"), "slug"),
        (Draft("About", "../etc", "x"), "slug"),
        (Draft("About", "@ada", "x"), "slug"),
        (Draft("About", "feed.xml", "x"), "slug"),
        (Draft("About", "a--b", "x"), "slug"),
        (Draft("About", "x" * 61, "x"), "slug"),
        (Draft("About", "admin", "x"), "slug"),
    ],
)
def test_what_cannot_be_a_page_is_refused_beside_its_field(draft: Draft, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        page_rules.checked(draft, {"admin"})
    assert set(refusal.value.fields) == {field}


def test_an_address_is_made_from_the_title() -> None:
    assert page_rules.checked(Draft(" Über uns ", "", "x"), ()) == Draft("Über uns", "uber-uns", "x")
    assert len(page_rules.checked(Draft("long " * 16, "", "x"), ()).slug) <= 60


@pytest.mark.parametrize("slug", sorted(page_rules.STARTERS))
def test_a_draft_to_begin_with_can_be_a_page(slug: str) -> None:
    starter = page_rules.STARTERS[slug]
    assert page_rules.checked(Draft(starter.title, slug, starter.body), ()).slug == slug


def test_only_administrators_write_pages(app: Flask, database: Database, make_user: MakeUser) -> None:
    member = make_user(role="Moderator").actor
    for act in (
        lambda: page_acts.make(member, Draft("About", "about", "x"), ()),
        lambda: page_acts.change(member, "about", Draft("About", "about", "x"), (), seen_version=1),
        lambda: page_acts.raise_up(member, "about"),
        lambda: page_acts.remove(member, "about"),
        lambda: page_acts.restore(member, page_acts.Removed(1, 1), ()),
    ):
        with pytest.raises(NotAllowed), database.unit_of_work():
            act()


def test_a_page_is_read_by_everyone_and_linked_in_the_footer(
    admin: FlaskClient, client: FlaskClient, make_post: MakePost
) -> None:
    make_post(title="One")
    assert client.get("/about").status_code == 404
    assert "About us" not in client.get("/").text
    assert admin.post("/admin/new-page", data=ABOUT).headers["Location"] == "/admin/pages/about"
    page = client.get("/about")
    assert page.status_code == 200
    assert "<strong>we</strong>" in page.text
    assert "<script>alert" not in page.text
    assert "Edit this page" not in page.text
    assert "s-maxage" in page.headers["Cache-Control"]
    assert '<link rel="canonical" href="http://localhost/about">' in page.text
    assert '<a href="/about">About us</a>' in client.get("/").text
    assert "http://localhost/about</loc>" in client.get("/sitemap/lists-1.xml").text
    assert "Edit this page" in admin.get("/about").text


def test_a_kept_page_is_renewed_by_a_change_and_gone_after_removal(admin: FlaskClient, client: FlaskClient) -> None:
    admin.post("/admin/new-page", data=ABOUT)
    assert "<strong>we</strong>" in client.get("/about").text
    changed = ABOUT | {"body": "Now *others*.", "slug": "people", "version": "1"}
    assert admin.post("/admin/pages/about", data=changed).headers["Location"] == "/admin/pages/people"
    assert client.get("/about").headers["Location"] == "/people"
    assert "<em>others</em>" in client.get("/people").text
    assert admin.post("/admin/pages/people/remove").status_code == 303
    assert [client.get(path).status_code for path in ("/people", "/about")] == [404, 404]
    assert "Now *others*." in admin.get("/admin/audit").text


def test_former_addresses_of_a_page_lead_to_it_until_another_page_takes_them(
    admin: FlaskClient, client: FlaskClient
) -> None:
    admin.post("/admin/new-page", data=ABOUT)
    for version, (former, slug) in enumerate((("about", "people"), ("people", "us"), ("us", "about")), start=1):
        admin.post(f"/admin/pages/{former}", data=ABOUT | {"slug": slug, "version": str(version)})
    answers = [client.get(path) for path in ("/people", "/us/", "/us?from=mail", "/about")]
    assert [(answer.status_code, answer.headers.get("Location")) for answer in answers] == [
        *[(301, "/about")] * 3,
        (200, None),
    ]
    admin.post("/admin/new-page", data={"title": "People", "slug": "people", "body": "Others."})
    assert client.get("/people").status_code == 200
    admin.post("/admin/pages/people", data={"title": "People", "slug": "staff", "body": "Others.", "version": "1"})
    assert client.get("/people").headers["Location"] == "/staff"
    assert client.get("/us").headers["Location"] == "/about"


def test_a_removed_page_comes_back_as_it_was(admin: FlaskClient, client: FlaskClient, database: Database) -> None:
    body = "One.\n\nTwo **words**.\n\n    code\n"
    admin.post("/admin/new-page", data=ABOUT | {"body": body})
    admin.post("/admin/new-page", data={"title": "Rules", "slug": "rules", "body": "Be kind."})
    before = stored(database)
    page = admin.post("/admin/pages/about/remove", follow_redirects=True).text
    undo = re.search(r'action="(/admin/removed-pages/\d+/restore)"', page)
    place = re.search(r'name="place" value="(\d+)"', page)
    assert undo
    assert place
    assert client.get("/about").status_code == 404
    assert "back in its place" in admin.post(undo[1], data={"place": place[1]}, follow_redirects=True).text
    assert stored(database) == before
    assert "Two <strong>words</strong>" in client.get("/about").text
    assert "Another page has this address" in admin.post(undo[1], follow_redirects=True).text
    assert stored(database) == before


def test_only_what_was_a_page_comes_back(admin: FlaskClient, database: Database) -> None:
    admin.post("/admin/new-page", data=ABOUT)
    with database.unit_of_work(write=False) as session:
        made = session.scalars(select(AuditEntry.id).where(AuditEntry.act == "page.made")).one()
    for number in (made, made + 1_000):
        assert admin.post(f"/admin/removed-pages/{number}/restore", data={"place": "x"}).status_code == 404


def stored(database: Database) -> list[tuple[str, str, str, str]]:
    with database.unit_of_work(write=False):
        return [(page.slug, page.title, page.body, page.html) for page, _ in page_acts.every()]


def test_other_addresses_of_one_word_are_unknown_as_before(admin: FlaskClient, client: FlaskClient) -> None:
    admin.post("/admin/new-page", data=ABOUT)
    assert client.get("/about/").headers["Location"] == "/about"
    for path in ("/abou", "/abou/", "/About", "/about.html", "/about/x"):
        assert client.get(path).status_code == 404, path


def test_a_page_cannot_take_an_address_of_the_software(admin: FlaskClient, database: Database) -> None:
    for slug in ("admin", "write", "archive", "auth", "media", "healthz", "settings", "tag"):
        answer = admin.post("/admin/new-page", data=ABOUT | {"slug": slug})
        assert answer.status_code == 400, slug
        assert "leads somewhere else already" in answer.text
    assert _paths(database) == []


def test_a_refused_page_keeps_its_text(admin: FlaskClient) -> None:
    admin.post("/admin/new-page", data=ABOUT)
    answer = admin.post("/admin/new-page", data=ABOUT | {"body": "Typed at length"})
    assert answer.status_code == 400
    assert "Another page has this address." in answer.text
    assert "Typed at length</textarea>" in answer.text


def test_two_editors_do_not_overwrite_one_another_unseen(
    admin: FlaskClient, log_in: LogIn, make_user: MakeUser, client: FlaskClient
) -> None:
    other = log_in(make_user("grace", role="Administrator"))
    admin.post("/admin/new-page", data=ABOUT)
    admin.post("/admin/pages/about", data=ABOUT | {"version": "1", "body": "First"})
    answer = other.post("/admin/pages/about", data=ABOUT | {"version": "1", "body": "Second"})
    assert answer.status_code == 409
    assert "Somebody saved this page while you were at it" in answer.text
    assert "Second</textarea>" in answer.text
    assert "First" in client.get("/about").text
    version = re.search(r'name="version"[^>]*value="(\d+)"', answer.text)
    assert version is not None
    saved = other.post("/admin/pages/about", data=ABOUT | {"version": version[1], "body": "Second"})
    assert saved.status_code == 303
    assert "Second" in client.get("/about").text


def test_a_preview_saves_nothing(admin: FlaskClient, database: Database) -> None:
    answer = admin.post("/admin/new-page", data=ABOUT | {"act": "preview"})
    assert answer.status_code == 200
    assert "<strong>we</strong>" in answer.text
    assert "Not saved yet" in answer.text
    assert _paths(database) == []


def test_pages_are_put_in_order(app: Flask, database: Database, root: User) -> None:
    with database.unit_of_work():
        for slug in ("one", "two", "three"):
            page_acts.make(root.actor, Draft(slug.title(), slug, "x"), ())
    with database.unit_of_work():
        page_acts.raise_up(root.actor, "three")
        page_acts.raise_up(root.actor, "one")
    assert _paths(database) == ["/one", "/three", "/two"]
    with database.unit_of_work(write=False):
        assert [entry.act for entry in audit.latest().items] == ["page.moved"] + ["page.made"] * 3


def test_there_is_an_end_to_the_footer(app: Flask, database: Database, root: User) -> None:
    with database.unit_of_work():
        for number in range(page_rules.MOST_PAGES):
            page_acts.make(root.actor, Draft("Page", f"page-{number}", "x"), ())
    with pytest.raises(Conflict), database.unit_of_work():
        page_acts.make(root.actor, Draft("Page", "one-more", "x"), ())


def test_the_code_of_conduct_is_shown_where_people_join(admin: FlaskClient, client: FlaskClient) -> None:
    assert "code of conduct" not in client.get("/auth/register").text
    draft = admin.get("/admin/new-page?like=code-of-conduct").text
    assert 'value="code-of-conduct"' in draft
    admin.post("/admin/new-page", data={"title": "Rules", "slug": "code-of-conduct", "body": "Be kind."})
    assert '<a href="/code-of-conduct">code of conduct</a>' in client.get("/auth/register").text


def test_a_page_costs_little_and_nothing_once_it_is_kept(admin: FlaskClient, client: FlaskClient) -> None:
    admin.post("/admin/new-page", data=ABOUT)
    client.get("/no-such-page")
    with budget.at_most(3):
        client.get("/about")
    with budget.at_most(1):
        client.get("/about")
