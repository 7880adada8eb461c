"""The site as its administrators set it, read again exactly when it changed."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from byline.kernel import clock, db, site, state
from byline.kernel.db import Database
from byline.kernel.settings import Registration, Settings
from byline.kernel.site import CommentPolicy
from byline.kernel.site_rows import SitePage, SiteSection
from tests import budget


@pytest.fixture
def declared(database: Database, settings: Settings) -> Database:
    """A database whose defaults are the test's settings."""
    site.declare(database, settings)
    return database


def _save(name: str, /, **content: object) -> None:
    found = db.session().get(SiteSection, name)
    if found is None:
        db.session().add(SiteSection(name=name, content=content, version=1, updated_at=clock.now()))
    else:
        found.content = content
    db.session().flush()


def _page(slug: str, position: int) -> SitePage:
    now = clock.now()
    words = {"title": slug.title(), "body": "x", "html": "<p>x</p>"}
    return SitePage(slug=slug, position=position, created_at=now, updated_at=now, **words)


def _read(database: Database) -> site.Site:
    with database.unit_of_work(write=False):
        return site.current()


def test_nothing_saved_means_the_environment(declared: Database) -> None:
    found = _read(declared)
    assert (found.name, found.tagline) == ("Byline", "Writers and their readers")
    assert (found.registration, found.url) == (Registration.OPEN, "http://localhost")
    assert (found.logo_url, found.accent, found.code_of_conduct) == ("", "", "")
    assert found.comments == CommentPolicy()
    assert not found.public_moderation_log


def test_what_was_saved_comes_before_the_environment(declared: Database) -> None:
    with declared.unit_of_work():
        _save("identity", name="The Harbour")
        _save("joining", registration="invite")
        _save("comments", hold_first=False, most_links=0, held_words=["casino"])
        db.session().add_all([_page("about", 2), _page("code-of-conduct", 1)])
    found = _read(declared)
    assert (found.name, found.tagline) == ("The Harbour", "Writers and their readers")
    assert found.registration is Registration.INVITE
    assert found.comments == CommentPolicy(hold_first=False, most_links=0, held_words=("casino",))
    assert [page.path for page in found.pages] == ["/code-of-conduct", "/about"]
    assert found.code_of_conduct == "/code-of-conduct"


def test_what_another_version_left_is_passed_over(declared: Database) -> None:
    with declared.unit_of_work():
        _save("comments", hold_first="perhaps", most_links=True, held_words="casino", colour="red")
        _save("joining", registration="by lot")
        _save("unheard-of", depth=3)
    found = _read(declared)
    assert found.comments == CommentPolicy()
    assert found.registration is Registration.OPEN


def test_an_unchanged_site_is_not_read_again(declared: Database) -> None:
    _read(declared)
    limit = 0 if declared.is_sqlite else 1
    with budget.at_most(limit), declared.unit_of_work(write=False):
        for _ in range(3):
            site.current()


def test_a_change_counts_from_the_next_unit_of_work_on(declared: Database) -> None:
    for name in ("One", "Two", "Three"):
        with declared.unit_of_work():
            _save("identity", name=name)
        assert _read(declared).name == name


def test_a_change_of_another_process_counts_too(declared: Database, settings: Settings) -> None:
    assert _read(declared).name == "Byline"
    elsewhere = Database(settings.database_address)
    with elsewhere.unit_of_work():
        _save("identity", name="Changed elsewhere")
    elsewhere.dispose()
    assert _read(declared).name == "Changed elsewhere"


def test_the_unit_of_work_that_changes_the_site_sees_it_and_nobody_else_does(declared: Database) -> None:
    assert _read(declared).name == "Byline"
    opened = declared.open(write=True)
    _save("identity", name="Not yet")
    site.forget()
    assert site.current().name == "Not yet"
    # Reading the version of a change that is rolled back must not make it count for others.
    assert state.content_version() > 0
    opened.rollback()
    declared.close(opened)
    assert _read(declared).name == "Byline"
    with declared.unit_of_work():
        _save("identity", name="Yes")
    assert _read(declared).name == "Yes"


def test_what_a_page_is_made_from_is_never_newer_than_the_site_on_it(declared: Database) -> None:
    """A page is kept under the version it read first; a name from before that version would stay on it."""
    assert _read(declared).name == "Byline"
    with declared.unit_of_work(write=False):
        assert site.current().name == "Byline"
        with declared.unit_of_work():
            _save("identity", name="Changed meanwhile")
        state.content_version()
        assert site.current().name == "Changed meanwhile"


def test_a_database_that_is_away_leaves_the_site_as_it_was_known(
    declared: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with declared.unit_of_work():
        _save("identity", name="The Harbour")
    assert _read(declared).name == "The Harbour"
    with declared.unit_of_work():
        db.session().execute(text("UPDATE site_state SET content_version = content_version + 1"))

    def away() -> int:
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(state, "content_version", away)
    assert site.of(declared).name == "The Harbour"
